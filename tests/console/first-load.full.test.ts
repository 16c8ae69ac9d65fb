/** How much script a browser fetches before the first page: softphone, charts and designer come on demand. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { buildConsole } from '../rig/console.ts';

const LIMIT_BYTES = 300_000;
const dist = join(import.meta.dirname, '..', '..', 'console', 'dist');

before(buildConsole);

test('the first load is at most 300 kB of script, compressed', () => {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(
    ([, file = '']) => file,
  );
  assert.ok(scripts.length > 0);
  const sizes = scripts.map(
    (file) => [file, gzipSync(readFileSync(join(dist, file))).length] as const,
  );
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  assert.ok(total <= LIMIT_BYTES, JSON.stringify({ total, sizes }));
});

test('each compressed file of the console unpacks to the file beside it', () => {
  const assets = join(dist, 'assets');
  const names = readdirSync(assets).filter((name) => /\.(br|gz)$/.test(name));
  assert.ok(names.length > 40, `${names.length} compressed files`);
  for (const name of names) {
    const packed = readFileSync(join(assets, name));
    const text = name.endsWith('.br') ? brotliDecompressSync(packed) : gunzipSync(packed);
    assert.ok(text.equals(readFileSync(join(assets, name.slice(0, -3)))), name);
  }
});
