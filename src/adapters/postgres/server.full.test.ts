import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openPostgresCluster, type PostgresCluster } from '../../../tests/rig/postgres-cluster.ts';
import { isDatabaseAway } from './errors.ts';
import { openDatabase } from './open-database.ts';

const repository = join(import.meta.dirname, '../../..');
let cluster: PostgresCluster;

before(async () => {
  cluster = await openPostgresCluster();
});
after(() => cluster.drop());

test(
  'every test that needs a database passes on a PostgreSQL server too',
  { timeout: 600_000 },
  async () => {
    const files = globSync('{src,tests}/**/*.test.ts', { cwd: repository })
      .filter((file) => !file.endsWith('.full.test.ts'))
      .filter((file) =>
        readFileSync(join(repository, file), 'utf8').includes('rig/test-database.ts'),
      );
    assert(files.length >= 3);
    const child = spawn(process.execPath, ['--test', '--test-concurrency=2', ...files], {
      cwd: repository,
      env: {
        ...process.env,
        NODE_TEST_CONTEXT: undefined,
        CALLREEL_TEST_DATABASE_URL: cluster.url,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0, output.slice(-20_000));
    const passed = Number(
      /^ℹ pass (\d+)$/m.exec(output)?.[1] ?? /^# pass (\d+)$/m.exec(output)?.[1],
    );
    assert(passed >= 25, `only ${passed} tests ran`);
  },
);

test(
  'statements fail as "away" while the server is down and work again after its crash, rows and notices included',
  { timeout: 120_000 },
  async () => {
    const database = await openDatabase({ url: cluster.url, folder: '' });
    await database.executeSql('create table kept (n integer)');
    await database.executeSql('insert into kept values ($1)', [1]);
    let heard = 0;
    let subscriptions = 0;
    const listening = await database.listen(
      'outage',
      () => heard++,
      () => subscriptions++,
    );
    await cluster.stop();
    await assert.rejects(database.executeSql('select n from kept'), isDatabaseAway);
    await cluster.start();
    const deadline = performance.now() + 30_000;
    while (subscriptions < 2 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(subscriptions, 2);
    const { rows } = await database.executeSql('select n from kept');
    assert.deepEqual(rows, [{ n: 1 }]);
    await database.executeSql(`select pg_notify('outage', '')`);
    while (heard === 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(heard, 1);
    await listening.close();
    await database.close();
  },
);

test('a server that stops under a running statement fails that statement and nothing else', async () => {
  const database = await openDatabase({ url: cluster.url, folder: '' });
  const running = assert.rejects(database.executeSql('select pg_sleep(60)'), isDatabaseAway);
  const deadline = performance.now() + 10_000;
  const sleepers = async (): Promise<number> =>
    (
      await database.executeSql(
        `select 1 from pg_stat_activity where state = 'active' and query = 'select pg_sleep(60)'`,
      )
    ).rows.length;
  while ((await sleepers()) === 0 && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await cluster.stop();
  await running;
  await cluster.start();
  assert.equal((await database.executeSql('select 1')).rows.length, 1);
  await database.close();
});
