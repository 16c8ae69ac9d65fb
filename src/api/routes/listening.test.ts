import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AgentId, CallId, QueueId } from '#core/ids.ts';
import { openApiRig, type ApiRig, type Client } from '../../../tests/rig/api-rig.ts';
import { liveCallOf } from '../../../tests/rig/live-call.ts';
import { until } from '../../../tests/rig/programs.ts';
import { addCall } from '../../../tests/rig/recording-rows.ts';

let rig: ApiRig;
let admin: Client;
let base = '';
let queue = '';
let agent = '';

const callId = 'up' as CallId;

before(async () => {
  rig = await openApiRig();
  base = (await rig.api.listen()).url;
  admin = await rig.signedIn(rig.first, 'admin');
  queue = String((await admin.request('POST', '/queues', { name: 'Sales' })).body['id']);
  const anna = { name: 'Anna', email: 'a@x.test', agentId: '1', sipUsername: 'anna' };
  agent = String((await admin.request('POST', '/agents', anna)).body['id']);
  const call = liveCallOf({
    callId,
    queueId: queue as QueueId,
    answeredAtMs: 0,
    agentIds: [agent as AgentId],
    listeners: [{ name: 'supervisor@x.test', sinceMs: 1000 }],
  });
  rig.live.add(rig.first, call);
});

after(() => rig.close());

/** A key may listen as a person may; its owner's `fetch` reads as slowly as it likes. */
const keyOf = async (role: string): Promise<{ readonly id: string; readonly key: string }> => {
  const made = await admin.request('POST', '/api-keys', { name: role, role });
  return { id: String(made.body['id']), key: String(made.body['key']) };
};

const listen = async (key: string, signal?: AbortSignal): Promise<Response> =>
  fetch(`${base}/api/v1/calls/${callId}/listen`, {
    headers: { authorization: `Bearer ${key}` },
    ...(signal && { signal }),
  });

const notes = async (): Promise<{ action: string; detail: Record<string, unknown> }[]> => {
  const { body } = await admin.request('GET', `/audit-log?subjectId=${callId}`);
  return body['items'] as { action: string; detail: Record<string, unknown> }[];
};

/** The end of a listening is written when it is over, newest first. */
const endNoted = (why: string): Promise<unknown> =>
  until(`the audit log says ${why}`, async () => {
    const [last] = await notes();
    return last?.action === 'call.listen-end' && last.detail['end'] === why ? last : undefined;
  });

test('whoever may listen gets the samples as they come, with a line in the audit log before the first and after the last', async () => {
  const { key } = await keyOf('admin');
  const answer = await listen(key);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'audio/L16;rate=8000;channels=2');
  assert.equal((await notes())[0]?.action, 'call.listen');
  const [listener] = rig.live.listeners;
  assert.ok(listener);
  listener.audio(Uint8Array.of(0, 1, 255, 254));
  listener.ended();
  assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), Uint8Array.of(0, 1, 255, 254));
  await endNoted('call-ended');
  assert.equal(rig.live.listeners.size, 0);
});

test('a listener who goes away leaves the call, and that is written too', async () => {
  const { key } = await keyOf('admin');
  const leaving = new AbortController();
  const answer = await listen(key, leaving.signal);
  assert.equal(rig.live.listeners.size, 1);
  leaving.abort();
  await answer.arrayBuffer().catch(() => undefined);
  await until('nobody listens', async () => rig.live.listeners.size === 0 || undefined);
  await endNoted('left');
});

test('a key that is revoked hears no more within seconds', async () => {
  const { id, key } = await keyOf('admin');
  const answer = await listen(key);
  assert.equal((await admin.request('DELETE', `/api-keys/${id}`)).status, 204);
  await answer.arrayBuffer();
  await endNoted('no-right');
  assert.equal(rig.live.listeners.size, 0);
});

