/** Walks every route that the server has registered: nobody reaches another tenant, and no role does more than the table says. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reachOf, userRoles, type Right, type UserRole } from '#core/policy/rights.ts';
import type { AgentId, CallId, TenantId } from '#core/ids.ts';
import {
  openApiRig,
  testPassword,
  type Answer,
  type ApiRig,
  type Client,
} from '../../tests/rig/api-rig.ts';
import { sineSamples, wavFile } from '../../tests/rig/audio-files.ts';
import { formOf } from '../../tests/rig/form.ts';
import { liveCallOf } from '../../tests/rig/live-call.ts';
import { addRecordedCall } from '../../tests/rig/recording-rows.ts';
import { accessOf, type RouteKey } from './access.ts';

let rig: ApiRig;
let own: Belongings;
let insider: Client;
let outsider: Client;
before(async () => {
  rig = await openApiRig();
  const there = await rig.tenant('There');
  insider = await rig.signedIn(rig.first, 'owner');
  outsider = await rig.signedIn(there, 'admin');
  own = await furnish(rig, insider);
});
after(() => rig.close());

/** One of everything, all in one tenant. */
interface Belongings {
  readonly tenant: string;
  readonly user: string;
  readonly key: string;
  readonly trunk: string;
  readonly number: string;
  readonly queue: string;
  readonly spareQueue: string;
  readonly agent: string;
  readonly spareAgent: string;
  readonly call: string;
  readonly recording: string;
  readonly asset: string;
  readonly roster: string;
  readonly task: string;
  readonly listedNumber: string;
  readonly note: string;
  readonly view: string;
  readonly exported: string;
}

const furnish = async (
  { database, first, live, audio }: ApiRig,
  client: Client,
): Promise<Belongings> => {
  const make = async (path: string, body: object): Promise<string> => {
    const answer = await client.request('POST', path, body);
    assert.equal(answer.status, 201, `${path}: ${answer.text}`);
    return String(answer.body['id']);
  };
  const queue = await make('/queues', { name: 'Service' });
  const agentBody = {
    email: 'a@x.test',
    name: 'A',
    agentId: '1',
    sipUsername: 'walk1',
    queueIds: [queue],
  };
  const agent = await make('/agents', agentBody);
  const call = 'call-of-first';
  const recording = 'recording-of-first';
  await addRecordedCall(
    database.database,
    { id: call, tenantId: first, queueId: queue },
    { id: recording },
  );
  audio.set(`${recording}-mixed.mp3`, Buffer.from('0123456789'));
  audio.set(`${recording}-mixed.peaks`, Buffer.from('peaks'));
  live.isShort = true;
  live.add(first, liveCallOf({ callId: call as CallId, agentIds: [agent as AgentId] }));
  return {
    tenant: first,
    user: await make('/users', { email: 'u@x.test', password: testPassword, role: 'auditor' }),
    key: await make('/api-keys', { name: 'k', role: 'auditor' }),
    trunk: await make('/trunks', { name: 'T', host: '127.0.0.1', allowedAddresses: ['10.9.9.9'] }),
    number: await make('/numbers', { number: '1000', target: { kind: 'queue', id: queue } }),
    queue,
    spareQueue: await make('/queues', { name: 'Spare' }),
    agent,
    spareAgent: await make('/agents', {
      ...agentBody,
      email: 'b@x.test',
      agentId: '2',
      sipUsername: 'walk2',
    }),
    call,
    recording,
    note: await make(`/recordings/${recording}/notes`, { text: 'Asked for the manager' }),
    view: await make('/saved-views', { list: 'recordings', name: 'Mine', filter: {} }),
    exported: await make('/recording-exports', { kind: 'csv' }),
    asset: await addAsset(client, 'March'),
    roster: await addRoster(client, 'Spare people'),
    ...(await addTask(client)),
  };
};

/** A recording of a second. */
const addAsset = async (client: Client, name: string): Promise<string> => {
  const { body, type } = formOf({ name, file: wavFile(sineSamples(1)) }, 'march.wav');
  const answer = await client.request('POST', '/voice-assets', body, { 'content-type': type });
  assert.equal(answer.status, 201, answer.text);
  return String(answer.body['id']);
};

