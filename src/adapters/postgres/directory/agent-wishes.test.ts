import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AgentId, TenantId } from '#core/ids.ts';
import type { Clock } from '#ports/clock.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { FakeLog, StillClock } from '../../../../tests/rig/fake-call-world.ts';
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

const open = (clock: Clock = systemClock) =>
  SqlAgentWishes.open({
    db: rig.database.kysely,
    clock,
    log: new FakeLog(),
    retryMs: 5,
  });

test('the last choice of each agent is there after a restart, and those of agents who are gone are not', async () => {
  const before = Date.now();
  const first = await open();
  first.keep(ada, 'unavailable');
  first.keep(bob, 'unavailable');
  first.keep(bob, 'available');
  first.keep({ id: 'gone' as AgentId, tenantId }, 'unavailable');
  await first.close();
  const second = await open();
  const since = first.awaySinceMs(ada.id);
  assert.ok(since !== null && since >= before);
  assert.deepEqual(
    [ada, bob].map(({ id }) => second.awaySinceMs(id)),
    [since, null],
  );
  assert.equal(second.awaySinceMs('gone' as AgentId), null);
  second.keep(ada, 'available');
  await second.close();
  assert.equal((await open()).awaySinceMs(ada.id), null);
});

test('who chooses to be away once more is away since the first time, also after a restart', async () => {
  const clock = new StillClock();
  const first = await open(clock);
  first.keep(bob, 'unavailable');
  const since = clock.nowMs();
  await clock.advance(1000);
  first.keep(bob, 'unavailable');
  await first.close();
  const second = await open(clock);
  assert.equal(second.awaySinceMs(bob.id), since);
  second.keep(bob, 'available');
  second.keep(bob, 'unavailable');
  await second.close();
  assert.equal((await open(clock)).awaySinceMs(bob.id), since + 1000);
});
