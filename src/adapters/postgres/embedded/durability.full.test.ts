import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { embeddedTemplate } from '../../../../tests/rig/test-database.ts';

const root = mkdtempSync(join(tmpdir(), 'callreel-strace-'));
after(() => rmSync(root, { recursive: true, force: true }));
const repository = join(import.meta.dirname, '../../../..');

test('strace sees the log of the embedded database synced once or more for every commit', async () => {
  const folder = join(root, 'db');
  cpSync(await embeddedTemplate(), folder, { recursive: true });
  const commits = 25;
  const script = `
    import { openDatabase } from ${JSON.stringify(join(repository, 'src/adapters/postgres/open-database.ts'))};
    const database = await openDatabase({ folder: ${JSON.stringify(folder)} });
    for (let n = 1; n <= ${commits}; n++)
      await database.executeSql("insert into tenants (id, name, vdn_id, sdk_app_id, time_zone, country) values ($1::text, 'n', $2, $2, 'UTC', 'ID')", ['t' + n, n]);
    process.kill(process.pid, 'SIGKILL'); // no orderly end that could sync afterwards`;
  const trace = join(root, 'trace');
  const run = spawnSync(
    'strace',
    [
      '-f',
      '-y',
      '-e',
      'trace=fsync,fdatasync',
      '-o',
      trace,
      process.execPath,
      '--input-type=module-typescript',
      '-e',
      script,
    ],
    { cwd: repository, encoding: 'utf8' },
  );
  assert.equal(run.error, undefined, 'strace is missing: tools/setup-debian installs it');
  const synced = readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => /f(data)?sync\(\d+<[^>]*\/pg_wal\/[0-9A-F]{24}>\)\s+= 0/.test(line));
  assert(synced.length >= commits, `${synced.length} syncs of the log for ${commits} commits`);
});