const addRoster = async (client: Client, name: string): Promise<string> => {
  const file = Buffer.from('number,name\n+12025550161,Ani\nnobody,Budi\n');
  const { body, type } = formOf({ name, file }, 'people.csv');
  const answer = await client.request('POST', '/rosters', body, { 'content-type': type });
  assert.equal(answer.status, 201, answer.text);
  return String(answer.body['id']);
};

/** A task for tomorrow, and a number that no task dials. */
const addTask = async (client: Client): Promise<{ task: string; listedNumber: string }> => {
  const listedNumber = '+12025550190';
  const callerNumbers = ['+12025550199'];
  const trunk = { name: 'Out', host: '127.0.0.1', allowedAddresses: [], callerNumbers };
  const rosterId = await addRoster(client, 'People');
  for (const [path, body] of [
    ['/trunks', trunk],
    ['/do-not-call', { numbers: [listedNumber] }],
  ] as const)
    assert.equal((await client.request('POST', path, body)).status, 201, path);
  const made = await client.request('POST', '/outbound-tasks', {
    kind: 'automatic',
    name: 'Reminder',
    voiceAssetId: await addAsset(client, 'May'),
    rosterId,
    notBefore: new Date(Date.now() + 86_400_000).toISOString(),
    timeZone: 'UTC',
    callerNumbers,
  });
  assert.equal(made.status, 201, made.text);
  return { task: String(made.body['id']), listedNumber };
};

interface Example {
  readonly path: string;
  readonly body?: object;
}

