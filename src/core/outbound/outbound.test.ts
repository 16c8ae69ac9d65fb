import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getCountries } from 'libphonenumber-js';
import { dialableNumber } from '../routing/phone-number.ts';
import { NumberMemory } from './number-memory.ts';
import { type EndStatus, endStatusCodes } from '../call/end-status.ts';
import { afterAttempt } from './attempt-outcome.ts';
import { calleeStates, refusalOfTaskAction, taskStates } from './task-words.ts';
import { callsToPlace, MovingMean, type PacingFacts } from './pacing.ts';
import { judgeRosterRow, rosterColumns } from './roster-row.ts';
import { taskNameFault, taskTimeFaults } from './task-draft.ts';

const end = {
  wasAnswered: false,
  endStatus: 'busy',
  attempts: 1,
  tries: 3,
  retryIntervalMs: 300_000,
  endedAtMs: 1000,
} as const;

test('only the endings of the retry table are tried again, and only while tries are left', () => {
  const again: readonly EndStatus[] = [
    'error',
    'unconnected',
    'notAnswer',
    'powerOff',
    'busy',
    'operatorException',
  ];
  for (const endStatus of Object.keys(endStatusCodes) as EndStatus[]) {
    const after = afterAttempt({ ...end, endStatus });
    assert.deepEqual(
      after,
      again.includes(endStatus)
        ? { state: calleeStates.pendingRetry, dueAtMs: 301_000 }
        : { state: calleeStates.unanswered, dueAtMs: null },
      endStatus,
    );
  }
  assert.equal(afterAttempt({ ...end, attempts: 3 }).state, calleeStates.unanswered);
});

test('a person who hung up early was answered all the same', () => {
  const after = afterAttempt({ ...end, wasAnswered: true, endStatus: 'error' });
  assert.deepEqual(after, { state: calleeStates.answered, dueAtMs: null });
});

test('a task is started once, paused while it runs, stopped until it is over', () => {
  const at = (state: number, isPaused = false) => ({ state: state as 0 | 1 | 2 | 3 | 4, isPaused });
  assert.equal(refusalOfTaskAction(at(taskStates.initial), 'start'), null);
  assert.equal(refusalOfTaskAction(at(taskStates.running), 'start'), 'already-started');
  assert.equal(refusalOfTaskAction(at(taskStates.initial), 'pause'), 'not-running');
  assert.equal(refusalOfTaskAction(at(taskStates.running), 'pause'), null);
  assert.equal(refusalOfTaskAction(at(taskStates.running, true), 'pause'), 'already-paused');
  assert.equal(refusalOfTaskAction(at(taskStates.running, true), 'resume'), null);
  assert.equal(refusalOfTaskAction(at(taskStates.running), 'resume'), 'not-paused');
  assert.equal(refusalOfTaskAction(at(taskStates.ending), 'stop'), null);
  assert.equal(refusalOfTaskAction(at(taskStates.completed), 'stop'), 'already-over');
  assert.equal(refusalOfTaskAction(at(taskStates.terminated), 'start'), 'already-over');
});

const indonesia = {
  dialable: (raw: string) => dialableNumber(raw, 'ID'),
  emergencyNumbers: ['112', '110'],
};

test('a roster line becomes a person with the number in E.164, or is named with its reason', () => {
  const { columns, hasHeadings } = rosterColumns(['Phone Number', 'Name', 'timeZone', 'Due Date']);
  assert.ok(hasHeadings);
  const judge = (...cells: string[]) => judgeRosterRow(cells, columns, indonesia);
  assert.deepEqual(judge('0812 3456-789', 'Ani', 'Asia/Makassar', '1 March'), {
    kind: 'person',
    person: {
      number: '+628123456789',
      name: 'Ani',
      timeZone: 'Asia/Makassar',
      variables: { 'Due Date': '1 March' },
    },
  });
  const reason = (...cells: string[]) => {
    const verdict = judge(...cells);
    return verdict.kind === 'issue' ? verdict.reason : verdict.kind;
  };
  assert.equal(reason('', 'Ani'), 'no-number');
  assert.equal(reason('hello'), 'not-a-number');
  assert.equal(reason('12345'), 'not-a-number');
  assert.equal(reason('112'), 'emergency-number');
  assert.equal(reason('08123456789', 'Ani', 'Mars/Base'), 'unknown-time-zone');
  assert.equal(reason('08123456789', 'Ani', '+07:00'), 'unknown-time-zone');
  assert.equal(reason('08123456789', '=cmd|calc'), 'formula');
  assert.equal(reason('08123456789', 'x'.repeat(201)), 'too-long');
  assert.equal(reason('', '', '', ''), 'blank');
  assert.equal(reason('+62 812 3456 789', '-5'), 'person');
});

test('a file of bare numbers has no headings: its first line is somebody', () => {
  const { columns, hasHeadings } = rosterColumns(['08123456789', 'Ani']);
  assert.equal(hasHeadings, false);
  assert.equal(judgeRosterRow(['08123456789', 'Ani'], columns, indonesia).kind, 'person');
});

