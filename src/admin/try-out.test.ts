import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fault } from '#base/fault.ts';
import type { AgentId, TenantId } from '#core/ids.ts';
import { openApiRig, type ApiRig } from '../../tests/rig/api-rig.ts';
import { systemPrincipal } from './first-run.ts';

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

test('a try-out refused by a trunk that takes the whole address names it, says what to do, and leaves nothing half made', async () => {
  const tenantId = await rig.tenant('Wide');
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
  for (const { id } of (await rig.admin.trunks.list(who, all)).items)
    assert.ok((await rig.admin.trunks.remove(who, id)).ok);
});

test('a try-out takes over nobody: people and numbers of the same name keep their password, queue and calls', async () => {
  const tenantId = await rig.tenant('Taken');
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
