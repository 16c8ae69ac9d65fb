import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { Fault } from '#base/fault.ts';
import { ok, refuse } from '#base/result.ts';
import type { AgentId, TenantId } from '#core/ids.ts';
import type { TryOutCaller } from '#ports/try-out.ts';
import { openApiRig, type ApiRig } from '../../tests/rig/api-rig.ts';
import { silentLog } from '../../tests/rig/silent.ts';
import { systemPrincipal } from './first-run.ts';
import { createTestCalls } from './test-call.ts';
import { ensureTryOut } from './try-out.ts';

let rig: ApiRig;
before(async () => {
  rig = await openApiRig();
});
after(() => rig.close());

const all = { limit: 200, cursor: null };

const left = async (tenantId: TenantId) => {
  const who = systemPrincipal(tenantId);
  const { queues, agents, numbers, trunks } = rig.admin;
  const lists = [queues, agents, numbers, trunks].map(async (list) => {
    const { items } = await list.list(who, all);
    return items.map((item) => ('name' in item ? item.name : item.number));
  });
  return Promise.all(lists);
};

/** The address of the try-out trunk is one in the installation: the next test's tenant has it. */
const tenantOf = async (t: TestContext, name: string): Promise<TenantId> => {
  const tenantId = await rig.tenant(name);
  const who = systemPrincipal(tenantId);
  t.after(async () => {
    for (const { id } of (await rig.admin.trunks.list(who, all)).items)
      assert.ok((await rig.admin.trunks.remove(who, id)).ok);
  });
  return tenantId;
};

test('a try-out refused by a trunk that takes the whole address names it, says what to do, and leaves nothing half made', async (t) => {
  const tenantId = await tenantOf(t, 'Wide');
  const who = systemPrincipal(tenantId);
  const wide = { name: 'Asterisk', host: '127.0.0.1', port: 5070 };
  const made = await rig.admin.trunks.create(who, { ...wide, allowedAddresses: ['127.0.0.1'] });
  assert.ok(made.ok);
  await assert.rejects(rig.admin.ensureTryOut(tenantId), (thrown: unknown) => {
    assert.ok(thrown instanceof Fault);
    assert.equal(thrown.code, 'try-out/refused');
    assert.equal(
      thrown.message,
      'Trunk “Asterisk” takes all calls from 127.0.0.1: narrow its allowed addresses to 127.0.0.1:5070.',
    );
    return true;
  });
  assert.deepEqual(await left(tenantId), [[], [], [], ['Asterisk']]);
  const refused = await rig.admin.trunks.create(who, {
    ...wide,
    allowedAddresses: ['127.0.0.1:5080'],
  });
  assert.deepEqual(!refused.ok && refused.error.errors?.[0]?.facts, {
    way: 'whole',
    trunk: 'Asterisk',
    taken: '127.0.0.1',
    narrow: '127.0.0.1:5070',
    address: '127.0.0.1:5080',
  });
  // As told, and then it goes.
  const narrowed = await rig.admin.trunks.change(who, made.value.id, {
    allowedAddresses: ['127.0.0.1:5070'],
  });
  assert.ok(narrowed.ok);
  await rig.admin.ensureTryOut(tenantId);
});

test('a try-out takes over nobody: people and numbers of the same name keep their password, queue and calls', async (t) => {
  const tenantId = await tenantOf(t, 'Taken');
  const who = systemPrincipal(tenantId);
  const { queues, agents, numbers } = rig.admin;
  const queue = await queues.create(who, { name: 'Service' });
  assert.ok(queue.ok);
  const people: AgentId[] = [];
  for (const sipUsername of ['agent1', 'try-agent-2']) {
    const person = await agents.create(who, {
      email: `${sipUsername}@example.test`,
      name: 'Ada',
      agentId: sipUsername,
      sipUsername,
      queueIds: [queue.value.id],
    });
    assert.ok(person.ok);
    people.push(person.value.id);
  }
  const target = { kind: 'queue', id: queue.value.id } as const;
  assert.ok((await numbers.create(who, { number: '1000', target })).ok);
  const before = await Promise.all(people.map((id) => agents.find(who, id)));
  const accounts = () => Promise.all(people.map((id) => rig.admin.sipAccountOf(tenantId, id)));
  const passwords = await accounts();

  const made = await rig.admin.ensureTryOut(tenantId);
  // SIP user names are unique in the installation: the first is the other tenant's.
  assert.equal(made.agent.sipUsername, 'try-agent-3');
  assert.equal(made.number, '1001');
  assert.deepEqual(await Promise.all(people.map((id) => agents.find(who, id))), before);
  assert.deepEqual(await accounts(), passwords);
  const again = await rig.admin.ensureTryOut(tenantId);
  assert.deepEqual(
    [again.agent.id, again.agent.sipUsername, again.number],
    [made.agent.id, made.agent.sipUsername, made.number],
  );
});

