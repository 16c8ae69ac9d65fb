/** Calls of a machine that never comes back: told of, given up, and rescued should it come back all the same. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createNodeDesk } from '#admin/nodes.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { CallId, RecordingId, TenantId } from '#core/ids.ts';
import { silentAfterMs } from '#core/node-silence.ts';
import { outcomeOf } from '#core/recording/outcome.ts';
import { foldEntries } from '#durable/ledger/fold.ts';
import { NodeWatch } from '#durable/nodes/node-watch.ts';
import type { ChangeEvent } from '#ports/events.ts';
import { callEntries } from '../../../../tests/rig/call-entries.ts';
import { silentLog } from '../../../../tests/rig/silent.ts';
import {
  addTestTenant,
  openTestDatabase,
  type TestDatabase,
} from '../../../../tests/rig/test-database.ts';
import { systemClock } from '../../clock/system-clock.ts';
import { SqlAlarms } from '../alarms/alarms.ts';
import { readBalance } from '../ledger/balance.ts';
import { SqlLedgerTables } from '../ledger/ledger-tables.ts';
import { SqlLibrary } from '../library/library.ts';
import { sqlDialRows } from '../outbound/dial-rows.ts';
import { sqlNodeRows } from './node-rows.ts';

const tenantId = 'tenant-a' as TenantId;
const startedAt = 1_790_000_000_000;
const seenAt = startedAt + 60_000;
const nowAt = seenAt + 3_600_000;
const published: ChangeEvent[] = [];
const changes = {
  publish: (event: ChangeEvent) => void published.push(event),
  subscribe: () => () => undefined,
};
const finalised: string[] = [];
let rig: TestDatabase;
let tables: SqlLedgerTables;

before(async () => {
  rig = await openTestDatabase();
  await addTestTenant(rig.database, tenantId, 1);
  tables = new SqlLedgerTables(rig.database.kysely, {
    outcomeOf,
    jobs: {
      enqueue: async (_name, items) => {
        for (const item of items) if ('recordingId' in item) finalised.push(item.recordingId);
      },
    },
  });
});
after(() => rig.drop());

const project = async (node: string, entries: readonly LedgerEntry[]): Promise<void> => {
  const from = await tables.place(node);
  const next = { file: '000000000001.ldg', byteOffset: (from?.byteOffset ?? 0) + 1 };
  await tables.apply({ node, from, next, changes: foldEntries(entries) });
};

/** A call's entries up to the first of a kind, and the rest. */
const cut = (callId: string, kind: LedgerEntry['kind'] | null): [LedgerEntry[], LedgerEntry[]] => {
  const all = callEntries({ callId, tenantId, agentId: 'agent-7', startedAt });
  const at = kind === null ? all.length : all.findIndex((entry) => entry.kind === kind);
  return [all.slice(0, at), all.slice(at)];
};

const callOf = async (id: string) => {
  const call = await new SqlLibrary(rig.database.kysely).call(
    { tenantId, only: null },
    id as CallId,
  );
  assert(call, id);
  return call;
};

const rowsOf = () => sqlNodeRows(rig.database.kysely, outcomeOf);
const at = (nowMs: number) => ({ ...systemClock, nowMs: () => nowMs });

