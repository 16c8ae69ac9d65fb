import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { faultTable } from '../src/core/fault-table.ts';
import { sourceFiles } from './rooms.ts';

const root = join(import.meta.dirname, '..');

test('docs/openapi.json and docs/errors.md say what the code says', () => {
  const tool = join(root, 'tools', 'openapi.ts');
  const { status, stderr } = spawnSync(process.execPath, [tool, '--check-all'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
});

test('every fault code in the source stands in the table of faults', () => {
  const missing = sourceFiles(join(root, 'src')).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    // `new Fault('room/what', …)` and `asFault(thrown, 'room/what')`; the code may stand on the next line.
    const used = [...text.matchAll(/(?:new Fault\(|asFault\([^,]+,)\s*'([a-z-]+\/[a-z-]+)'/g)];
    return used
      .map(([, code = '']) => code)
      .filter((code) => !Object.hasOwn(faultTable, code))
      .map((code) => `${code} in ${file}`);
  });
  assert.deepEqual(missing, []);
});
