/** `npm run prove -- NAME`: the long proofs of `tests/proofs/`. Each is bounded, goes on where it was interrupted, and keeps its results in `docs/proof/`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'tests', 'proofs');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));
const [name = ''] = process.argv.slice(2);
if (names.includes(name)) {
  await import(join(folder, `${name}.ts`));
} else {
  console.error(`npm run prove -- NAME, where NAME is one of: ${names.join(', ')}`);
  process.exitCode = 1;
}