test('a machine that is silent with open calls is an alarm until it speaks, and whoever has none is not', async () => {
  const dial = sqlDialRows(rig.database.kysely);
  await project('watched', cut('watched-1', 'trackSealed')[0]);
  await project('idle', cut('idle-1', null)[0]);
  await rig.database.kysely
    .updateTable('recordings')
    .set({ state: 'ready' })
    .where('callId', '=', 'idle-1')
    .execute();
  await rig.database.kysely
    .updateTable('calls')
    .set({ outcome: 'ready' })
    .where('id', '=', 'idle-1')
    .execute();
  let nowMs = nowAt;
  const alarms = new SqlAlarms(rig.database.kysely, changes);
  const watch = new NodeWatch({
    rows: rowsOf(),
    own: 'this-one',
    alarms,
    clock: { ...systemClock, nowMs: () => nowMs },
    log: silentLog(),
  });
  const standing = async (): Promise<(string | null)[]> =>
    (await alarms.standing(['node/silent'])).map(({ subjectId }) => subjectId);
  const minutes = async (count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute++) {
      await watch.look();
      nowMs += 60_000;
    }
  };
  await dial.seen('watched', nowMs);
  await dial.seen('idle', nowMs);
  await minutes(10);
  assert.deepEqual(await standing(), [], 'ten minutes are not over');
  await minutes(1);
  assert.deepEqual(await standing(), ['watched']);
  await dial.seen('watched', nowMs);
  await minutes(1);
  assert.deepEqual(await standing(), []);
  // The database was away for an hour, for everybody: nobody was silent.
  nowMs += 3_600_000;
  await minutes(9);
  assert.deepEqual(await standing(), []);
});

test('a machine that is given up leaves no call open: each has its end, its outcome and the reason', async () => {
  await sqlDialRows(rig.database.kysely).seen('burnt', seenAt);
  const [talking] = cut('burnt-talking', 'trackSealed');
  const [ringing] = cut('burnt-ringing', 'legAnswered');
  const [sealing] = cut('burnt-sealing', null).map((entries) =>
    entries.filter(({ kind }) => kind !== 'trackSealed' && kind !== 'recordingSealed'),
  );
  const [whole] = cut('burnt-sealed', null);
  const [waiting] = cut('burnt-waiting', 'answered');
  for (const entries of [talking, ringing, sealing ?? [], whole, waiting])
    await project('burnt', entries);
  await rig.database.kysely
    .updateTable('ledgerCursors')
    .set({ updatedAt: new Date(seenAt - 5000) })
    .where('node', '=', 'burnt')
    .execute();
  const desk = createNodeDesk({ rows: rowsOf(), own: 'this-one', changes, clock: at(nowAt) });
  const listed = (await desk.list()).find(({ node }) => node === 'burnt');
  assert.deepEqual(listed, { node: 'burnt', seenAtMs: seenAt, openCalls: 5, isOwn: false });
  const alarms = new SqlAlarms(rig.database.kysely, changes);
  for (const subjectId of ['burnt', 'this-one'])
    await alarms.raise({ tenantId: null, kind: 'disk/low', subjectId, message: 'no room' });
  published.length = 0;
  assert.deepEqual(await desk.retire('burnt'), { ok: true, value: 5 });
  assert.equal(published.filter(({ topic }) => topic === 'calls').length, 5);
  const ended = await callOf('burnt-talking');
  assert.equal(ended.endedAtMs, seenAt, 'when it was last seen');
  assert.deepEqual(
    [ended.outcome, ended.outcomeReason, ended.endStatus, ended.cause],
    [
      'failed',
      'the machine that had its audio was given up',
      'error',
      'the machine that held the call was given up',
    ],
  );
  assert(ended.legs.every((leg) => leg.endedAtMs !== null));
  assert.equal((await callOf('burnt-ringing')).outcome, 'excluded');
  const sealed = await callOf('burnt-sealing');
  assert.equal(sealed.outcome, 'failed');
  assert.equal((await callOf('burnt-sealed')).outcome, 'failed', 'its files were not made');
  assert.notEqual(sealed.endedAtMs, seenAt, 'it had its own end');
  const { difference, disagreeing } = await readBalance(rig.database.kysely, tenantId);
  assert.deepEqual([difference, disagreeing], [0, []]);
  const waited = await rig.database.kysely
    .selectFrom('calls')
    .select('gotMedia')
    .where('id', '=', 'burnt-waiting')
    .executeTakeFirst();
  assert.equal(waited?.gotMedia, true, 'answered by us, so it counts');
  assert((await desk.list()).every(({ node }) => node !== 'burnt'));
  assert.deepEqual(
    (await alarms.standing(['disk/low'])).map(({ subjectId }) => subjectId),
    ['this-one'],
    'what it told of itself goes with it',
  );
  assert.equal((await desk.retire('burnt')).ok, false, 'it is forgotten');
});

