import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AgentId, CallId, QueueId } from '#core/ids.ts';
import { openApiRig, type ApiRig, type Client } from '../../../tests/rig/api-rig.ts';
import { liveCallOf } from '../../../tests/rig/live-call.ts';
import { addCall } from '../../../tests/rig/recording-rows.ts';

interface Board {
  readonly since: string;
  readonly serviceLevelSeconds: number;
  readonly queues: readonly Record<string, unknown>[];
  readonly agents: readonly {
    readonly id: string;
    readonly state: string | null;
    readonly since: string | null;
    readonly registeredPhones: number | null;
    readonly unavailableReason: string | null;
    readonly wrapUpUntil: string | null;
  }[];
  readonly calls: readonly { readonly id: string; readonly capture: string | null }[];
  readonly callCount: number;
}

let rig: ApiRig;
let admin: Client;
let sales = '';
let support = '';
let anna = '';
let bert = '';

const made = async (path: string, body: object): Promise<string> => {
  const answer = await admin.request('POST', path, body);
  assert.equal(answer.status, 201, answer.text);
  return String(answer.body['id']);
};

const boardOf = async (client: Client): Promise<Board> => {
  const { status, text } = await client.request('GET', '/live');
  assert.equal(status, 200, text);
  return JSON.parse(text) as Board;
};

/** A caller of today who waited so many seconds, then was answered, gave up or was turned away. */
const waited = async (
  queueId: string,
  seconds: number,
  answered: boolean,
  notAnswered: 'waitingGiveUp' | 'noSeatOnline' = 'waitingGiveUp',
): Promise<void> => {
  const startedAt = new Date();
  const then = new Date(startedAt.getTime() + seconds * 1000);
  await addCall(rig.database.database, {
    id: `${queueId}-${seconds}-${answered}`,
    tenantId: rig.first,
    queueId,
    startedAt,
    queuedAt: startedAt,
    answeredAt: answered ? then : null,
    endedAt: then,
    endStatus: answered ? 'ok' : notAnswered,
    hungUpSide: 'user',
  });
};

before(async () => {
  rig = await openApiRig();
  admin = await rig.signedIn(rig.first, 'admin');
  sales = await made('/queues', { name: 'Sales' });
  support = await made('/queues', { name: 'Support' });
  const agent = (name: string, queueId: string): object => ({
    name,
    email: `${name}@x.test`,
    agentId: name,
    sipUsername: name,
    queueIds: [queueId],
  });
  anna = await made('/agents', agent('anna', sales));
  bert = await made('/agents', agent('bert', support));
  await waited(sales, 5, true);
  await waited(sales, 60, true);
  await waited(sales, 3, false);
  await waited(sales, 50, false);
  await waited(sales, 0, false, 'noSeatOnline');
  rig.live.add(
    rig.first,
    liveCallOf({
      callId: 'waits-longer' as CallId,
      queueId: sales as QueueId,
      state: 'queued',
      capture: null,
      startedAtMs: 1000,
      queuedAtMs: 5000,
    }),
  );
  rig.live.add(
    rig.first,
    liveCallOf({
      callId: 'waits' as CallId,
      queueId: sales as QueueId,
      state: 'queued',
      capture: null,
      startedAtMs: 2000,
      queuedAtMs: 9000,
    }),
  );
  rig.live.add(
    rig.first,
    liveCallOf({
      callId: 'talks' as CallId,
      queueId: support as QueueId,
      agentIds: [bert as AgentId],
    }),
  );
  rig.live.agents.set(bert, {
    agentId: bert as AgentId,
    state: 'onCall',
    registeredContacts: 1,
    sinceMs: 0,
    awayReason: null,
    wrapUpUntilMs: null,
  });
});
after(() => rig.close());

