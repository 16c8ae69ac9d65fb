import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { findDoorFaults } from './rooms.ts';

const previous = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'rooms-'));
process.chdir(folder);
after(() => {
  process.chdir(previous);
  rmSync(folder, { recursive: true });
});

const write = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

test('names a forbidden door, a door without its sign, an outside package and a cycle, and passes what is allowed', () => {
  write('src/base/word.ts', 'export const word = 1;');
  write('src/core/judge.ts', "import { word } from '#base/word.ts';\nexport const judge = word;");
  write(
    'src/live/actor.ts',
    "import { judge } from '#core/judge.ts';\nexport const actor = judge;",
  );
  assert.deepEqual(findDoorFaults('src'), []);

  write(
    'src/core/wrong.ts',
    "import { actor } from '#live/actor.ts';\nexport const wrong = actor;",
  );
  write('src/core/sign.ts', "import { word } from '../base/word.ts';\nexport const sign = word;");
  write(
    'src/core/package.ts',
    "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;",
  );
  write('src/audio/a.ts', "import { b } from './b.ts';\nexport const a = (): number => b();");
  write('src/audio/b.ts', "import { a } from './a.ts';\nexport const b = (): number => a();");
  const faults = findDoorFaults('src').join('\n');
  assert.match(faults, /core may not import live/);
  assert.match(faults, /across rooms write #room/);
  assert.match(faults, /core may not import node:fs/);
  assert.match(faults, /cycle: src\/audio\/a\.ts|cycle: src\/audio\/b\.ts/);
});
