import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AgentId, CallId, QueueId, RecordingId, TenantId } from '#core/ids.ts';
import type { LibraryScope, PageRequest, RecordingFilter } from '#ports/library.ts';
import { addRecordedCall } from '../../../../tests/rig/recording-rows.ts';
import {
  addTestTenant,
  openTestDatabase,
  type TestDatabase,
} from '../../../../tests/rig/test-database.ts';
import { SqlLibrary } from './library.ts';

const tenantId = 'tenant-a' as TenantId;
const minute = 60_000;
const begun = Date.UTC(2026, 2, 1);

/** [agent, queue, caller, callee, state] of one call each, a minute apart; the first two begin in the same moment. */
const rows = [
  ['anna', 'sales', '+621', '1000', 'ready'],
  ['anna', 'sales', '+622', '1000', 'failed'],
  ['bert', 'sales', '1000', '+621', 'ready'],
  ['bert', 'support', '+621', '+621', 'ready'],
  ['anna', 'support', '+623', '1000', 'ready'],
  ['bert', null, '+621', '2000', 'ready'],
] as const;

const tagged = ['r1', 'r2', 'r5'];

let database: TestDatabase;
let library: SqlLibrary;

before(async () => {
  database = await openTestDatabase();
  const { kysely } = database.database;
  await addTestTenant(database.database);
  for (const [index, [agentId, queueId, caller, callee, state]] of rows.entries()) {
    const id = `r${index}`;
    const startedAt = new Date(begun + Math.max(0, index - 1) * minute);
    const same = { tenantId, caller, callee, queueId, startedAt };
    await addRecordedCall(database.database, { ...same, id }, { id, state });
    await kysely
      .insertInto('recordingAgents')
      .values({ ...same, recordingId: id, agentId })
      .execute();
    await kysely
      .insertInto('callAgents')
      .values({ ...same, callId: id, agentId })
      .execute();
    if (tagged.includes(id))
      await kysely
        .insertInto('recordingTags')
        .values({ recordingId: id, tenantId, tag: 'court', startedAt })
        .execute();
  }
  library = new SqlLibrary(kysely);
});

after(() => database.drop());

const listed = async (
  filter: RecordingFilter,
  only: LibraryScope['only'] = null,
  page: Partial<PageRequest> = {},
): Promise<string> => {
  const request = { limit: 50, after: null, ...page };
  const { items } = await library.recordings({ tenantId, only }, filter, request);
  return items.map(({ recordingId }) => recordingId).join(' ');
};

const queues = (...queueIds: string[]): LibraryScope['only'] => ({
  kind: 'queues',
  queueIds: queueIds as QueueId[],
});
const agent = (agentId: string): LibraryScope['only'] => ({
  kind: 'agent',
  agentId: agentId as AgentId,
});

test('recordings are listed newest first, those of one moment by id', async () => {
  assert.equal(await listed({}), 'r5 r4 r3 r2 r1 r0');
});

test('a number is found as caller and as callee, each recording once', async () => {
  assert.equal(await listed({ number: '+621' }), 'r5 r3 r2 r0');
  assert.equal(await listed({ number: '1000' }), 'r4 r2 r1 r0');
});

test('a supervisor sees recordings of own queues only, whatever else is asked', async () => {
  assert.equal(await listed({}, queues('sales', 'support')), 'r4 r3 r2 r1 r0');
  assert.equal(await listed({ number: '+621' }, queues('sales')), 'r2 r0');
  assert.equal(await listed({ agentId: 'anna' as AgentId }, queues('support')), 'r4');
  assert.equal(await listed({ queueId: 'support' as QueueId }, queues('sales')), '');
  assert.equal(await listed({}, queues()), '');
});

test('an agent sees recordings of own calls only, also when asking for a colleague’s', async () => {
  assert.equal(await listed({}, agent('anna')), 'r4 r1 r0');
  assert.equal(await listed({ agentId: 'bert' as AgentId }, agent('anna')), '');
  assert.equal(await listed({ agentId: 'anna' as AgentId }, agent('anna')), 'r4 r1 r0');
  assert.equal(await listed({ number: '+623' }, agent('bert')), '');
});

