import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findForbiddenForms } from './forbidden-forms.ts';

test('names a cast through unknown and a barrel with file and line, and passes an ordinary cast', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'forms-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'deep'));
  const cast = ['as', 'unknown', 'as'].join(' ');
  writeFileSync(join(folder, 'good.ts'), 'const a = JSON.parse(text) as Found;\n');
  writeFileSync(join(folder, 'deep', 'hole.tsx'), `const a = 1;\nconst b = a ${cast} Found;\n`);
  writeFileSync(join(folder, 'barrel.ts'), `export * from './good.ts';\n`);
  const faults = findForbiddenForms([folder, join(folder, 'not-there')]);
  assert.equal(faults.length, 2);
  assert.match(faults[0] ?? '', /barrel\.ts:1 no barrels/);
  assert.match(faults[1] ?? '', /hole\.tsx:2 a cast through unknown/);
});
