import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AgentId, TenantId } from '#core/ids.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { FakeLog } from '../../../../tests/rig/fake-call-world.ts';
import {
  addTestTenant,
  openTestDatabase,
  type TestDatabase,
} from '../../../../tests/rig/test-database.ts';
import { SqlAgentWishes } from './agent-wishes.ts';

const tenantId = 'tenant-a' as TenantId;
const ada = { id: 'ada' as AgentId, tenantId };
const bob = { id: 'bob' as AgentId, tenantId };

let rig: TestDatabase;
before(async () => {
  rig = await openTestDatabase();
  await addTestTenant(rig.database, tenantId, 1);
  for (const [n, { id }] of [ada, bob].entries())
    await rig.database.executeSql(
      `insert into agents (id, tenant_id, email, name, agent_id, sip_username, sip_password_sealed)
       values ($1, $2, $3, $1, $4, $1, '')`,
      [id, tenantId, `${id}@x.test`, String(n)],
    );
});
after(() => rig.drop());

const open = () =>
  SqlAgentWishes.open({
    db: rig.database.kysely,
    clock: systemClock,
    log: new FakeLog(),
    retryMs: 5,
  });

test('the last choice of each agent is there after a restart, and those of agents who are gone are not', async () => {
  const first = await open();
  first.keep(ada, 'unavailable');
  first.keep(bob, 'unavailable');
  first.keep(bob, 'available');
  first.keep({ id: 'gone' as AgentId, tenantId }, 'unavailable');
  await first.close();
  const second = await open();
  assert.deepEqual(
    [ada, bob].map(({ id }) => second.isAway(id)),
    [true, false],
  );
  assert.equal(second.isAway('gone' as AgentId), false);
  second.keep(ada, 'available');
  await second.close();
  assert.equal((await open()).isAway(ada.id), false);
});