test('filters join with and', async () => {
  assert.equal(await listed({ state: 'failed' }), 'r1');
  assert.equal(await listed({ state: 'failed', agentId: 'bert' as AgentId }), '');
  const sales = 'sales' as QueueId;
  assert.equal(
    await listed({ number: '1000', agentId: 'anna' as AgentId, queueId: sales }),
    'r1 r0',
  );
  assert.equal(await listed({ fromMs: begun + minute, toMs: begun + 3 * minute }), 'r3 r2');
});

test('whatever filters are joined, by whomever, what is listed is what a look at each recording finds', async () => {
  const numbers = [undefined, '+621', '1000'];
  const agents = [undefined, 'anna' as AgentId];
  const inQueues = [undefined, 'sales' as QueueId];
  const states = [undefined, 'failed' as const];
  const tags = [undefined, 'court'];
  const scopes = [null, queues('sales'), queues('sales', 'support'), agent('bert')];
  const fits = (wanted: string | undefined, ...values: (string | null)[]): boolean =>
    wanted === undefined || values.includes(wanted);
  const lookedAt = (filter: RecordingFilter, only: LibraryScope['only']): string =>
    rows
      .flatMap(([agentId, queueId, caller, callee, state], index) => {
        const isSeen =
          only === null ||
          (only.kind === 'agent'
            ? only.agentId === agentId
            : only.queueIds.some((own) => own === queueId));
        const isFound =
          fits(filter.number, caller, callee) &&
          fits(filter.agentId, agentId) &&
          fits(filter.queueId, queueId) &&
          fits(filter.state, state) &&
          (filter.tag === undefined || tagged.includes(`r${index}`));
        return isSeen && isFound ? [`r${index}`] : [];
      })
      .reverse()
      .join(' ');
  for (const only of scopes)
    for (const number of numbers)
      for (const agentId of agents)
        for (const queueId of inQueues)
          for (const state of states)
            for (const tag of tags) {
              const filter: RecordingFilter = {
                ...(number !== undefined && { number }),
                ...(agentId !== undefined && { agentId }),
                ...(queueId !== undefined && { queueId }),
                ...(state !== undefined && { state }),
                ...(tag !== undefined && { tag }),
              };
              const named = JSON.stringify({ only, filter });
              assert.equal(await listed(filter, only), lookedAt(filter, only), named);
            }
});

const onePageAtATime = async (
  filter: RecordingFilter,
  only: LibraryScope['only'],
): Promise<string> => {
  const found: string[] = [];
  let place: PageRequest['after'] = null;
  do {
    const request = { limit: 1, after: place };
    const { items, next } = await library.recordings({ tenantId, only }, filter, request);
    found.push(...items.map(({ recordingId }) => recordingId));
    place = next;
  } while (place !== null);
  return found.join(' ');
};

test('pages follow one another without a gap or a repetition, whichever filter', async () => {
  const filters: [RecordingFilter, LibraryScope['only']][] = [
    [{}, null],
    [{ number: '+621' }, null],
    [{ agentId: 'anna' as AgentId }, null],
    [{}, queues('sales', 'support')],
  ];
  for (const [filter, only] of filters)
    assert.equal(await onePageAtATime(filter, only), await listed(filter, only));
});

test('a recording that is captured on is told from one whose call has ended and that is being saved', async () => {
  const callers = { tenantId, caller: '+629', callee: '+629' };
  const cases = [
    ['up', 'capturing', null, false],
    ['over', 'capturing', new Date(), true],
    ['sealed', 'sealed', new Date(), false],
  ] as const;
  for (const [id, state, endedAt] of cases)
    await addRecordedCall(database.database, { ...callers, id, endedAt }, { id, state });
  const scope = { tenantId, only: null };
  const page = { limit: 50, after: null };
  const { items } = await library.recordings(scope, { number: '+629' }, page);
  const inList = new Map<string, boolean>(items.map((row) => [row.recordingId, row.saving]));
  for (const [id, , , saving] of cases) {
    assert.equal(inList.get(id), saving, id);
    assert.equal((await library.recording(scope, id as RecordingId))?.saving, saving, id);
    const [ofCall] = (await library.call(scope, id as CallId))?.recordings ?? [];
    assert.equal(ofCall?.saving, saving, id);
  }
});

test('calls are found by the same filters', async () => {
  const scope = { tenantId, only: queues('sales', 'support') };
  const page = { limit: 50, after: null };
  const { items } = await library.calls(scope, { number: '+621', outcome: 'ready' }, page);
  assert.deepEqual(
    items.map(({ callId }) => callId),
    ['r3', 'r2', 'r0'],
  );
});
