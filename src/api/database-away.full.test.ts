/** What people and programs are told while PostgreSQL is away, and that it is over when it is back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openDatabase } from '#adapters/postgres/open-database.ts';
import { type ApiRig, type Client, openApiRig, testPassword } from '../../tests/rig/api-rig.ts';
import { openPostgresCluster, type PostgresCluster } from '../../tests/rig/postgres-cluster.ts';

let cluster: PostgresCluster;
let rig: ApiRig;
let owner: Client;

before(async () => {
  cluster = await openPostgresCluster();
  const options = { url: cluster.url, folder: '' };
  const database = await openDatabase(options);
  await database.migrate();
  rig = await openApiRig({ database: { database, options, drop: () => database.close() } });
  owner = await rig.signedIn(rig.first, 'owner');
});

after(async () => {
  await rig.close();
  await cluster.drop();
});

const lists = ['/calls', '/live', '/agents', '/trunks', '/alarms', '/tenants', '/recordings'];
const signIn = () =>
  rig.anonymous().request('POST', '/sessions', {
    email: 'owner@first.test',
    password: testPassword,
  });

test('every request says 503 database/away while PostgreSQL is away, and answers again when it is back', async () => {
  await cluster.stop();
  const asked = [...lists.map((path) => owner.request('GET', path)), signIn()];
  for (const answer of await Promise.all(asked)) {
    assert.equal(answer.status, 503, answer.text);
    assert.equal(answer.body['code'], 'database/away');
    assert.equal(answer.headers['retry-after'], '5');
    assert.doesNotMatch(answer.text, /127\.0\.0\.1/, 'where it is belongs into the log');
  }
  const changed = await owner.request('POST', '/tenants', { name: 'second' });
  assert.deepEqual([changed.status, changed.body['code']], [503, 'database/away']);
  await cluster.start();
  for (const path of lists) assert.equal((await owner.request('GET', path)).status, 200, path);
  assert.equal((await signIn()).status, 201);
});

test('a transaction whose server stops under it ends as database/away', async () => {
  const { kysely } = rig.database.database;
  const running = kysely.transaction().execute(async (transaction) => {
    await transaction.selectFrom('tenants').select('id').execute();
    await cluster.stop();
    await transaction.selectFrom('tenants').select('id').execute();
  });
  await assert.rejects(running, { name: 'Fault', code: 'database/away', retry: 'later' });
  await cluster.start();
});
