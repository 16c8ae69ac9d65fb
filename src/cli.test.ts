/** The command line as people run it: a process of its own, beside a running server or without one. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { adminPassword, makeServer } from '../tests/rig/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
const stops: (() => Promise<void>)[] = [];
after(async () => {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const callreel = (dataDir: string, ...words: string[]): Promise<Ended> =>
  callreelWith({ CALLREEL_ADMIN_PASSWORD: adminPassword }, dataDir, ...words);

const callreelWith = (
  settings: Readonly<Record<string, string>>,
  dataDir: string,
  ...words: string[]
): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...settings, CALLREEL_DATA_DIR: dataDir };
    const options = { env, cwd: join(import.meta.dirname, '..'), timeout: 100_000 };
    execFile(process.execPath, ['src/cli.ts', ...words], options, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, out, err });
    });
  });

test('a key made before the server ever ran, and one made while it runs: each prints only itself and opens the API', async () => {
  const server = await makeServer({ folder });
  const made = await callreel(server.dataDir, 'migrate');
  assert.deepEqual([made.code, made.err], [0, '']);
  assert.match(made.out, /^applied 0001-/);
  const early = await callreel(server.dataDir, 'api-key', 'create', '--role', 'admin');
  assert.deepEqual([early.code, early.err], [0, '']);
  assert.match(early.out, /^\S{20,}\n$/);
  await server.start();
  stops.push(() => server.stop());
  const late = await callreel(server.dataDir, 'api-key', 'create', '--role', 'auditor');
  assert.deepEqual([late.code, late.err], [0, '']);
  assert.match(late.out, /^\S{20,}\n$/);
  assert.notEqual(late.out, early.out);
  const status = async (key: string, method: string, path: string): Promise<number> => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: JSON.stringify({ name: 'Made by a key' }) }),
    });
    return answer.status;
  };
  assert.equal(await status(early.out.trim(), 'POST', '/queues'), 201);
  assert.equal(await status(late.out.trim(), 'GET', '/calls'), 200);
  assert.equal(await status(late.out.trim(), 'POST', '/queues'), 403, 'an auditor changes nothing');
  assert.equal(await status(`${late.out.trim()}x`, 'GET', '/calls'), 401);
});

test('where no data folder is, or an empty one, a command makes none and says which setting names it', async () => {
  const absent = join(folder, 'nobody-was-here');
  const refused = await callreel(absent, 'tenant', 'list');
  assert.deepEqual([refused.code, refused.out], [1, '']);
  assert.match(
    refused.err,
    /^There is no installation in \S+nobody-was-here: set CALLREEL_DATA_DIR .*\n$/,
  );
  assert.ok(!existsSync(absent));
  mkdirSync(absent);
  assert.equal((await callreel(absent, 'api-key', 'create', '--role', 'admin')).code, 1);
  assert.deepEqual(readdirSync(absent), []);
});

test('without the master key of the installation a command makes no other one', async () => {
  const dataDir = join(folder, 'configured');
  await callreel(dataDir, 'migrate');
  const masterKey = {
    CALLREEL_MASTER_KEY: 'ab'.repeat(32),
    CALLREEL_ADMIN_PASSWORD: adminPassword,
  };
  assert.equal((await callreelWith(masterKey, dataDir, 'tenant', 'list')).code, 0);
  const refused = await callreel(dataDir, 'tenant', 'list');
  assert.deepEqual([refused.code, refused.out], [1, '']);
  assert.match(refused.err, /^the master key of this installation is missing.*CALLREEL_MASTER_KEY/);
  assert.deepEqual(readdirSync(join(dataDir, 'secrets')), []);
  // Nor does a backup, which this key is not in, once it is restored.
  const copy = join(folder, 'configured-copy');
  const backedUp = await callreelWith(masterKey, dataDir, 'backup', '--to', copy);
  assert.equal(backedUp.code, 0, backedUp.err);
  const restored = join(folder, 'configured-restored');
  assert.equal((await callreel(restored, 'restore', '--from', copy)).code, 0);
  assert.equal(
    (await callreel(restored, 'tenant', 'list')).err,
    refused.err.replace(dataDir, restored),
  );
  assert.equal((await callreelWith(masterKey, restored, 'tenant', 'list')).code, 0);
  const again = await callreel(dataDir, 'migrate');
  assert.deepEqual(again, { code: 0, out: 'the database is up to date\n', err: '' });
});

test('a command that makes the centre tells the first sign-in, apart from what it prints for programs', async () => {
  await callreel(join(folder, 'first'), 'migrate');
  const made = await callreelWith(
    {},
    join(folder, 'first'),
    'api-key',
    'create',
    '--role',
    'admin',
  );
  assert.match(made.out, /^\S{20,}\n$/);
  assert.match(made.err, /^First run\. Sign in as \S+@\S+ with the password: \S{10,}\n/);
  assert.ok(!made.err.includes(made.out.trim()));
  const again = await callreelWith(
    {},
    join(folder, 'first'),
    'api-key',
    'create',
    '--role',
    'admin',
  );
  assert.deepEqual([again.code, again.err], [0, '']);
});

test('what is misspelt ends with a message on standard error and nothing on standard output', async () => {
  const wrong = await callreel(join(folder, 'data'), 'api-key', 'create', '--role', 'king');
  assert.notEqual(wrong.code, 0);
  assert.equal(wrong.out, '');
  assert.match(wrong.err, /role/i);
  for (const word of ['version', '--version']) {
    const version = await callreel(folder, word);
    assert.match(version.out, /^\d+\.\d+\.\d+\S*\n$/);
    assert.equal(version.code, 0);
  }
});
