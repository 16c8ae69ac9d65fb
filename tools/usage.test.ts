/** Whoever mistypes is told in the first line what was wrong, before how it is right. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

const run = (file: string, words: readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'usage-'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, file), ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '' },
      timeout: 60_000,
    });
    assert.deepEqual(readdirSync(folder), [], 'nothing is made by a mistake');
    return { status, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const mistakes = [
  {
    file: 'src/cli.ts',
    words: ['restore'],
    says: '"restore" needs --from FOLDER, where the backup is, and nothing else.',
  },
  {
    file: 'tools/demo.ts',
    words: ['kil'],
    says: 'The demo goes with "kill" or with no word, not with "kil".',
  },
  {
    file: 'tools/phone.ts',
    words: ['anwser'],
    says: 'The phone can call or answer, not "anwser".',
  },
  { file: 'tools/phone.ts', words: ['call'], says: '"call" needs the number to call.' },
  { file: 'tools/test.ts', words: ['--ful'], says: 'There is no option --ful.' },
] as const;

for (const { file, words, says } of mistakes)
  test(`${file} ${words.join(' ')}: says what was wrong, then how it is used`, () => {
    const { status, stderr } = run(file, words);
    assert.equal(status, 2, stderr);
    const [first, second, third] = stderr.split('\n');
    assert.deepEqual([first, second], [says, '']);
    assert.match(third ?? '', /^(npm|callreel) /);
  });

test('npm test -- --help says how it is used and runs nothing', () => {
  const { status, stdout } = run('tools/test.ts', ['--help']);
  assert.equal(status, 0);
  assert.match(stdout, /^npm test /);
  assert.doesNotMatch(stdout, /tests \d/);
});