/** A request that succeeds in the own tenant, for every route that names something by id. */
const examplesOf = (own: Belongings): Readonly<Partial<Record<RouteKey, Example>>> => {
  const audio = `/recordings/${own.recording}/renditions/mixed/audio`;
  return {
    'GET /tenants/:id': { path: `/tenants/${own.tenant}` },
    'PATCH /tenants/:id': { path: `/tenants/${own.tenant}`, body: { wrapUpSeconds: 5 } },
    'GET /users/:id': { path: `/users/${own.user}` },
    'PATCH /users/:id': { path: `/users/${own.user}`, body: { name: 'New' } },
    'DELETE /users/:id': { path: `/users/${own.user}` },
    'GET /api-keys/:id': { path: `/api-keys/${own.key}` },
    'DELETE /api-keys/:id': { path: `/api-keys/${own.key}` },
    'GET /trunks/:id': { path: `/trunks/${own.trunk}` },
    'PATCH /trunks/:id': { path: `/trunks/${own.trunk}`, body: { port: 5070 } },
    'POST /trunks/:id/test-call': {
      path: `/trunks/${own.trunk}/test-call`,
      body: { to: '+12025550123' },
    },
    'DELETE /trunks/:id': { path: `/trunks/${own.trunk}` },
    'GET /numbers/:id': { path: `/numbers/${own.number}` },
    'PATCH /numbers/:id': { path: `/numbers/${own.number}`, body: { number: '1001' } },
    'DELETE /numbers/:id': { path: `/numbers/${own.number}` },
    'GET /queues/:id': { path: `/queues/${own.queue}` },
    'PATCH /queues/:id': { path: `/queues/${own.queue}`, body: { ringSeconds: 25 } },
    'DELETE /queues/:id': { path: `/queues/${own.spareQueue}` },
    'GET /agents/:id': { path: `/agents/${own.agent}` },
    'PATCH /agents/:id': { path: `/agents/${own.agent}`, body: { name: 'Anna' } },
    'DELETE /agents/:id': { path: `/agents/${own.spareAgent}` },
    'PUT /agents/:id/state': { path: `/agents/${own.agent}/state`, body: { state: 'available' } },
    'GET /agents/:id/phone': { path: `/agents/${own.agent}/phone` },
    'POST /agents/:id/phone': { path: `/agents/${own.agent}/phone`, body: {} },
    'POST /numbers/:id/test-call': {
      path: `/numbers/${own.number}/test-call`,
      body: { agentId: own.agent, onBuiltInPhone: true },
    },
    'GET /calls/:id': { path: `/calls/${own.call}` },
    'GET /calls/:id/listen': { path: `/calls/${own.call}/listen` },
    'POST /calls/:id/actions': { path: `/calls/${own.call}/actions`, body: { action: 'hold' } },
    'GET /rosters/:id': { path: `/rosters/${own.roster}` },
    'PATCH /rosters/:id': { path: `/rosters/${own.roster}`, body: { name: 'Renamed' } },
    'DELETE /rosters/:id': { path: `/rosters/${own.roster}` },
    'GET /rosters/:id/people': { path: `/rosters/${own.roster}/people` },
    'GET /rosters/:id/issues': { path: `/rosters/${own.roster}/issues` },
    'GET /do-not-call/:number': {
      path: `/do-not-call/${encodeURIComponent(own.listedNumber)}`,
    },
    'DELETE /do-not-call/:number': {
      path: `/do-not-call/${encodeURIComponent(own.listedNumber)}`,
    },
    'GET /outbound-tasks/:id': { path: `/outbound-tasks/${own.task}` },
    'PATCH /outbound-tasks/:id': { path: `/outbound-tasks/${own.task}`, body: { tries: 2 } },
    'DELETE /outbound-tasks/:id': { path: `/outbound-tasks/${own.task}` },
    'POST /outbound-tasks/:id/actions': {
      path: `/outbound-tasks/${own.task}/actions`,
      body: { action: 'start' },
    },
    'GET /outbound-tasks/:id/callees': { path: `/outbound-tasks/${own.task}/callees` },
    'GET /outbound-tasks/:id/attempts': { path: `/outbound-tasks/${own.task}/attempts` },
    'GET /outbound-tasks/:id/outcomes': { path: `/outbound-tasks/${own.task}/outcomes` },
    'GET /outbound-tasks/:id/results': { path: `/outbound-tasks/${own.task}/results` },
    'GET /voice-assets/:id': { path: `/voice-assets/${own.asset}` },
    'PATCH /voice-assets/:id': { path: `/voice-assets/${own.asset}`, body: { name: 'April' } },
    'DELETE /voice-assets/:id': { path: `/voice-assets/${own.asset}` },
    'GET /voice-assets/:id/audio': { path: `/voice-assets/${own.asset}/audio` },
    'HEAD /voice-assets/:id/audio': { path: `/voice-assets/${own.asset}/audio` },
    'PUT /recordings/:id/legal-hold': {
      path: `/recordings/${own.recording}/legal-hold`,
      body: { reason: 'Case 17' },
    },
    'DELETE /recordings/:id/legal-hold': { path: `/recordings/${own.recording}/legal-hold` },
    'GET /recordings/:id/notes': { path: `/recordings/${own.recording}/notes` },
    'POST /recordings/:id/notes': {
      path: `/recordings/${own.recording}/notes`,
      body: { text: 'Called back' },
    },
    'PATCH /recordings/:id/notes/:noteId': {
      path: `/recordings/${own.recording}/notes/${own.note}`,
      body: { text: 'Asked for a manager' },
    },
    'DELETE /recordings/:id/notes/:noteId': {
      path: `/recordings/${own.recording}/notes/${own.note}`,
    },
    'PUT /recordings/:id/tags': {
      path: `/recordings/${own.recording}/tags`,
      body: { tags: ['complaint'] },
    },
    'GET /recording-exports/:id': { path: `/recording-exports/${own.exported}` },
    'DELETE /recording-exports/:id': { path: `/recording-exports/${own.exported}` },
    'GET /recording-exports/:id/file': { path: `/recording-exports/${own.exported}/file` },
    'HEAD /recording-exports/:id/file': { path: `/recording-exports/${own.exported}/file` },
    'PATCH /saved-views/:id': { path: `/saved-views/${own.view}`, body: { name: 'Ours' } },
    'DELETE /saved-views/:id': { path: `/saved-views/${own.view}` },
    'GET /recordings/:id': { path: `/recordings/${own.recording}` },
    'GET /recordings/:id/renditions/:rendition/audio': { path: audio },
    'HEAD /recordings/:id/renditions/:rendition/audio': { path: audio },
    'GET /recordings/:id/renditions/:rendition/peaks': { path: audio.replace('audio', 'peaks') },
  };
};

/** Every registered route, changes last and removals at the very end. */
const registered = (): { key: RouteKey; method: string; path: string }[] => {
  const rank = (method: string): number =>
    method === 'DELETE' ? 2 : method === 'GET' || method === 'HEAD' ? 0 : 1;
  return rig.api.routes
    .map(({ method, path }) => ({ key: `${method} ${path}` as RouteKey, method, path }))
    .sort((a, b) => rank(a.method) - rank(b.method));
};

