import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { Fault } from '#base/fault.ts';
import { addCall } from '../../../tests/rig/recording-rows.ts';
import {
  addTestTenant,
  openTestDatabase,
  type TestDatabase,
} from '../../../tests/rig/test-database.ts';
import { isForeignKeyViolation, isUniqueViolation } from './errors.ts';
import { openDatabase, sessionOf, type Database } from './open-database.ts';
import { ServerClient } from './server.ts';

let rig: TestDatabase;
let database: Database;

before(async () => {
  rig = await openTestDatabase();
  database = rig.database;
  await addTestTenant(database);
});
after(() => rig.drop());

test('running the migrations again changes nothing', async () => {
  assert.deepEqual(await database.migrate(), []);
});

test('numbers up to 2^53−1, instants, lists and settings come back as they were written', async () => {
  const sdkAppId = Number.MAX_SAFE_INTEGER;
  const createdAt = new Date('2026-11-21T01:02:03.456Z');
  const settings = { allowedPrefixes: ['+62'], wrapUpSeconds: 5 };
  await database.kysely
    .insertInto('tenants')
    .values({
      id: 'tenant-types',
      name: 'Types',
      vdnId: 77,
      sdkAppId,
      timeZone: 'UTC',
      country: 'BR',
      settings: JSON.stringify(settings),
      createdAt,
    })
    .execute();
  await database.kysely
    .insertInto('trunks')
    .values({
      id: 'trunk-types',
      tenantId: 'tenant-types',
      name: 'T',
      host: '127.0.0.1',
      port: 5080,
      transport: 'udp',
      username: null,
      passwordSealed: null,
      callerNumbers: ['+5511999990000', '+5511999990001'],
    })
    .execute();
  const row = await database.kysely
    .selectFrom('tenants')
    .innerJoin('trunks', 'trunks.tenantId', 'tenants.id')
    .where('tenants.id', '=', 'tenant-types')
    .select(['sdkAppId', 'vdnId', 'settings', 'tenants.createdAt', 'callerNumbers'])
    .executeTakeFirstOrThrow();
  assert.deepEqual(row, {
    sdkAppId,
    vdnId: 77,
    settings,
    createdAt,
    callerNumbers: ['+5511999990000', '+5511999990001'],
  });
});

test('a change of settings raises the directory version, a call does not', async () => {
  const version = async (): Promise<number> =>
    (
      await database.kysely
        .selectFrom('directoryVersion')
        .select('version')
        .executeTakeFirstOrThrow()
    ).version;
  const first = await version();
  await database.kysely
    .updateTable('tenants')
    .set({ name: 'New' })
    .where('id', '=', 'tenant-a')
    .execute();
  assert.equal(await version(), first + 1);
  await addCall(database, { id: 'call-1', tenantId: 'tenant-a', outcome: 'inProgress' });
  assert.equal(await version(), first + 1);
});

test('a notice reaches who listens, after the transaction that sent it', async () => {
  const heard: string[] = [];
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let subscriptions = 0;
  const listening = await database.listen(
    'test_channel',
    (payload) => {
      heard.push(payload);
      resolve(undefined);
    },
    () => subscriptions++,
  );
  assert.equal(subscriptions, 1);
  await database.kysely
    .transaction()
    .execute(async (trx) => {
      await sql`select pg_notify('test_channel', 'rolled back')`.execute(trx);
      throw new Error('no');
    })
    .catch(() => undefined);
  await sql`select pg_notify('test_channel', 'kept')`.execute(database.kysely);
  await promise;
  assert.deepEqual(heard, ['kept']);
  await listening.close();
});

test('a failed transaction leaves nothing behind and the next one works', async () => {
  const twice = database.kysely.transaction().execute(async (trx) => {
    await addTestTenant({ ...database, kysely: trx }, 'tenant-twice', 500);
    await addTestTenant({ ...database, kysely: trx }, 'tenant-twice', 501);
  });
  await assert.rejects(twice, (thrown) => isUniqueViolation(thrown, 'tenants_pkey'));
  const rows = await database.kysely
    .selectFrom('tenants')
    .where('id', '=', 'tenant-twice')
    .execute();
  assert.equal(rows.length, 0);
});