test('a listener who does not read loses sound, and the server keeps two seconds of it at most', async () => {
  const { key } = await keyOf('admin');
  const leaving = new AbortController();
  await listen(key, leaving.signal);
  const [listener] = rig.live.listeners;
  assert.ok(listener);
  // Far more than the sockets of both ends hold.
  for (let n = 0; n < 10_000; n++) listener.audio(new Uint8Array(3200));
  const figures = await fetch(`${base}/metrics`).then((answer) => answer.text());
  const dropped = Number(/^callreel_listening_dropped_total (\d+)/m.exec(figures)?.[1] ?? 0);
  assert.ok(dropped > 1000, `${dropped} dropped`);
  leaving.abort();
  await until('nobody listens', async () => rig.live.listeners.size === 0 || undefined);
});

test('agents and auditors may not, supervisors of other queues and other tenants do not find the call', async () => {
  const path = `/calls/${callId}/listen`;
  for (const role of ['agent', 'auditor'] as const) {
    const client = await rig.signedIn(rig.first, role, { agentId: agent });
    assert.equal((await client.request('GET', path)).status, 403, role);
  }
  const elsewhere = await rig.signedIn(rig.first, 'supervisor');
  assert.equal((await elsewhere.request('GET', path)).status, 404);
  const stranger = await rig.signedIn(await rig.tenant('Other'), 'admin');
  assert.equal((await stranger.request('GET', path)).status, 404);
  rig.live.isShort = true;
  const supervisor = await rig.signedIn(rig.first, 'supervisor', { queueIds: [queue] });
  assert.equal((await supervisor.request('GET', path)).status, 200);
  rig.live.isShort = false;
});

test('a fourth listener is refused by name', async () => {
  const { key } = await keyOf('admin');
  const leaving = new AbortController();
  for (let n = 0; n < 3; n++) await listen(key, leaving.signal);
  const answer = await listen(key);
  assert.equal(answer.status, 409);
  assert.equal(((await answer.json()) as { code: string }).code, 'call/too-many-listeners');
  leaving.abort();
  await until('nobody listens', async () => rig.live.listeners.size === 0 || undefined);
});

test('the agent sees who listens, unless the tenant hides it; those above always see it', async () => {
  const seen = async (client: Client): Promise<unknown> => {
    const { body } = await client.request('GET', `/calls/${callId}`);
    return (body['live'] as { listeners: unknown } | null)?.listeners;
  };
  const anna = await rig.signedIn(rig.first, 'agent', { agentId: agent });
  const shown = [{ name: 'supervisor@x.test', since: '1970-01-01T00:00:01.000Z' }];
  assert.deepEqual(await seen(anna), shown);
  const path = `/tenants/${rig.first}`;
  const hidden = await admin.request('PATCH', path, { agentsSeeListening: false });
  assert.equal(hidden.status, 200, hidden.text);
  assert.deepEqual(await seen(anna), []);
  const { database } = rig.database;
  const facts = {
    tenantId: rig.first,
    startedAt: new Date(0),
    queueId: queue,
    caller: '+12025550101',
    callee: '1000',
  };
  await addCall(database, { ...facts, id: callId, outcome: 'inProgress' });
  await database.kysely
    .insertInto('callAgents')
    .values({ ...facts, callId, agentId: agent })
    .execute();
  const inSearch = async (client: Client): Promise<unknown> => {
    const { body } = await client.request('GET', `/search?q=${callId}`);
    return (body['calls'] as { live: { listeners: unknown } }[])[0]?.live.listeners;
  };
  assert.deepEqual(await inSearch(admin), shown, 'the search shows calls that are up');
  assert.deepEqual(await inSearch(anna), [], 'and hides what the call itself hides');
  assert.deepEqual(await seen(admin), shown);
  const board = (await admin.request('GET', '/live')).body['calls'] as { listeners: unknown }[];
  assert.deepEqual(board[0]?.listeners, shown);
  assert.equal((await admin.request('PATCH', path, { agentsSeeListening: true })).status, 200);
});