const auditLines = async (): Promise<number> => {
  const rows = await rig.database.database.kysely.selectFrom('auditLog').select('id').execute();
  return rows.length;
};

test('every route with an id answers 404 to another tenant, and 2xx in its own with a line in the audit log for each change', async () => {
  const examples = examplesOf(own);
  const routes = registered().filter(({ path }) => path.includes(':'));
  assert.ok(routes.length >= 26);
  for (const { key, method } of routes) {
    const example = examples[key];
    assert.ok(example, `${key} has no example here: add one`);
    const answer = await outsider.request(method, example.path, example.body);
    assert.equal(answer.status, 404, `${key} from another tenant: ${answer.text}`);
  }
  for (const { key, method } of routes) {
    const example = examples[key];
    assert.ok(example);
    const before = await auditLines();
    const answer = await insider.request(method, example.path, example.body);
    assert.ok(
      answer.status >= 200 && answer.status < 300,
      `${key}: ${answer.status} ${answer.text}`,
    );
    if (method !== 'GET' && method !== 'HEAD')
      assert.ok((await auditLines()) > before, `${key} left no line in the audit log`);
  }
});

test('no list shows anything of another tenant', async () => {
  const lists = registered().filter(({ method, path }) => method === 'GET' && !path.includes(':'));
  const ids = Object.values(own) as string[];
  let shown = 0;
  for (const { key, path } of lists) {
    if (path === '/events' || path === '/openapi.json') continue;
    const asked = path === '/search' ? `/search?q=${own.call}` : path;
    const there = await outsider.request('GET', asked);
    assert.equal(there.status, 200, `${key}: ${there.text}`);
    for (const id of ids)
      assert.ok(!there.text.includes(id), `${key} shows ${id} of another tenant`);
    const here = await insider.request('GET', asked);
    if (ids.some((id) => here.text.includes(id))) shown++;
  }
  assert.ok(shown >= 8, `the control shows own things in ${shown} lists only`);
});

test('nothing can be pointed at a thing of another tenant', async () => {
  const { queue, agent } = own;
  const refusals: [string, object, number][] = [
    ['/numbers', { number: '77', target: { kind: 'queue', id: queue } }, 422],
    ['/numbers', { number: '77', target: { kind: 'agent', id: agent } }, 422],
    ['/queues', { name: 'Below', parentId: queue }, 422],
    [
      '/agents',
      { email: 'c@y.test', name: 'C', agentId: '9', sipUsername: 'walk9', queueIds: [queue] },
      422,
    ],
    ['/users', { email: 'c@y.test', password: testPassword, role: 'agent', agentId: agent }, 422],
    [
      '/users',
      { email: 'c@y.test', password: testPassword, role: 'supervisor', queueIds: [queue] },
      422,
    ],
    ['/calls', { type: 'AgentOutbound', to: '+12025550199', agentId: agent }, 404],
  ];
  for (const [path, body, status] of refusals) {
    const answer = await outsider.request('POST', path, body);
    assert.equal(answer.status, status, `${path} ${JSON.stringify(body)}: ${answer.text}`);
  }
});

const hasRight = (role: UserRole, key: RouteKey): boolean => {
  const access = accessOf(key);
  if (access === 'public' || access === 'signed-in') return true;
  const right: Right = typeof access === 'string' ? access : access.right;
  return reachOf(role, right) !== null;
};

/** Ids that do not exist and bodies that say nothing: whether the role may is decided before either is looked at. */
const knock = async (
  client: Client,
  { method, path }: { method: string; path: string },
): Promise<Answer> =>
  client.request(
    method,
    path.replaceAll(/:\w+/g, 'nothing'),
    ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined,
  );

for (const role of userRoles)
  test(`the role ${role} is refused exactly the routes that the table does not give it`, async () => {
    const client = await rig.signedIn(rig.first, role);
    for (const one of registered()) {
      // The stream never ends and signing out ends the session: both are tested beside this.
      if (one.path === '/events' || one.key === 'DELETE /sessions') continue;
      const { status, body } = await knock(client, one);
      if (hasRight(role, one.key))
        assert.ok(status !== 401 && status !== 403, `${role} ${one.key}: ${status}`);
      else {
        assert.equal(status, 403, `${role} ${one.key}`);
        if (one.method !== 'HEAD') assert.equal(body['code'], 'api/forbidden');
      }
    }
  });

