import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