test('a task name has letters, numbers, Chinese characters and spaces', () => {
  assert.equal(taskNameFault('January 2026 Promotion'), null);
  assert.equal(taskNameFault('三月还款提醒 2'), null);
  for (const name of ['', '   ', 'a@b', '50%', 'x#1', 'tab\tname', 'x'.repeat(51)])
    assert.notEqual(taskNameFault(name), null, JSON.stringify(name));
  assert.equal(taskNameFault('三'.repeat(50)), null);
});

test('an end before the start, an unknown zone and a window that never opens are each named at their field', () => {
  const nowMs = Date.UTC(2026, 10, 21, 5);
  const fields = (times: Partial<Parameters<typeof taskTimeFaults>[0]>) =>
    taskTimeFaults(
      { timeZone: 'Asia/Jakarta', windows: [], notBeforeMs: null, notAfterMs: null, ...times },
      nowMs,
    ).map(({ field }) => field);
  assert.deepEqual(fields({}), []);
  assert.deepEqual(fields({ timeZone: 'Nowhere/Land' }), ['timeZone']);
  assert.deepEqual(fields({ notBeforeMs: nowMs - 1 }), ['notBefore']);
  assert.deepEqual(fields({ notBeforeMs: nowMs + 5000, notAfterMs: nowMs + 4000 }), ['notAfter']);
  assert.deepEqual(fields({ windows: [{ days: [1], from: '10:00', until: '10:00' }] }), [
    'windows.0',
  ]);
  assert.deepEqual(fields({ windows: [{ days: [], from: '09:00', until: '10:00' }] }), [
    'windows.0',
  ]);
  // Saturday noon in Jakarta until Sunday: a window on Mondays never opens in between.
  assert.deepEqual(
    fields({
      windows: [{ days: [1], from: '09:00', until: '17:00' }],
      notAfterMs: nowMs + 86_400_000,
    }),
    ['windows'],
  );
});

const pacing: PacingFacts = {
  freeAgents: 4,
  busyAgents: 6,
  inFlight: 0,
  answered: 500,
  abandonedOfLast: 0,
  abandonPercent: 3,
  answerRate: 0.4,
  ringMs: 15_000,
  talkMs: 120_000,
};

test('until 100 calls were answered, a free agent is given one call at a time', () => {
  assert.equal(callsToPlace({ ...pacing, answered: 99 }), 4);
  assert.equal(callsToPlace({ ...pacing, answered: 99, inFlight: 3 }), 1);
  assert.equal(callsToPlace({ ...pacing, answered: 99, inFlight: 9 }), 0);
});

test('it dials ahead, never further than the abandon limit holds if every call in flight is answered', () => {
  assert.equal(callsToPlace(pacing), 7);
  assert.equal(callsToPlace({ ...pacing, abandonedOfLast: 2 }), 5);
  assert.equal(callsToPlace({ ...pacing, abandonedOfLast: 3 }), 4);
  assert.equal(callsToPlace({ ...pacing, abandonedOfLast: 50 }), 4);
  assert.equal(callsToPlace({ ...pacing, abandonPercent: 0 }), 4);
  assert.equal(callsToPlace({ ...pacing, freeAgents: 0, inFlight: 3 }), 0);
  for (let inFlight = 0; inFlight < 30; inFlight++) {
    const placed = callsToPlace({ ...pacing, inFlight, abandonedOfLast: 1 });
    assert.ok(placed >= 0 && (placed === 0 || inFlight + placed <= 4 + 2));
  }
});

test('when nearly everybody answers, it dials no more than the agents who will be free', () => {
  assert.equal(callsToPlace({ ...pacing, answerRate: 1, abandonPercent: 50 }), 5);
});

test('a moving mean begins as a plain mean and then follows', () => {
  const mean = new MovingMean(10, 99);
  mean.add(1);
  assert.equal(mean.value, 1);
  mean.add(3);
  assert.equal(mean.value, 2);
  for (let i = 0; i < 200; i++) mean.add(7);
  assert.ok(Math.abs(mean.value - 7) < 0.01);
});

test('numbers remembered by their beginning are read as each would be by itself, in every country', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const digits = (count: number): string =>
    Array.from({ length: count }, () => random(10)).join('');
  const starts = ['', '0', '00', '1', '8', '+', '0800', '15', '044'];
  for (const country of getCountries()) {
    const memory = new NumberMemory(country);
    for (let family = 0; family < 12; family++) {
      const beginning = (starts[random(starts.length)] ?? '') + digits(7);
      const rest = 2 + random(5);
      for (let member = 0; member < 3; member++) {
        const number = beginning + digits(rest);
        assert.equal(
          memory.dialable(number),
          dialableNumber(number, country),
          `${country} ${number}`,
        );
      }
    }
  }
});
