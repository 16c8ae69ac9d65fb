import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LedgerFile } from '#adapters/disk/ledger-file.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { AgentId, CallId, LegId, QueueId, RecordingId, TenantId } from '#core/ids.ts';
import { outcomeOf } from '#core/recording/outcome.ts';
import { startProjector, type Projector } from '#durable/ledger/projector.ts';
import { startJobRunner, type JobRunner } from '#durable/runner/job-runner.ts';
import type { ChangeEvent, ChangeFeed } from '#ports/events.ts';
import type { LedgerTables } from '#ports/ledger-tables.ts';
import type { CallFilter } from '#ports/library.ts';
import { callEntries, type CallStory } from '../../../tests/rig/call-entries.ts';
import { silentLog, silentMetrics } from '../../../tests/rig/silent.ts';
import {
  addTestTenant,
  openTestDatabase,
  type TestDatabase,
} from '../../../tests/rig/test-database.ts';
import { systemClock } from '../clock/system-clock.ts';
import { SqlAlarms } from './alarms/alarms.ts';
import { readBalance } from './ledger/balance.ts';
import { SqlLedgerTables } from './ledger/ledger-tables.ts';
import { SqlLibrary } from './library/library.ts';
import { SqlRecordingRows } from './recordings/finalise-rows.ts';

const root = mkdtempSync(join(tmpdir(), 'callreel-projection-'));
const tenantA = 'tenant-a' as TenantId;
const tenantB = 'tenant-b' as TenantId;
const whole = (tenantId: TenantId) => ({ tenantId, only: null });
const firstPage = { limit: 50, after: null };

let rig: TestDatabase;
let jobs: JobRunner;
const log = silentLog();
const metrics = silentMetrics();
const published: ChangeEvent[] = [];
const changes: ChangeFeed = {
  publish: (event) => {
    published.push(event);
  },
  subscribe: () => () => undefined,
};
const finalised: { recordingId: string; atMs: number }[] = [];

before(async () => {
  rig = await openTestDatabase();
  await addTestTenant(rig.database, tenantA, 1);
  await addTestTenant(rig.database, tenantB, 2);
  jobs = await startJobRunner({ database: rig.database, log, metrics });
  await jobs.work(
    'finalise',
    async ({ recordingId }) => {
      finalised.push({ recordingId, atMs: performance.now() });
    },
    async () => undefined,
  );
});
after(async () => {
  await jobs.close();
  await rig.drop();
  rmSync(root, { recursive: true, force: true });
});

let folders = 0;
interface Following {
  readonly ledger: LedgerFile;
  readonly projector: Projector;
  readonly tables: LedgerTables;
  readonly close: () => Promise<void>;
}

const follow = async (
  wrap: (tables: LedgerTables) => LedgerTables = (tables) => tables,
  folder = join(root, `l${folders++}`),
): Promise<Following> => {
  const ledger = await LedgerFile.open({ folder, log, metrics });
  const tables = wrap(new SqlLedgerTables(rig.database.kysely, { outcomeOf, jobs }));
  const alarms = new SqlAlarms(rig.database.kysely, changes);
  const projector = startProjector({
    ledger,
    tables,
    changes,
    alarms,
    clock: systemClock,
    log,
    metrics,
    retryMs: 5,
  });
  const close = async (): Promise<void> => {
    await projector.close();
    await ledger.close();
  };
  return { ledger, projector, tables, close };
};

const appendAll = (ledger: LedgerFile, entries: readonly LedgerEntry[]): void => {
  for (const entry of entries) ledger.append(entry);
};

