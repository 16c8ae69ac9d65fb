/** What monitors ask of a process that has no API. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemPrincipal } from '#admin/first-run.ts';
import { createMetrics } from '#adapters/metrics/prometheus.ts';
import { Fault } from '#base/fault.ts';
import { type ApiRig, openApiRig } from '../../tests/rig/api-rig.ts';
import { silentLog } from '../../tests/rig/silent.ts';
import { createOperationsServer, type OperationsServer } from './operations-server.ts';

let rig: ApiRig;
let isAway = false;
let isReady = true;
const servers: OperationsServer[] = [];

before(async () => {
  rig = await openApiRig();
});
after(async () => {
  for (const server of servers) await server.close();
  await rig.close();
});

const open = async (port = 0): Promise<OperationsServer> => {
  const { access } = rig.admin;
  const metrics = createMetrics({ processMetrics: false });
  metrics.gauge('callreel_calls_up', 'Calls').set(3);
  const server = await createOperationsServer({
    administration: {
      access: {
        ...access,
        byKey: async (key, ip) => {
          if (!isAway) return access.byKey(key, ip);
          throw new Fault('database/away', 'The database cannot be reached', { retry: 'later' });
        },
      },
    },
    metrics,
    readiness: () => [{ name: 'signalling', ok: isReady }],
    http: { host: '127.0.0.1', port, publicUrl: 'http://127.0.0.1:8080', trustProxy: [] },
    tls: null,
    log: silentLog(),
  });
  servers.push(server);
  return server;
};

const keyOf = async (role: 'auditor' | 'agent'): Promise<string> => {
  const made = await rig.admin.apiKeys.create(systemPrincipal(rig.first), { name: role, role });
  assert.ok(made.ok, JSON.stringify(made));
  return made.value.key;
};

test('alive, ready and figures are answered on this machine, and nothing else', async () => {
  const { url } = await (await open()).listen();
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  isReady = false;
  assert.equal((await fetch(`${url}/readyz`)).status, 503);
  isReady = true;
  const figures = await fetch(`${url}/metrics`);
  assert.match(await figures.text(), /^callreel_calls_up 3$/m);
  for (const path of ['/api/v1/calls', '/', '/api/docs']) {
    const answer = await fetch(url + path);
    assert.equal(answer.status, 404, path);
    assert.match(await answer.text(), /"api\/not-found"/);
  }
});

test('from elsewhere figures need a key, which goes on while the database is away', async () => {
  const { url } = await (await open()).listen();
  const statusFor = async (key?: string): Promise<number> => {
    const headers = {
      'x-forwarded-for': '203.0.113.9',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    };
    return (await fetch(`${url}/metrics`, { headers })).status;
  };
  const [auditor, agent, unused] = [
    await keyOf('auditor'),
    await keyOf('agent'),
    await keyOf('auditor'),
  ];
  assert.equal(await statusFor(), 401);
  assert.equal(await statusFor(agent), 401);
  assert.equal(await statusFor(auditor), 200);
  isAway = true;
  assert.equal(await statusFor(auditor), 200, 'it was right a moment ago');
  assert.equal(await statusFor(agent), 503);
  assert.equal(await statusFor(unused), 503, 'nobody can tell');
  assert.equal(await statusFor(), 401);
  isAway = false;
});

test('a port that is taken is told with the option that changes it', async () => {
  const { port } = await (await open()).listen();
  await assert.rejects((await open(port)).listen(), {
    code: 'api/port-taken',
    message: `Port ${port} on 127.0.0.1 is taken: set CALLREEL_METRICS_PORT to another one.`,
  });
});