test('a failure on the way is told as it was, and everything that can be taken back is, whatever cannot', async (t) => {
  const tenantId = await tenantOf(t, 'Failing');
  const who = systemPrincipal(tenantId);
  const log = silentLog();
  const { agents, queues, callRecording } = rig.admin;
  const failing = {
    ...rig.admin,
    agents: { ...agents, remove: () => Promise.reject(new Error('the database is away')) },
    queues: {
      ...queues,
      remove: async () => ({ ok: false, error: { code: 'queue/in-use' } }) as const,
    },
    callRecording: {
      ...callRecording,
      change: () => Promise.reject(new Error('the first failure')),
    },
  };
  await assert.rejects(ensureTryOut(failing, who, log), { message: 'the first failure' });
  assert.deepEqual(await left(tenantId), [['Try out'], ['Try-out agent'], [], []]);
  assert.deepEqual(
    log.events.map(({ event, facts }) => [event, facts?.['tenantId'], String(facts?.['error'])]),
    [
      ['try-out.not-taken-back', tenantId, 'Error: the database is away'],
      ['try-out.not-taken-back', tenantId, 'Fault: queue/in-use'],
    ],
  );
});

test('an agent it made before is back in their own queues alone when the try-out comes to nothing', async (t) => {
  const tenantId = await tenantOf(t, 'Moved');
  const who = systemPrincipal(tenantId);
  const { agents, queues, callRecording } = rig.admin;
  const made = await rig.admin.ensureTryOut(tenantId);
  const service = await queues.create(who, { name: 'Service' });
  assert.ok(service.ok);
  const queueIds = [service.value.id];
  assert.ok((await agents.change(who, made.agent.id, { queueIds })).ok);
  assert.ok((await callRecording.change(who, { useCallRecording: false })).ok);
  const refused = { ok: false, error: { code: 'api/changed-meanwhile' } } as const;
  const failing = {
    ...rig.admin,
    callRecording: { ...callRecording, change: async () => refused },
  };
  await assert.rejects(ensureTryOut(failing, who, silentLog()), { code: 'try-out/refused' });
  assert.deepEqual((await agents.find(who, made.agent.id))?.queueIds, queueIds);
});

test('a queue of the same name with people or numbers of its own is left alone; the own one is found again without its agent', async (t) => {
  const tenantId = await tenantOf(t, 'Names');
  const who = systemPrincipal(tenantId);
  const { agents, numbers, queues } = rig.admin;
  const theirs = [];
  for (const name of ['Try out', 'Try out 2']) {
    const queue = await queues.create(who, { name });
    assert.ok(queue.ok);
    theirs.push(queue.value.id);
  }
  const [staffed, reached] = theirs;
  assert.ok(staffed && reached);
  const ada = { email: 'ada@names.test', name: 'Ada', agentId: 'ada', sipUsername: 'ada-names' };
  assert.ok((await agents.create(who, { ...ada, queueIds: [staffed] })).ok);
  const target = { kind: 'queue', id: reached } as const;
  assert.ok((await numbers.create(who, { number: '+442071838750', target })).ok);
  const made = await rig.admin.ensureTryOut(tenantId);
  assert.equal((await queues.find(who, made.queueId))?.name, 'Try out 3');
  assert.equal(made.number, '1000');
  assert.deepEqual((await agents.find(who, made.agent.id))?.queueIds, [made.queueId]);
  assert.equal((await rig.admin.ensureTryOut(tenantId)).queueId, made.queueId);
  assert.ok((await agents.remove(who, made.agent.id)).ok);
  const again = await rig.admin.ensureTryOut(tenantId);
  assert.deepEqual([again.queueId, again.number], [made.queueId, made.number]);
});

test('Call me whose port another program has calls from a free one: its own trunk goes there, and that of the try-out stays', async () => {
  const tenantId = await rig.tenant('Ports');
  const who = systemPrincipal(tenantId);
  const made = await rig.admin.ensureTryOut(tenantId);
  const [number] = (await rig.admin.numbers.list(who, all)).items;
  assert.ok(number);
  const taken = new Set<number>();
  const from: number[] = [];
  const caller: TryOutCaller = {
    call: async (order) => {
      from.push(order.from.port);
      return taken.has(order.from.port)
        ? refuse({ why: 'port-taken', detail: '' })
        : ok({ number: order.number, callerNumber: '+12025550123' });
    },
    close: async () => undefined,
  };
  const calls = createTestCalls({
    administration: rig.admin,
    caller,
    host: '127.0.0.1',
    accountOf: async () => null,
    settled: async () => undefined,
  });
  const ring = () =>
    calls.ring(who, {
      numberId: number.id,
      agentId: made.agent.id as AgentId,
      onBuiltInPhone: false,
    });
  const trunksNow = async () =>
    (await rig.admin.trunks.list(who, all)).items
      .map(({ name, allowedAddresses }) => `${name} ${allowedAddresses.join(' ')}`)
      .sort();

  assert.ok((await ring()).ok);
  taken.add(made.trunk.port);
  assert.ok((await ring()).ok);
  assert.deepEqual(await trunksNow(), ['Call me 127.0.0.1:5081', 'Try out 127.0.0.1:5080']);
  taken.add(5081);
  assert.ok((await ring()).ok);
  assert.deepEqual(from, [5080, 5080, 5081, 5080, 5081, 5082]);
  assert.deepEqual(await trunksNow(), ['Call me 127.0.0.1:5082', 'Try out 127.0.0.1:5080']);
  for (let port = 5080; port < 5100; port++) taken.add(port);
  const refused = await ring();
  assert.equal(!refused.ok && refused.error.code, 'try-out/port-taken');
  assert.match((!refused.ok && refused.error.detail) || '', /close them, then try again/);
});
