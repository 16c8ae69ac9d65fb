import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  agentEntry,
  queueEntry,
  tenantEntry,
  trunkEntry,
} from '../../../tests/rig/directory-entries.ts';
import type { AgentEntry, Directory, TenantEntry, TrunkEntry } from '../directory.ts';
import type { NumberId, QueueId, TenantId, TrunkId } from '../ids.ts';
import { indexDirectory } from './directory-index.ts';
import { planOutbound } from './outbound.ts';
import { isEmergency, normaliseNumber } from './phone-number.ts';
import { type Route, routeFromAgent, routeFromTrunk } from './route.ts';

const tenant = tenantEntry({
  id: 'jakarta' as TenantId,
  name: 'Jakarta',
  timeZone: 'Asia/Jakarta',
  emergencyNumbers: ['112', '911'],
});
const tenantId = tenant.id;
const other: TenantEntry = { ...tenant, id: 'berlin' as TenantId, country: 'DE' };
const trunk = (id: string, order: number, callerNumbers: readonly string[]): TrunkEntry =>
  trunkEntry({ id: id as TrunkId, tenantId, name: id, callerNumbers, order });
const agent = (name: string, callerNumber: string | null = null): AgentEntry =>
  agentEntry(name, { tenantId, queueIds: ['sales' as QueueId], callerNumber });
const ani = agent('ani', '+62215550002');
const directory: Directory = {
  version: 1,
  tenants: [tenant, other],
  trunks: [trunk('second', 2, ['+62215550002']), trunk('first', 1, ['+62215550001'])],
  numbers: [
    {
      id: 'n1' as NumberId,
      tenantId: tenant.id,
      number: '1000',
      target: { kind: 'queue', id: 'sales' as QueueId },
    },
    {
      id: 'n2' as NumberId,
      tenantId: tenant.id,
      number: '+62215550100',
      target: { kind: 'agent', id: ani.id },
    },
    {
      id: 'n3' as NumberId,
      tenantId: other.id,
      number: '2000',
      target: { kind: 'agent', id: ani.id },
    },
  ],
  agents: [ani, agent('budi')],
  queues: [queueEntry('sales', { tenantId, name: 'Sales' })],
};
const index = indexDirectory(directory);

const told = (route: Route): string => {
  if (route.kind === 'queue') return `queue ${route.queue.name}`;
  if (route.kind === 'agent') return `agent ${route.agent.name}`;
  if (route.kind === 'presence') return route.state;
  if (route.kind === 'refused') return `${route.sipStatus} ${route.endStatus}`;
  return `${route.plan.number} by ${route.plan.trunk.name} as ${route.plan.callerNumber}`;
};

for (const [dialled, expected] of [
  ['1000', 'queue Sales'],
  ['+62215550100', 'agent ani'],
  ['62215550100', 'agent ani'],
  ['0215550100', 'agent ani'],
  ['021-555-0100', 'agent ani'],
  ['2000', '404 numberNotExist'],
  ['+628123456789', '404 numberNotExist'],
  ['budi', '404 numberNotExist'],
] as const) {
  test(`a trunk that dials ${dialled} reaches: ${expected}`, () => {
    assert.equal(told(routeFromTrunk(index, tenant, dialled)), expected);
  });
}

for (const [dialled, expected] of [
  ['*1', 'available'],
  ['*0', 'unavailable'],
  ['budi', 'agent budi'],
  ['ani', '486 busy'],
  ['+62215550100', '486 busy'],
  ['1000', 'queue Sales'],
  ['08123456789', '+628123456789 by second as +62215550002'],
  ['+628123456789', '+628123456789 by second as +62215550002'],
  ['112', '112 by second as +62215550002'],
  ['+14155550100', '403 restrictedArea'],
  ['00814155550100', '403 restrictedArea'],
  ['00114155550100', '404 numberNotExist'],
  ['0014155550100', '404 numberNotExist'],
  ['4444', '404 numberNotExist'],
  ['somebody', '404 numberNotExist'],
] as const) {
  test(`an agent's phone that dials ${dialled} reaches: ${expected}`, () => {
    assert.equal(told(routeFromAgent(index, tenant, ani, dialled)), expected);
  });
}

test('without a number of its own the agent presents the first trunk by order', () => {
  const plan = planOutbound(
    { tenant, agent: agent('budi'), dialled: '08123456789' },
    index.trunks(tenant.id),
  );
  assert.ok(plan.ok);
  assert.equal(plan.value.trunk.name, 'first');
  assert.equal(plan.value.callerNumber, '+62215550001');
});

test('a caller number that no trunk of the tenant owns is refused, but for emergency calls', () => {
  const wish = { tenant, agent: ani, dialled: '08123456789', callerNumber: '+4930123456' };
  assert.deepEqual(planOutbound(wish, index.trunks(tenant.id)), { ok: false, error: 'no-trunk' });
  assert.ok(planOutbound({ ...wish, dialled: '112' }, index.trunks(tenant.id)).ok);
});

test('prefixes that the tenant allows replace its own country', () => {
  const abroad = { ...tenant, allowedPrefixes: ['+1415'] };
  const dial = (dialled: string): boolean =>
    planOutbound({ tenant: abroad, agent: ani, dialled }, index.trunks(tenant.id)).ok;
  assert.equal(dial('+14155550100'), true);
  assert.equal(dial('+12125550100'), false);
  assert.equal(dial('08123456789'), false);
});

test('a tenant without a trunk cannot dial out', () => {
  assert.deepEqual(planOutbound({ tenant, agent: ani, dialled: '08123456789' }, []), {
    ok: false,
    error: 'no-trunk',
  });
});

test('numbers are kept in E.164, short ones and names as they are', () => {
  assert.equal(normaliseNumber('0812-3456-789', 'ID'), '+628123456789');
  assert.equal(normaliseNumber('+1 (415) 555-0100', 'ID'), '+14155550100');
  assert.equal(normaliseNumber('1000', 'ID'), '1000');
  assert.equal(normaliseNumber('anonymous', 'ID'), 'anonymous');
  assert.equal(normaliseNumber('00000000000000000000000', 'ID'), '00000000000000000000000');
  assert.equal(normaliseNumber('+628123456789', 'XX'), '+628123456789');
  assert.equal(isEmergency('1-1-2', ['112']), true);
});
