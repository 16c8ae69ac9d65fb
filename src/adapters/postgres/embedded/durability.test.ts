import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { embeddedTemplate } from '../../../../tests/rig/test-database.ts';
import { openDatabase } from '../open-database.ts';

const root = mkdtempSync(join(tmpdir(), 'callreel-durability-'));
after(() => rmSync(root, { recursive: true, force: true }));
const repository = join(import.meta.dirname, '../../../..');

/** Inserts rows one by one and prints each id once the database has acknowledged it. */
const writer = (folder: string): string => `
  import { writeSync } from 'node:fs';
  import { openDatabase } from ${JSON.stringify(join(repository, 'src/adapters/postgres/open-database.ts'))};
  const database = await openDatabase({ folder: ${JSON.stringify(folder)} });
  const last = await database.executeSql('select coalesce(max(length(id)), 0) as n from tenants');
  for (let n = last.rows[0].n + 1; ; n++) {
    await database.executeSql(
      "insert into tenants (id, name, vdn_id, sdk_app_id, time_zone, country) values (repeat('x', $1), 'n', $1, $1, 'UTC', 'ID')",
      [n],
    );
    writeSync(1, n + '\\n');
  }`;

const killAfterRows = async (folder: string, rows: number): Promise<number> => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', writer(folder)], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.split('\n').length > rows) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const acknowledged = output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1);
  return Number(acknowledged);
};

test('kill -9 loses no row that was acknowledged, again and again, and leaves no lock behind', async () => {
  const folder = join(root, 'killed');
  cpSync(await embeddedTemplate(), folder, { recursive: true });
  for (let kill = 0; kill < 2; kill++) {
    const acknowledged = await killAfterRows(folder, 30);
    assert(acknowledged >= 30);
    const database = await openDatabase({ folder });
    const { rows } = await database.executeSql('select count(*) as count from tenants');
    const { count } = rows[0] as { count: number };
    assert(count >= acknowledged && count <= acknowledged + 1, `${count} of ${acknowledged}`);
    await database.close();
  }
});

test('a folder that is in use is refused with the number of the process that has it', async () => {
  const folder = join(root, 'locked');
  cpSync(await embeddedTemplate(), folder, { recursive: true });
  const first = await openDatabase({ folder });
  await assert.rejects(openDatabase({ folder }), (thrown) => {
    assert(thrown instanceof Error && 'code' in thrown);
    assert.equal(thrown.code, 'database/locked');
    assert.match(thrown.message, new RegExp(`process ${process.pid}\\b`));
    return true;
  });
  await first.close();
  const second = await openDatabase({ folder });
  await second.close();
});

test('upkeep runs between the statements of others, and a transaction keeps it out', async () => {
  const folder = join(root, 'upkeep');
  cpSync(await embeddedTemplate(), folder, { recursive: true });
  const database = await openDatabase({ folder });
  const vacuum = database.kysely.transaction().execute(async (trx) => {
    const waiting = database.executeSql('vacuum (analyze) tenants');
    await sql`select 1`.execute(trx);
    return { waiting };
  });
  const { waiting } = await vacuum;
  await waiting;
  await database.close();
});
