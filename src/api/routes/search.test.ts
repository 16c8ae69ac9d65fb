import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openApiRig, type ApiRig, type Client } from '../../../tests/rig/api-rig.ts';
import { addCall } from '../../../tests/rig/recording-rows.ts';

let rig: ApiRig;
let admin: Client;
let queue = '';
before(async () => {
  rig = await openApiRig();
  admin = await rig.signedIn(rig.first, 'admin');
  queue = String((await admin.request('POST', '/queues', { name: 'Service' })).body['id']);
  for (const [index, name] of ['Ada Lovelace', 'Grace Hopper', '100% Pure'].entries()) {
    const draft = {
      name,
      email: `a${index}@x.test`,
      agentId: `10${index}`,
      sipUsername: `phone${index}`,
    };
    assert.equal((await admin.request('POST', '/agents', draft)).status, 201);
  }
  for (let each = 0; each < 7; each++)
    await addCall(rig.database.database, {
      id: `call-${each}`,
      tenantId: rig.first,
      queueId: queue,
      startedAt: new Date(Date.UTC(2026, 0, 1 + each)),
    });
});
after(() => rig.close());

interface Found {
  readonly number: string | null;
  readonly calls: readonly { readonly id: string }[];
  readonly agents: readonly { readonly name: string }[];
}
const find = async (client: Client, text: string): Promise<Found> => {
  const answer = await client.request('GET', `/search?q=${encodeURIComponent(text)}`);
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text) as Found;
};

test('a number is found however it was written, its newest calls first, five of them', async () => {
  for (const text of ['+12025550101', '(202) 555-0101', '202 555 0101']) {
    const { number, calls } = await find(admin, text);
    assert.equal(number, '+12025550101', text);
    assert.deepEqual(
      calls.map(({ id }) => id),
      ['call-6', 'call-5', 'call-4', 'call-3', 'call-2'],
    );
  }
});

test('a call is found by its id', async () => {
  const { number, calls } = await find(admin, 'call-3');
  assert.equal(number, null);
  assert.deepEqual(
    calls.map(({ id }) => id),
    ['call-3'],
  );
});

test('an agent is found by part of the name, of the agent id and of the SIP user name', async () => {
  for (const text of ['lovel', 'ADA', 'phone0'])
    assert.deepEqual(
      (await find(admin, text)).agents.map(({ name }) => name),
      ['Ada Lovelace'],
      text,
    );
  const all = (await find(admin, '10')).agents.map(({ name }) => name);
  assert.deepEqual(all, ['100% Pure', 'Ada Lovelace', 'Grace Hopper']);
});

test('signs that databases know are only signs', async () => {
  assert.deepEqual(
    (await find(admin, '0% P')).agents.map(({ name }) => name),
    ['100% Pure'],
  );
  for (const text of ['%%', '__', "' or 1=1 --", '\\\\'])
    assert.deepEqual((await find(admin, text)).agents, [], text);
});

test('nobody finds what they may not see', async () => {
  const elsewhere = await rig.signedIn(await rig.tenant('Elsewhere'), 'admin');
  for (const text of ['+12025550101', 'call-3', 'Ada'])
    assert.deepEqual(await find(elsewhere, text).then(({ calls, agents }) => [calls, agents]), [
      [],
      [],
    ]);
  const supervisor = await rig.signedIn(rig.first, 'supervisor', { queueIds: [queue] });
  assert.equal((await find(supervisor, '+12025550101')).calls.length, 5);
  const stranger = await rig.signedIn(rig.first, 'supervisor');
  assert.deepEqual((await find(stranger, '+12025550101')).calls, []);
  const agent = await rig.signedIn(rig.first, 'agent');
  const seen = await find(agent, 'Ada');
  assert.deepEqual(seen.agents, []);
});
