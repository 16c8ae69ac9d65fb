import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { TenantId } from '#core/ids.ts';
import { callEntries } from '../../../tests/rig/call-entries.ts';
import { CaptureAlarm } from './capture-alarm.ts';

const open = () => {
  const said: string[] = [];
  const alarm = new CaptureAlarm(
    {
      raise: async ({ kind, message }) => void said.push(`raised ${kind}: ${message}`),
      clear: async ({ kind }) => void said.push(`cleared ${kind}`),
    },
    'node-1',
  );
  return { alarm, said };
};

const call = (failedBy: string | null): LedgerEntry[] =>
  callEntries({ callId: 'c1', tenantId: 'tenant-a' as TenantId, agentId: 'agent-7' }).map((entry) =>
    entry.kind === 'trackSealed' ? { ...entry, failedBy } : entry,
  );

test('a track that the full disk ended is an alarm with its remedy, until the next call is recorded', async () => {
  const { alarm, said } = open();
  await alarm.take(call('disk/full'));
  assert.equal(said.length, 1);
  assert.match(
    said[0] ?? '',
    /^raised capture\/failed: .*disk is full \(disk\/full\)\. Free space/,
  );
  await alarm.take(call(null));
  assert.deepEqual(said.slice(1), ['cleared capture/failed']);
  await alarm.take(call(null));
  assert.equal(said.length, 2, 'what does not stand is not cleared again and again');
});

test('a call that nobody was to record says nothing about capture', async () => {
  const { alarm, said } = open();
  await alarm.take(call(null).filter(({ kind }) => kind !== 'trackSealed'));
  assert.deepEqual(said, []);
});

test('a recording that could not begin at all is an alarm as well; what recovery found is not', async () => {
  const { alarm, said } = open();
  const [first] = call(null);
  assert.ok(first);
  const { callId, at } = first;
  const failed = { kind: 'recordingFailed', callId, at, recordingId: 'r1' } as const;
  await alarm.take([
    { ...failed, reason: 'no audio had been captured when the process stopped' } as LedgerEntry,
  ]);
  assert.equal(said.length, 0);
  await alarm.take([{ ...failed, reason: 'disk/read-only' } as LedgerEntry]);
  assert.match(said[0] ?? '', /read-only \(disk\/read-only\)/);
});