const until = async (what: string, ready: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!(await ready())) {
    assert(performance.now() < deadline, `no ${what} within 10 s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const newestOf = (folder: string): string | undefined =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ldg'))
    .sort()
    .at(-1);

const library = (): SqlLibrary => new SqlLibrary(rig.database.kysely);
const rows = (): SqlRecordingRows =>
  new SqlRecordingRows(rig.database.kysely, { outcomeOf, changes });

test('a recorded call is in the tables with its legs, hold, recording and tracks, and becomes ready with its file', async () => {
  const { ledger, projector, close } = await follow();
  const story: CallStory = {
    callId: 'recorded',
    tenantId: tenantA,
    agentId: 'agent-7',
    queueId: 'queue-1',
    hold: true,
  };
  appendAll(ledger, callEntries(story));
  await projector.settled();
  const call = await library().call(whole(tenantA), 'recorded' as CallId);
  assert(call);
  assert.equal(call.outcome, 'inProgress');
  assert.equal(call.endStatus, 'ok');
  assert.deepEqual(call.agentIds, ['agent-7']);
  assert.equal(call.queueId, 'queue-1');
  assert.deepEqual(
    call.legs.map((leg) => [leg.participant, leg.kind, leg.endpointUser]),
    [
      [1, 'customer', '+628111'],
      [2, 'agent', 'agent-7@example.org'],
    ],
  );
  assert.deepEqual(
    call.happenings.map((each) => each.kind),
    ['queued', 'held', 'unheld'],
  );
  assert.deepEqual(
    call.recordings.map((each) => [each.state, each.segment]),
    [['sealed', 1]],
  );
  const sources = await rows().sources('recorded-r1' as RecordingId);
  assert.deepEqual(
    sources?.tracks.map((track) => [track.participant, track.kind, track.path]),
    [
      [1, 'customer', 'journals/recorded/recorded-t1.crj'],
      [2, 'agent', 'journals/recorded/recorded-t2.crj'],
    ],
  );
  assert.equal(sources.startedAtMonoNs, '123456789');
  await rows().storeRendition('recorded-r1' as RecordingId, {
    rendition: 'mixed',
    format: 'mp3',
    objectKey: 'recordings/x.mp3',
    sizeBytes: 3_000_000_000,
    sha256: 'ab',
    durationMs: 1000,
    frames: 8000,
    channels: 1,
    peaksKey: 'x.peaks',
  });
  await rows().markReady('recorded-r1' as RecordingId, {
    durationMs: 1000,
    frames: 8000,
    timeline: [],
  });
  const ready = await library().call(whole(tenantA), 'recorded' as CallId);
  assert.equal(ready?.outcome, 'ready');
  const recording = await library().recording(whole(tenantA), 'recorded-r1' as RecordingId);
  assert.equal(recording?.state, 'ready');
  assert.equal(recording.durationMs, 1000);
  assert.deepEqual(
    recording.renditions.map((each) => [each.rendition, each.sizeBytes]),
    [['mixed', 3_000_000_000]],
  );
  assert.deepEqual(recording.timeline, []);
  await close();
});

test('a sealed recording starts its finalise job at once, and exactly one', async () => {
  const { ledger, projector, close } = await follow();
  const entries = callEntries({ callId: 'prompt', tenantId: tenantA, agentId: 'agent-7' });
  const sealedAt = entries.findIndex((entry) => entry.kind === 'recordingSealed');
  appendAll(ledger, entries.slice(0, sealedAt));
  await projector.settled();
  const mine = () => finalised.filter((job) => job.recordingId === 'prompt-r1');
  assert.equal(mine().length, 0);
  const appendedAt = performance.now();
  appendAll(ledger, entries.slice(sealedAt));
  await until('finalise job', () => mine().length > 0);
  const latencyMs = (mine()[0]?.atMs ?? Infinity) - appendedAt;
  // The budget is 150 ms on an idle machine; ten times that tells polling (2 s) from a notice on a busy one.
  assert(latencyMs < 1500, `${latencyMs} ms`);
  await projector.settled();
  assert.equal(mine().length, 1);
  await close();
});

test('a call that nobody was to record is excluded by its rule, one that reached no agent by no-agent', async () => {
  const { ledger, projector, close } = await follow();
  appendAll(
    ledger,
    callEntries({
      callId: 'off',
      tenantId: tenantA,
      agentId: 'agent-7',
      verdict: { record: false, rule: 'settings-off' },
    }),
  );
  appendAll(
    ledger,
    callEntries({ callId: 'gave-up', tenantId: tenantA, agentId: null, queueId: 'queue-1' }),
  );
  await projector.settled();
  const off = await library().call(whole(tenantA), 'off' as CallId);
  assert.deepEqual([off?.outcome, off?.outcomeReason], ['excluded', 'settings-off']);
  const gaveUp = await library().call(whole(tenantA), 'gave-up' as CallId);
  assert.deepEqual([gaveUp?.outcome, gaveUp?.outcomeReason], ['excluded', 'no-agent']);
  await close();
});

test('a call whose disk was full failed with that reason, although a part of it can be played', async () => {
  const { ledger, projector, close } = await follow();
  appendAll(
    ledger,
    callEntries({ callId: 'full', tenantId: tenantA, agentId: 'agent-7', failedBy: 'disk/full' }),
  );
  await projector.settled();
  const sources = await rows().sources('full-r1' as RecordingId);
  assert.deepEqual([sources?.node, sources?.captureFailedBy], [ledger.node, 'disk/full']);
  assert.deepEqual(
    sources?.tracks.map(({ participant, failedBy }) => [participant, failedBy]),
    [
      [1, 'disk/full'],
      [2, null],
    ],
  );
  await rows().markReady('full-r1' as RecordingId, { durationMs: 500, frames: 4000, timeline: [] });
  const call = await library().call(whole(tenantA), 'full' as CallId);
  assert.deepEqual([call?.outcome, call?.outcomeReason], ['failed', 'disk/full']);
  await close();
});

test('while the database is away the ledger grows, and everything is there once it is back', async () => {
  let isAway = true;
  let refused = 0;
  const { ledger, projector, close } = await follow((tables) => ({
    place: (node) => tables.place(node),
    setAside: (order) => tables.setAside(order),
    apply: async (order) => {
      if (!isAway) return tables.apply(order);
      refused++;
      throw new Error('connect ECONNREFUSED');
    },
  }));
  for (let n = 0; n < 20; n++)
    appendAll(ledger, callEntries({ callId: `away-${n}`, tenantId: tenantA, agentId: 'agent-7' }));
  await until('refusals', () => refused > 2);
  assert.equal(await library().call(whole(tenantA), 'away-0' as CallId), null);
  assert(metrics.value('callreel_ledger_lag_bytes') > 1000);
  isAway = false;
  await projector.settled();
  for (let n = 0; n < 20; n++)
    assert.equal((await library().call(whole(tenantA), `away-${n}` as CallId))?.legs.length, 2);
  await close();
});

test('an entry that the tables will never take is set aside with an alarm, and holds up no call after it', async () => {
  const { ledger, projector, close } = await follow();
  const before = callEntries({ callId: 'sound-1', tenantId: tenantA, agentId: 'agent-7' });
  const broken = callEntries({ callId: 'broken', tenantId: tenantA, agentId: 'agent-7' });
  const after = callEntries({ callId: 'sound-2', tenantId: tenantA, agentId: 'agent-7' });
  const unwritable = broken.map((entry) =>
    // No timestamp of PostgreSQL is so late, and no clock of ours either: somebody edited the file, or a disk did.
    entry.kind === 'callEnded' ? { ...entry, at: 8.64e15 * 1000 } : entry,
  );
  appendAll(ledger, [...before, ...unwritable, ...after]);
  await projector.settled();
  for (const id of ['sound-1', 'sound-2'])
    assert.equal((await library().call(whole(tenantA), id as CallId))?.legs.length, 2, id);
  const kept = await rig.database.kysely.selectFrom('ledgerRefused').selectAll().execute();
  assert.deepEqual(
    kept.map(({ entry }) => (JSON.parse(entry) as LedgerEntry).kind),
    ['callEnded'],
  );
  const alarms = await library().alarms(tenantA, 20);
  assert(alarms.some((alarm) => alarm.kind === 'ledger/refused'));
  await close();
});

test('a batch whose answer was lost is not projected twice', async () => {
  let lose = true;
  const { ledger, projector, close } = await follow((tables) => ({
    place: (node) => tables.place(node),
    setAside: (order) => tables.setAside(order),
    apply: async (order) => {
      const applied = await tables.apply(order);
      if (lose) {
        lose = false;
        throw new Error('Connection terminated unexpectedly');
      }
      return applied;
    },
  }));
  appendAll(
    ledger,
    callEntries({ callId: 'once', tenantId: tenantA, agentId: 'agent-7', hold: true }),
  );
  await projector.settled();
  assert.equal(lose, false);
  const call = await library().call(whole(tenantA), 'once' as CallId);
  assert.deepEqual(
    call?.happenings.map((each) => each.kind),
    ['held', 'unheld'],
  );
  assert.equal(call.legs.length, 2);
  await until('the finalise job', () => finalised.some((job) => job.recordingId === 'once-r1'));
  assert.equal(finalised.filter((job) => job.recordingId === 'once-r1').length, 1);
  await close();
});

test('a ledger that is read again from its beginning tells of each hold, queue and opt-out once', async () => {
  const folder = join(root, `l${folders++}`);
  const first = await follow(undefined, folder);
  const again = { callId: 'again', tenantId: tenantA, agentId: 'agent-7', queueId: 'queue-1' };
  const entries = callEntries({ ...again, hold: true });
  const optedOut = { kind: 'optedOut', callId: 'again' as CallId, at: 1_790_000_000_456 } as const;
  appendAll(first.ledger, [
    ...entries.slice(0, -1),
    { ...optedOut, legId: 'again-l1' as LegId, number: '+628111' },
  ]);
  await first.projector.settled();
  await first.close();
  const told = async (): Promise<readonly string[] | undefined> =>
    (await library().call(whole(tenantA), 'again' as CallId))?.happenings.map((each) => each.kind);
  assert.deepEqual(await told(), ['queued', 'held', 'unheld', 'optedOut']);
  // The tables know a place that the disk has not: all that is left is read again.
  await rig.database.kysely
    .updateTable('ledgerCursors')
    .set({ file: '000000000099.ldg', byteOffset: 0 })
    .where('node', '=', first.ledger.node)
    .execute();
  const second = await follow(undefined, folder);
  appendAll(second.ledger, entries.slice(-1));
  await until('the end of the call', async () => {
    const call = await library().call(whole(tenantA), 'again' as CallId);
    return call?.endedAtMs !== null;
  });
  await second.close();
  assert.deepEqual(await told(), ['queued', 'held', 'unheld', 'optedOut']);
});

test('many starts without a call prune no file that the tables still name: nothing is said to be lost', async () => {
  const folder = join(root, 'quiet');
  const story = callEntries({ callId: 'before-the-quiet', tenantId: tenantA, agentId: null });
  const first = await follow(undefined, folder);
  appendAll(first.ledger, story);
  await first.projector.settled();
  await first.close();
  const lostOf = (node: string) =>
    rig.database.kysely
      .selectFrom('alarms')
      .select('id')
      .where('kind', '=', 'ledger/lost')
      .where('subjectId', '=', node)
      .execute();
  const { node } = first.ledger;
  for (let life = 0; life < 70; life++) {
    const { ledger, projector, close } = await follow(undefined, folder);
    await projector.settled();
    await until('the place in this life', () => projector.place?.file === newestOf(folder));
    assert.equal(ledger.lagBytes(projector.place), 0);
    await close();
  }
  assert(readdirSync(folder).length < 70, 'old files were pruned');
  const last = await follow(undefined, folder);
  appendAll(
    last.ledger,
    callEntries({ callId: 'after-the-quiet', tenantId: tenantA, agentId: null }),
  );
  await last.projector.settled();
  await last.close();
  assert.deepEqual(await lostOf(node), []);
});

test('a call of a tenant that does not exist raises an alarm and stops nobody', async () => {
  const { ledger, projector, close } = await follow();
  appendAll(
    ledger,
    callEntries({ callId: 'stranger', tenantId: 'nobody' as TenantId, agentId: 'agent-7' }),
  );
  appendAll(
    ledger,
    callEntries({ callId: 'after-stranger', tenantId: tenantA, agentId: 'agent-7' }),
  );
  await projector.settled();
  assert(await library().call(whole(tenantA), 'after-stranger' as CallId));
  const alarms = await library().alarms(tenantA, 10);
  assert(alarms.some((alarm) => alarm.kind === 'ledger/unknown-tenant'));
  await close();
});

test('pages follow one another without a gap or a repetition, also among calls of the same instant', async () => {
  const { ledger, projector, close } = await follow();
  for (let n = 0; n < 25; n++)
    appendAll(
      ledger,
      callEntries({
        callId: `page-${n}`,
        tenantId: tenantB,
        agentId: n % 2 ? 'odd' : 'even',
        startedAt: 1_800_000_000_000 + Math.floor(n / 5),
      }),
    );
  await projector.settled();
  const seen: string[] = [];
  for (let after = null, pages = 0; pages < 10; pages++) {
    const page: Awaited<ReturnType<SqlLibrary['recordings']>> = await library().recordings(
      whole(tenantB),
      {},
      { limit: 4, after },
    );
    seen.push(...page.items.map((item) => item.callId));
    if (page.next === null) break;
    after = page.next as never;
  }
  assert.equal(seen.length, 25);
  assert.equal(new Set(seen).size, 25);
  const odd = await library().recordings(whole(tenantB), { agentId: 'odd' as AgentId }, firstPage);
  assert.equal(odd.items.length, 12);
  assert(odd.items.every((item) => item.agentIds.includes('odd' as AgentId)));
  const span = await library().calls(
    whole(tenantB),
    { fromMs: 1_800_000_000_001, toMs: 1_800_000_000_003 },
    firstPage,
  );
  assert.equal(span.items.length, 10);
  await close();
});

test('another tenant, another queue and another agent see nothing', async () => {
  const { ledger, projector, close } = await follow();
  appendAll(
    ledger,
    callEntries({ callId: 'mine', tenantId: tenantA, agentId: 'agent-m', queueId: 'queue-m' }),
  );
  await projector.settled();
  const sees = async (scope: Parameters<SqlLibrary['call']>[0]): Promise<boolean[]> => [
    (await library().call(scope, 'mine' as CallId)) !== null,
    (await library().recording(scope, 'mine-r1' as RecordingId)) !== null,
    (await library().calls(scope, {}, firstPage)).items.some((item) => item.callId === 'mine'),
    (await library().recordings(scope, {}, firstPage)).items.some((item) => item.callId === 'mine'),
  ];
  const all = [true, true, true, true];
  const none = [false, false, false, false];
  const ofQueues = (...queueIds: string[]) => ({
    tenantId: tenantA,
    only: { kind: 'queues' as const, queueIds: queueIds as QueueId[] },
  });
  const ofAgent = (agentId: string) => ({
    tenantId: tenantA,
    only: { kind: 'agent' as const, agentId: agentId as AgentId },
  });
  assert.deepEqual(await sees(whole(tenantA)), all);
  assert.deepEqual(await sees(whole(tenantB)), none);
  assert.deepEqual(await sees(ofQueues('queue-m')), all);
  assert.deepEqual(await sees(ofQueues('queue-x')), none);
  assert.deepEqual(await sees(ofQueues()), none);
  assert.deepEqual(await sees(ofAgent('agent-m')), all);
  assert.deepEqual(await sees(ofAgent('agent-x')), none);
  await close();
});

test('a call that comes to a queue after its agent took part is found by both together, and by number', async () => {
  const { ledger, projector, close } = await follow();
  const story = { callId: 'late', tenantId: tenantA, agentId: 'agent-late', queueId: 'queue-late' };
  const entries = callEntries(story);
  appendAll(
    ledger,
    entries.filter(({ kind }) => kind !== 'queued'),
  );
  await projector.settled();
  const found = async (filter: CallFilter): Promise<string[]> => {
    const asked = { agentId: 'agent-late' as AgentId, ...filter };
    const { items } = await library().calls(whole(tenantA), asked, firstPage);
    return items.map(({ callId }) => callId);
  };
  const byQueue = { queueId: 'queue-late' as QueueId };
  assert.deepEqual(await found(byQueue), []);
  assert.deepEqual(await found({ number: '+628111' }), ['late']);
  assert.deepEqual(await found({ number: '+628112' }), []);
  appendAll(
    ledger,
    entries.filter(({ kind }) => kind === 'queued'),
  );
  await projector.settled();
  assert.deepEqual(await found(byQueue), ['late']);
  assert.deepEqual(await found({ ...byQueue, number: '1000' }), ['late']);
  await close();
});

test('the account of calls balances, and a row that was changed by hand is found', async () => {
  const before = await readBalance(rig.database.kysely, tenantA);
  assert.equal(before.difference, 0);
  assert.deepEqual(before.disagreeing, []);
  assert(before.answered > 20);
  assert.equal(before.ready, 1);
  await rig.database.kysely
    .updateTable('calls')
    .set({ outcome: 'ready' })
    .where('id', '=', 'off')
    .execute();
  const wrong = await readBalance(rig.database.kysely, tenantA);
  assert.deepEqual(wrong.disagreeing, ['off']);
  await rig.database.kysely
    .updateTable('calls')
    .set({ outcome: 'excluded' })
    .where('id', '=', 'off')
    .execute();
});

test('every change is told to those who listen', () => {
  assert(
    published.some(
      (event) => event.topic === 'calls' && event.id === 'recorded' && event.tenantId === tenantA,
    ),
  );
  assert(published.some((event) => event.topic === 'recordings' && event.id === 'recorded-r1'));
});

test('what a phone writes into its headers never stops the projection: NUL, half a surrogate pair, a number of eight kilobytes', async () => {
  const { ledger, close } = await follow();
  const odd = ['\u0000+62\u0000', '\ud83d+62', randomBytes(4000).toString('hex')];
  for (const [index, text] of odd.entries())
    for (const entry of callEntries({ callId: `odd-${index}`, tenantId: tenantA, agentId: null })) {
      if (entry.kind === 'callStarted') ledger.append({ ...entry, caller: text, callee: text });
      else if (entry.kind === 'callEnded') ledger.append({ ...entry, cause: text });
      else ledger.append(entry);
    }
  try {
    for (const index of odd.keys())
      await until(
        'call in the tables',
        async () =>
          (await library().call(whole(tenantA), `odd-${index}` as CallId))?.endStatus ===
          'waitingGiveUp',
      );
  } finally {
    await close();
  }
});

test('recordings that wait for their files are those of one machine that were sealed before an instant, the oldest first', async () => {
  const { ledger, projector, close } = await follow();
  const minute = 60_000;
  const startedAt = 1_790_000_000_000;
  for (const [id, minutes] of [
    ['later', 2],
    ['soon', 1],
    ['made', 0],
    ['too-late', 9],
  ] as const)
    appendAll(
      ledger,
      callEntries({
        callId: `waits-${id}`,
        tenantId: tenantA,
        agentId: 'agent-7',
        startedAt: startedAt + minutes * minute,
      }),
    );
  await projector.settled();
  const facts = { durationMs: 500, frames: 4000, timeline: [] };
  await rows().markReady('waits-made-r1' as RecordingId, facts);
  const before = startedAt + 5 * minute;
  assert.deepEqual(await rows().waiting(ledger.node, before, 10), [
    'waits-soon-r1',
    'waits-later-r1',
  ]);
  assert.deepEqual(await rows().waiting(ledger.node, before, 1), ['waits-soon-r1']);
  assert.deepEqual(await rows().waiting('another', before, 10), []);
  await close();
});