test('a machine that returns although it was given up still makes recordings of its journals', async () => {
  await sqlDialRows(rig.database.kysely).seen('back', seenAt);
  const [told, rest] = cut('back-1', 'trackSealed');
  await project('back', told);
  const desk = createNodeDesk({ rows: rowsOf(), own: 'this-one', changes, clock: at(nowAt) });
  assert.equal((await desk.retire('back')).ok, true);
  const recordingId = 'back-1-r1' as RecordingId;
  assert.equal((await callOf('back-1')).outcome, 'failed');
  await project('back', rest);
  assert(finalised.includes(recordingId));
  const call = await callOf('back-1');
  const own = rest.find(({ kind }) => kind === 'callEnded');
  assert.deepEqual(
    [call.outcome, call.endStatus, call.endedAtMs],
    ['inProgress', 'ok', own?.at],
    'what it tells of the end stands',
  );
  const [recording] = await rig.database.kysely
    .selectFrom('recordings')
    .select(['state', 'failureReason', 'failedAt'])
    .where('id', '=', recordingId)
    .execute();
  assert.deepEqual(recording, { state: 'sealed', failureReason: null, failedAt: null });
});

test('recordings whose journals were sealed are given up with their machine, the alarm about its folder ends, and both are undone by its return', async () => {
  await sqlDialRows(rig.database.kysely).seen('lost', seenAt);
  await project('lost', cut('lost-1', null)[0]);
  const alarms = new SqlAlarms(rig.database.kysely, changes);
  const kind = 'finalise/other-folder';
  await alarms.raise({ tenantId: null, kind, subjectId: 'lost', message: 'where is it' });
  assert.equal((await callOf('lost-1')).recordings[0]?.state, 'sealed');
  const desk = createNodeDesk({ rows: rowsOf(), own: 'this-one', changes, clock: at(nowAt) });
  assert.deepEqual(await desk.retire('lost'), { ok: true, value: 1 });
  const givenUp = await callOf('lost-1');
  assert.deepEqual([givenUp.outcome, givenUp.recordings[0]?.state], ['failed', 'failed']);
  assert.deepEqual(await alarms.standing([kind]), []);
  assert.deepEqual(await rowsOf().takeBack('lost'), [{ id: 'lost-1', tenantId }]);
  const back = await callOf('lost-1');
  assert.deepEqual([back.outcome, back.recordings[0]?.state], ['inProgress', 'sealed']);
  assert.deepEqual(await rowsOf().takeBack('lost'), [], 'once');
});

test('a machine that is at work, the own one, and one that nobody knows are not given up', async () => {
  const rows = rowsOf();
  for (const node of ['working', 'this-one']) {
    await sqlDialRows(rig.database.kysely).seen(node, nowAt);
    await project(node, cut(`${node}-1`, 'trackSealed')[0]);
  }
  const later = nowAt + silentAfterMs;
  const refusals = async (nowMs: number, node: string): Promise<string> => {
    const retired = await createNodeDesk({
      rows,
      own: 'this-one',
      changes,
      clock: at(nowMs),
    }).retire(node);
    return retired.ok ? 'given up' : retired.error;
  };
  assert.match(await refusals(nowAt + 5000, 'working'), /seen 5 seconds ago: stop it/);
  assert.match(await refusals(later, 'this-one'), /start the server on it/);
  assert.match(await refusals(later, 'nobody'), /no node nobody/);
  assert.equal((await callOf('working-1')).outcome, 'inProgress');
  assert.equal(await refusals(later, 'working'), 'given up');
});