test('a queue shows who waits, for how long, and how the day went, with the threshold named', async () => {
  const { queues, serviceLevelSeconds } = await boardOf(admin);
  assert.equal(serviceLevelSeconds, 20);
  assert.deepEqual(
    queues.find(({ name }) => name === 'Sales'),
    {
      id: sales,
      name: 'Sales',
      waiting: 2,
      // Since they came into the queue, not since the call began.
      longestWaitSince: new Date(5000).toISOString(),
      offered: 5,
      answered: 2,
      abandoned: 2,
      turnedAway: 1,
      // One of two answered in time; one who gave up after 50 s counts and one turned away, one who gave up after 3 s does not.
      serviceLevel: 1 / 4,
    },
  );
});

test('a queue without a caller today has no service level', async () => {
  const { queues } = await boardOf(admin);
  const idle = queues.find(({ name }) => name === 'Support');
  assert.equal(idle?.['serviceLevel'], null);
  assert.equal(idle['waiting'], 0);
});

test('agents show their state, calls in progress whether they are captured', async () => {
  const { agents, calls, callCount } = await boardOf(admin);
  assert.equal(agents.find(({ id }) => id === bert)?.state, 'onCall');
  assert.equal(agents.find(({ id }) => id === bert)?.wrapUpUntil, null);
  assert.equal(agents.find(({ id }) => id === anna)?.state, 'unavailable');
  assert.equal(calls.find(({ id }) => id === 'talks')?.capture, 'recording');
  assert.equal(callCount, 3);
});

test('an agent whom no call rings shows why, and one who wraps up until when', async () => {
  const agentId = anna as AgentId;
  const seen = async () => (await boardOf(admin)).agents.find(({ id }) => id === anna);
  const live = { agentId, registeredContacts: 1, sinceMs: 1000 } as const;
  rig.live.agents.set(anna, {
    ...live,
    state: 'unavailable',
    awayReason: 'missedCall',
    wrapUpUntilMs: null,
  });
  assert.equal((await seen())?.unavailableReason, 'missedCall');
  rig.live.agents.set(anna, {
    ...live,
    state: 'wrapUp',
    awayReason: null,
    wrapUpUntilMs: 31_000,
  });
  assert.equal((await seen())?.wrapUpUntil, new Date(31_000).toISOString());
  rig.live.agents.delete(anna);
});

test('a supervisor sees the own queues, their agents and their calls only', async () => {
  const supervisor = await rig.signedIn(rig.first, 'supervisor', { queueIds: [support] });
  const { queues, agents, calls } = await boardOf(supervisor);
  assert.deepEqual(
    queues.map(({ name }) => name),
    ['Support'],
  );
  assert.deepEqual(
    agents.map(({ id }) => id),
    [bert],
  );
  assert.deepEqual(
    calls.map(({ id }) => id),
    ['talks'],
  );
});

test('another tenant sees nothing of it, and an agent has no wallboard', async () => {
  const outsider = await rig.signedIn(await rig.tenant('There'), 'admin');
  const { queues, agents, calls } = await boardOf(outsider);
  assert.deepEqual([queues, agents, calls], [[], [], []]);
  const agent = await rig.signedIn(rig.first, 'agent', { agentId: anna });
  assert.equal((await agent.request('GET', '/live')).status, 403);
});

test('where calls are up in another process nothing is said of what agents do', async () => {
  rig.live.isHere = false;
  rig.live.agents.clear();
  try {
    const board = await boardOf(admin);
    const row = board.agents.find(({ id }) => id === anna);
    assert.ok(row);
    const { state, since, registeredPhones } = row;
    assert.deepEqual(
      { state, since, registeredPhones },
      {
        state: null,
        since: null,
        registeredPhones: null,
      },
    );
    const { body } = await admin.request('GET', `/agents/${anna}`);
    assert.deepEqual(
      [body['state'], body['registeredContacts'], body['maySetState']],
      [null, null, false],
    );
  } finally {
    rig.live.isHere = true;
  }
  const { body } = await admin.request('GET', `/agents/${anna}`);
  assert.deepEqual([body['state'], body['registeredContacts']], ['unavailable', 0]);
});
