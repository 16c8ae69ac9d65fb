import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openApiRig, type ApiRig, type Client } from '../../tests/rig/api-rig.ts';

let rig: ApiRig;
let one: Client;
let other: Client;
before(async () => {
  rig = await openApiRig();
  one = await rig.signedIn(rig.first, 'admin');
  other = await rig.signedIn(rig.first, 'admin');
});
after(() => rig.close());

const drafts = {
  '/queues': [{ name: 'Sales' }, { name: 'Sales 2' }],
  '/trunks': [{ name: 'Carrier', host: '10.1.0.1' }, { name: 'Carrier 2' }],
  '/agents': [
    { name: 'A', email: 'a@x.test', agentId: '1', sipUsername: 'changed1' },
    { name: 'B' },
  ],
  '/users': [
    { email: 'u@x.test', password: 'long enough for all', role: 'auditor' },
    { name: 'Auditor' },
  ],
} as const;

for (const [path, [draft, change]] of Object.entries(drafts))
  test(`of two people who edit one of ${path} the second is told, and nothing of theirs is kept`, async () => {
    const made = await one.request('POST', path, draft);
    assert.equal(made.status, 201, made.text);
    const place = `${path}/${String(made.body['id'])}`;
    const { version } = made.body;
    const first = await one.request('PATCH', place, { ...change, version });
    assert.equal(first.status, 200, first.text);
    assert.equal(first.body['version'], Number(version) + 1);
    const second = await other.request('PATCH', place, { name: 'Mine', version });
    assert.equal(second.status, 409, second.text);
    assert.equal(second.body['code'], 'api/changed-meanwhile');
    const stands = await other.request('GET', place);
    assert.deepEqual(stands.body, first.body);
    const anew = await other.request('PATCH', place, {
      name: 'Mine',
      version: stands.body['version'],
    });
    assert.equal(anew.body['name'], 'Mine');
  });

test('two changes at the same moment never both stand, and a change without a version goes over what is there', async () => {
  const made = await one.request('POST', '/queues', { name: 'Race' });
  const place = `/queues/${String(made.body['id'])}`;
  const { version } = made.body;
  const answers = await Promise.all(
    [31, 32, 33, 34].map((ringSeconds) => one.request('PATCH', place, { ringSeconds, version })),
  );
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, 409, 409, 409]);
  const later = await other.request('PATCH', place, { ringSeconds: 60 });
  assert.equal(later.status, 200);
  assert.equal(later.body['version'], Number(version) + 2);
});

test('a tenant counts its changes too', async () => {
  const there = `/tenants/${rig.first}`;
  const { body } = await one.request('GET', there);
  const changed = await one.request('PATCH', there, { country: 'DE', version: body['version'] });
  assert.equal(changed.status, 200, changed.text);
  const again = await other.request('PATCH', there, { country: 'FR', version: body['version'] });
  assert.equal(again.body['code'], 'api/changed-meanwhile');
});
