/**
 * `npm run check`: format, lint, types, import doors, cycles, OpenAPI drift. Runs the heavy ones side by side and prints
 * only what failed. `--sizes` prints the ten longest files instead.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findForbiddenForms } from './forbidden-forms.ts';
import { findDoorFaults, longestFiles } from './rooms.ts';

interface Step {
  readonly name: string;
  readonly argv: readonly string[];
  /** Skipped when this file does not exist: a part of the house that is not built yet. */
  readonly needs?: string;
}

/** The compiler in native code: checks the whole tree in seconds. `typescript` itself stays for those who need its API. */
const tsc = ['node', 'node_modules/typescript-native/bin/tsc'];

const steps: readonly Step[] = [
  { name: 'format', argv: ['oxfmt', '--check', '.'] },
  { name: 'lint', argv: ['oxlint', '--max-warnings', '0', '.'] },
  { name: 'types', argv: [...tsc, '-p', '.'] },
  { name: 'types of the console', argv: [...tsc, '-p', 'console'], needs: 'console/tsconfig.json' },
  {
    name: 'OpenAPI drift',
    argv: ['node', 'tools/openapi.ts', '--check'],
    needs: 'tools/openapi.ts',
  },
];

const run = (step: Step): Promise<{ ok: boolean; output: string }> =>
  new Promise((resolve) => {
    const [command = '', ...args] = step.argv;
    const child = spawn(`node_modules/.bin/${command}`, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ ok: false, output: String(error) }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });

if (process.argv.includes('--sizes')) {
  for (const { file, lines } of longestFiles('src')) console.log(String(lines).padStart(6), file);
} else {
  const startedAt = performance.now();
  let failed = 0;
  const doorFaults = findDoorFaults('src');
  if (doorFaults.length > 0) {
    failed++;
    console.error(`rooms: ${doorFaults.length} fault(s)\n  ${doorFaults.join('\n  ')}`);
  }
  const forms = findForbiddenForms(['src', 'console/src', 'tests', 'tools', 'bench', 'examples']);
  if (forms.length > 0) {
    failed++;
    console.error(`forms: ${forms.length} fault(s)\n  ${forms.join('\n  ')}`);
  }
  const wanted = steps.filter((step) => step.needs === undefined || existsSync(step.needs));
  const results = await Promise.all(wanted.map(async (step) => ({ step, ...(await run(step)) })));
  for (const { step, ok, output } of results) {
    if (ok) continue;
    failed++;
    console.error(`${step.name}: failed\n${output}`);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`check: ${failed === 0 ? 'passed' : `${failed} failed`} (${seconds} s)`);
  process.exitCode = failed === 0 ? 0 : 1;
}
