import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createSealer, makeMasterKey, readMasterKey } from './master-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'callreel-key-'));
after(() => rmSync(folder, { recursive: true }));

test('a key that is made can be read by us only, and is made once', () => {
  const key = makeMasterKey(folder);
  assert.equal(key.length, 32);
  assert.deepEqual(readdirSync(folder), ['master.key']);
  assert.equal(statSync(join(folder, 'master.key')).mode & 0o777, 0o600);
  assert.deepEqual(readMasterKey(folder, null), key);
  assert.deepEqual(makeMasterKey(folder), key, 'whoever was slower takes that of the other');
});

test('a configured key goes before the one in the folder, in hex or base64', () => {
  const key = Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - i));
  for (const text of [key.toString('hex'), key.toString('base64'), key.toString('base64url')]) {
    assert.deepEqual(Buffer.from(readMasterKey(folder, text)), key);
  }
});

test('a key that is not 32 bytes is refused by name, whether configured or on disk', () => {
  for (const text of ['', 'short', 'ab'.repeat(31), 'ab'.repeat(33), 'x'.repeat(45)])
    assert.throws(() => readMasterKey(folder, text), { code: 'secrets/bad-master-key' });
  const other = mkdtempSync(join(folder, 'other-'));
  writeFileSync(join(other, 'master.key'), 'truncat');
  assert.throws(() => readMasterKey(other, null), { code: 'secrets/bad-master-key' });
  assert.throws(() => readMasterKey(join(folder, 'none'), null), { code: 'disk/missing' });
});

const sealer = createSealer(new Uint8Array(32).fill(1));
const secret = Buffer.from('trunk password');

test('a sealed secret opens to the same bytes, looks different each time and never shows the secret', () => {
  const [one, two] = [sealer.seal(secret), sealer.seal(secret)];
  assert.notEqual(one, two);
  for (const sealed of [one, two]) {
    assert.deepEqual(Buffer.from(sealer.open(sealed)), secret);
    assert.match(sealed, /^[\w.-]+$/);
    assert.ok(!sealed.includes(secret.toString('base64url').slice(0, 8)));
  }
  assert.equal(sealer.open(sealer.seal(new Uint8Array(0))).length, 0);
});

test('another master key is told from a damaged secret', () => {
  const sealed = sealer.seal(secret);
  const other = createSealer(new Uint8Array(32).fill(2));
  assert.throws(() => other.open(sealed), { code: 'secrets/wrong-master-key' });
  for (let at = 16; at < sealed.length - 1; at++) {
    const swapped = sealed[at] === 'A' ? 'B' : 'A';
    const altered = `${sealed.slice(0, at)}${swapped}${sealed.slice(at + 1)}`;
    assert.throws(() => sealer.open(altered), { code: 'secrets/damaged' }, `character ${at}`);
  }
  for (const text of ['', 'plain password', 's1.', sealed.slice(0, 30), `${sealed}!`])
    assert.throws(() => sealer.open(text), { code: 'secrets/damaged' });
});