test('without signing in every route but the public ones is 401', async () => {
  for (const one of registered()) {
    const { status } = await knock(rig.anonymous(), one);
    if (accessOf(one.key) === 'public') assert.notEqual(status, 403, one.key);
    else assert.equal(status, 401, one.key);
  }
});

test('an agent may listen but takes no copy, a supervisor sees the own queues only', async () => {
  const { kysely } = rig.database.database;
  await kysely
    .insertInto('recordingAgents')
    .values({
      recordingId: own.recording,
      agentId: own.agent,
      tenantId: rig.first,
      startedAt: new Date(),
      queueId: own.queue,
      caller: '+12025550101',
      callee: '1000',
    })
    .execute();
  const path = `/recordings/${own.recording}/renditions/mixed/audio`;
  const agent = await rig.signedIn(rig.first, 'agent', { agentId: own.agent });
  assert.equal((await agent.request('GET', path)).status, 200);
  assert.equal((await agent.request('GET', `${path}?download=1`)).status, 403);
  const stranger = await rig.signedIn(rig.first, 'agent');
  assert.equal((await stranger.request('GET', path)).status, 404);
  const supervisor = await rig.signedIn(rig.first, 'supervisor', { queueIds: [own.queue] });
  assert.equal((await supervisor.request('GET', path)).status, 200);
  const elsewhere = await rig.signedIn(rig.first, 'supervisor');
  assert.equal((await elsewhere.request('GET', path)).status, 404);
  assert.deepEqual((await elsewhere.request('GET', '/recordings')).body['items'], []);
});

test('who lists the agents is told of each whether it is theirs to make available, as the server then has it', async () => {
  const other = await insider.request('POST', '/queues', { name: 'Nobody’s' });
  const asked = await Promise.all([
    rig.signedIn(rig.first, 'admin'),
    rig.signedIn(rig.first, 'supervisor', { queueIds: [own.queue] }),
    rig.signedIn(rig.first, 'supervisor', { queueIds: [String(other.body['id'])] }),
    rig.signedIn(rig.first, 'agent', { agentId: own.agent }),
    rig.signedIn(rig.first, 'auditor', { agentId: own.agent }),
  ]);
  const told: boolean[][] = [];
  for (const client of asked) {
    const items = (await client.request('GET', '/agents')).body['items'] as {
      id: string;
      maySetState: boolean;
    }[];
    for (const { id, maySetState } of items) {
      const body = { state: 'available' };
      const { status } = await client.request('PUT', `/agents/${id}/state`, body);
      assert.equal(status !== 403 && status !== 404, maySetState, `${id}: ${status}`);
    }
    told.push(items.map(({ maySetState }) => maySetState));
  }
  const [admin = [], supervisor = [], elsewhere = []] = told;
  assert.ok(admin.length > 0 && admin.every(Boolean));
  assert.ok(supervisor.some(Boolean));
  assert.ok(elsewhere.length === admin.length && !elsewhere.some(Boolean));
});

test('a key of a tenant reaches that tenant only', async () => {
  const there = await rig.tenant('Third');
  const admin = await rig.signedIn(there, 'admin');
  const made = await admin.request('POST', '/api-keys', { name: 'program', role: 'admin' });
  const program = rig.withKey(String(made.body['key']));
  assert.equal((await program.request('GET', '/queues')).status, 200);
  assert.equal((await program.request('GET', `/queues/${own.queue}`)).status, 404);
  assert.equal((await program.request('POST', '/tenants', { name: 'X' })).status, 403);
  const id = String(made.body['id']);
  assert.equal((await admin.request('DELETE', `/api-keys/${id}`)).status, 204);
  assert.equal((await program.request('GET', '/queues')).status, 401);
});

test('an owner makes tenants but cannot look into them', async () => {
  const there: TenantId = await rig.tenant('Fourth');
  const admin = await rig.signedIn(there, 'admin');
  const made = await admin.request('POST', '/queues', { name: 'Inner' });
  const id = String(made.body['id']);
  assert.equal((await insider.request('GET', `/tenants/${there}`)).status, 200);
  assert.equal((await insider.request('GET', `/queues/${id}`)).status, 404);
  assert.equal((await admin.request('GET', `/queues/${id}`)).status, 200);
});
