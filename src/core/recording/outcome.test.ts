import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOf, type OutcomeFacts, type RecordingState } from './outcome.ts';

const record = { record: true, rule: 'inbound.record' };
const recordings = (
  ...states: (RecordingState | [RecordingState, string])[]
): OutcomeFacts['recordings'] =>
  states.map((each, index) => {
    const [state, failureReason] = typeof each === 'string' ? [each, null] : each;
    return { segment: index + 1, state, failureReason, captureFailedBy: null };
  });

const cases: readonly [string, OutcomeFacts, ReturnType<typeof outcomeOf>][] = [
  [
    'a call that is still up is in progress',
    { ended: false, verdict: record, recordings: recordings('capturing') },
    { outcome: 'inProgress', reason: null },
  ],
  [
    'a call whose file is still being made is in progress',
    { ended: true, verdict: record, recordings: recordings('sealed') },
    { outcome: 'inProgress', reason: null },
  ],
  [
    'a call with its file is ready',
    { ended: true, verdict: record, recordings: recordings('ready') },
    { outcome: 'ready', reason: null },
  ],
  [
    'a call whose file was delivered and purged stays ready',
    { ended: true, verdict: record, recordings: recordings('purged', 'delivered', 'expired') },
    { outcome: 'ready', reason: null },
  ],
  [
    'a call between segments that are ready is not ready before it ends',
    { ended: false, verdict: record, recordings: recordings('ready') },
    { outcome: 'inProgress', reason: null },
  ],
  [
    'a call with a full disk failed for that reason',
    { ended: true, verdict: record, recordings: recordings(['failed', 'disk/full']) },
    { outcome: 'failed', reason: 'disk/full' },
  ],
  [
    'a call whose disk was full from the start names the disk, not the silence that came of it',
    {
      ended: true,
      verdict: record,
      recordings: [
        {
          segment: 1,
          state: 'failed',
          failureReason: 'finalise/no-audio',
          captureFailedBy: 'disk/full',
        },
      ],
    },
    { outcome: 'failed', reason: 'disk/full' },
  ],
  [
    'a call of two files names the one that is missing',
    { ended: true, verdict: record, recordings: recordings('ready', ['failed', 'disk/full']) },
    { outcome: 'failed', reason: 'segment 2: disk/full' },
  ],
  [
    'a failure does not end the account while another file may come',
    { ended: true, verdict: record, recordings: recordings(['failed', 'disk/full'], 'sealed') },
    { outcome: 'inProgress', reason: null },
  ],
  [
    'a call that was to be recorded and never was has failed',
    { ended: true, verdict: record, recordings: [] },
    { outcome: 'failed', reason: 'capture never started' },
  ],
  [
    'a call excluded by the settings names them',
    { ended: true, verdict: { record: false, rule: 'settings-off' }, recordings: [] },
    { outcome: 'excluded', reason: 'settings-off' },
  ],
  [
    'a caller who declined is declined',
    { ended: true, verdict: { record: false, rule: 'declined' }, recordings: [] },
    { outcome: 'declined', reason: null },
  ],
  [
    'a call that reached no agent is excluded',
    { ended: true, verdict: null, recordings: [] },
    { outcome: 'excluded', reason: 'no-agent' },
  ],
];

test('a file that lacks what a full disk refused does not make the call ready', () => {
  const [recording] = recordings('ready');
  assert(recording);
  assert.deepEqual(
    outcomeOf({
      ended: true,
      verdict: record,
      recordings: [{ ...recording, captureFailedBy: 'disk/full' }],
    }),
    { outcome: 'failed', reason: 'disk/full' },
  );
});

for (const [title, facts, expected] of cases)
  test(title, () => assert.deepEqual(outcomeOf(facts), expected));
