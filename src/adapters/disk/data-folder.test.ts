import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDataFolder } from './data-folder.ts';

const temporary = mkdtempSync(join(tmpdir(), 'callreel-data-'));
const owners: ChildProcess[] = [];
after(() => {
  for (const owner of owners) owner.kill('SIGKILL');
  rmSync(temporary, { recursive: true });
});

/** Another process that owns the folder until it is killed, although it forgets the folder and clears its memory. */
const otherOwner = async (root: string) => {
  const source = `
    import { openDataFolder } from ${JSON.stringify(new URL('data-folder.ts', import.meta.url).href)};
    openDataFolder(${JSON.stringify(root)});
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
    console.log('mine');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owners.push(child);
  await once(child.stdout, 'data');
  return child;
};

test('the tree is made for the owner alone, even in a folder that was open to others', () => {
  const root = join(temporary, 'fresh', 'data');
  const folder = openDataFolder(root);
  for (const path of [folder.root, folder.journals, folder.secrets, folder.database])
    assert.equal(statSync(path).mode & 0o777, 0o700, path);
  folder.release();
  folder.release();
  assert.ok(!existsSync(join(root, 'lock.pid')));
});

test('a data folder that cannot be made is told with the option that names it', () => {
  const file = join(temporary, 'a-file');
  writeFileSync(file, '');
  assert.throws(() => openDataFolder(join(file, 'data')), {
    message: /data folder cannot be used .*a-file\/data.*CALLREEL_DATA_DIR/,
  });
});

test('a second process is refused with the number of the first, and admitted once that was killed', async () => {
  const root = join(temporary, 'shared');
  const owner = await otherOwner(root);
  assert.throws(() => openDataFolder(root), {
    code: 'data-folder/locked',
    message: `the data folder ${root} is in use by process ${owner.pid ?? 0}: stop it, or set CALLREEL_DATA_DIR to another folder`,
  });
  owner.kill('SIGKILL');
  await once(owner, 'close');
  openDataFolder(root).release();
});

test('within one process the folder is owned once, and again after its release', () => {
  const root = join(temporary, 'own');
  const folder = openDataFolder(root);
  assert.throws(() => openDataFolder(root), { code: 'data-folder/locked' });
  folder.release();
  openDataFolder(root).release();
});

test('a file where the folder should be is named', () => {
  const path = join(temporary, 'file');
  writeFileSync(path, '');
  assert.throws(() => openDataFolder(join(path, 'data')), /file/);
});

test('free space is what the disk says', async () => {
  const folder = openDataFolder(join(temporary, 'space'));
  const { freeBytes, totalBytes } = await folder.freeSpace();
  assert.ok(freeBytes > 0 && freeBytes <= totalBytes);
  folder.release();
});