test('a row of a tenant that does not exist is refused', async () => {
  const orphan = database.kysely
    .insertInto('queues')
    .values({ id: 'q', tenantId: 'nobody', name: 'Q', channel: 'ivr', parentId: null })
    .execute();
  await assert.rejects(orphan, isForeignKeyViolation);
});

test('transactions that run at once do not see into one another', async () => {
  const bump = (): Promise<void> =>
    database.kysely.transaction().execute(async (trx) => {
      const { version } = await trx
        .selectFrom('directoryVersion')
        .select('version')
        .forUpdate()
        .executeTakeFirstOrThrow();
      await trx
        .updateTable('directoryVersion')
        .set({ version: version + 1 })
        .execute();
    });
  const read = database.kysely.selectFrom('directoryVersion').select('version');
  const before = await read.executeTakeFirstOrThrow();
  await Promise.all(Array.from({ length: 20 }, bump));
  const after = await read.executeTakeFirstOrThrow();
  assert.equal(after.version, before.version + 20);
});

test('statements of a transaction handed to the job runner are part of it', async () => {
  await database.kysely
    .transaction()
    .execute(async (trx) => {
      const session = sessionOf(trx);
      await session.executeSql('update tenants set name = $1 where id = $2', ['gone', 'tenant-a']);
      const { rows } = await session.executeSql('select name from tenants where id = $1', [
        'tenant-a',
      ]);
      assert.deepEqual(rows, [{ name: 'gone' }]);
      throw new Error('roll back');
    })
    .catch(() => undefined);
  const row = await database.kysely
    .selectFrom('tenants')
    .select('name')
    .where('id', '=', 'tenant-a')
    .executeTakeFirst();
  assert.notEqual(row?.name, 'gone');
});

test('a script that fails in its middle does not spoil the next statement', async () => {
  await assert.rejects(database.executeSql('begin; select 1; select 1/0; commit'));
  const { rows } = await database.executeSql('select 1 as one; select 2 as two');
  assert.deepEqual(rows, [{ one: 1 }, { two: 2 }]);
});

test('a database made by a newer version is refused in one sentence', async () => {
  const own = await openTestDatabase();
  await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '')`.execute(
    own.database.kysely,
  );
  await assert.rejects(own.database.migrate(), (thrown) => {
    assert(thrown instanceof Fault);
    assert.equal(thrown.code, 'database/newer-schema');
    assert.match(thrown.message, /9999-later/);
    return true;
  });
  await own.drop();
});

test('a PostgreSQL server that cannot be reached is named without its password', async () => {
  const opening = openDatabase({ url: 'postgres://me:hidden@127.0.0.1:9/callreel', folder: '' });
  await assert.rejects(opening, (thrown) => {
    assert(thrown instanceof Fault);
    assert.equal(thrown.code, 'database/unreachable');
    assert.match(thrown.message, /127\.0\.0\.1:9\/callreel.*CALLREEL_DATABASE_URL/);
    assert.doesNotMatch(thrown.message, /hidden/);
    return true;
  });
});

test('a PostgreSQL server that goes away later is named in the same sentence', async () => {
  const client = new ServerClient({
    url: 'postgres://me:hidden@127.0.0.1:9/callreel',
    maxConnections: 1,
    maxWaiting: 1,
    maxWaitMs: 1000,
    onIdleError: () => undefined,
  });
  await assert.rejects(client.connect(), {
    code: 'database/away',
    message:
      'PostgreSQL at 127.0.0.1:9/callreel cannot be used (connect ECONNREFUSED 127.0.0.1:9): check CALLREEL_DATABASE_URL',
  });
  await client.end();
});
