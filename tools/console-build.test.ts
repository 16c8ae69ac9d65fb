/** The built console, where there is one: a browser that takes compressed files gets the very same. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

const assets = join(import.meta.dirname, '..', 'console', 'dist', 'assets');

test(
  'each compressed file of the console unpacks to the file beside it',
  { skip: existsSync(assets) ? false : 'the console is not built' },
  () => {
    const names = readdirSync(assets).filter((name) => /\.(br|gz)$/.test(name));
    assert.ok(names.length > 0);
    for (const name of names) {
      const packed = readFileSync(join(assets, name));
      const text = name.endsWith('.br') ? brotliDecompressSync(packed) : gunzipSync(packed);
      assert.ok(text.equals(readFileSync(join(assets, name.slice(0, -3)))), name);
    }
  },
);
