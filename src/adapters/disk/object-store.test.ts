import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { objectStoreContract } from '../../../tests/contracts/object-store.ts';
import { openDiskObjectStore } from './object-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'object-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

objectStoreContract('disk', () => openDiskObjectStore(join(folder, String(count++))));

test('keeps objects readable to its own user only, and sweeps what a killed process left half written', async () => {
  const root = join(folder, 'modes');
  const store = await openDiskObjectStore(root);
  await store.put('a/b.mp3', new Uint8Array([1]));
  assert.equal(statSync(join(root, 'a/b.mp3')).mode & 0o777, 0o600);
  assert.equal(statSync(join(root, 'a')).mode & 0o777, 0o700);
  writeFileSync(join(root, 'a/b.mp3.0123.unfinished'), 'half');
  const again = await openDiskObjectStore(root);
  assert.deepEqual(readdirSync(join(root, 'a')), ['b.mp3']);
  assert.equal((await again.head('a/b.mp3'))?.sizeBytes, 1);
});

test('a second process leaves alone what the first one is writing, and sweeps what nobody has touched for an hour', async () => {
  const root = join(folder, 'shared');
  const first = await openDiskObjectStore(root, false);
  const half = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array([1, 2]);
    const abandoned = join(root, 'old.mp3.4567.unfinished');
    writeFileSync(abandoned, 'half');
    const longAgo = Date.now() / 1000 - 4000;
    utimesSync(abandoned, longAgo, longAgo);
    await openDiskObjectStore(root, false);
    yield new Uint8Array([3]);
  };
  await first.put('a/long.mp3', half());
  assert.equal((await first.head('a/long.mp3'))?.sizeBytes, 3);
  assert.deepEqual(readdirSync(root), ['a']);
  assert.deepEqual(readdirSync(join(root, 'a')), ['long.mp3']);
});
