/**
 * `npm test`: every unit test beside its file and every journey that needs no extra package. `npm test -- PATTERN` runs the files
 * whose path contains PATTERN. `--full` adds `*.full.test.ts`: those that need Debian's packages.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { sourceFiles } from './rooms.ts';

const help = `npm test                   every unit test and every journey that needs no extra package
npm test -- PATTERN…       the test files whose path contains one of the patterns
npm run test:full          only those that need Debian's packages (*.full.test.ts); patterns as above`;

const unknown = process.argv
  .slice(2)
  .find((word) => word.startsWith('-') && word !== '--full' && word !== '--help');
if (unknown !== undefined || process.argv.includes('--help')) {
  if (unknown === undefined) console.log(help);
  else console.error(`There is no option ${unknown}.\n\n${help}`);
  process.exit(unknown === undefined ? 0 : 2);
}

const full = process.argv.includes('--full');
const patterns = process.argv.slice(2).filter((word) => !word.startsWith('--'));

const files = ['src', 'tests', 'tools', 'bench', 'console/src']
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => sourceFiles(folder, true))
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => full === file.endsWith('.full.test.ts'))
  .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)));

if (files.length === 0) {
  console.error(`no test file matches ${patterns.join(', ')}`);
  process.exit(1);
}

// One more than there are cores: most of these tests wait for calls in real time.
const child = spawn(
  process.execPath,
  [
    '--test',
    `--test-concurrency=${availableParallelism() + 1}`,
    '--test-timeout=120000',
    '--test-reporter=spec',
    ...files,
  ],
  {
    stdio: 'inherit',
    env: {
      // What one test process has read and stripped of its types, the next ones and the servers they start need not.
      NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/compiled'),
      ...process.env,
    },
  },
);
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
