/** How much script a browser fetches before the first page: softphone, charts and designer come on demand. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildConsole } from '../rig/console.ts';

const LIMIT_BYTES = 300_000;

test('the first load is at most 300 kB of script, compressed', () => {
  buildConsole();
  const dist = join(import.meta.dirname, '..', '..', 'console', 'dist');
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
