/**
 * A data folder as the first start leaves it (schema, keys, first administrator), made once by the product itself and copied for every
 * test that starts a server: making it anew costs five seconds of processor time each. What a first start does is tested where it is
 * meant (`tests/hostile/startup.test.ts`), with a folder of its own.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFiles } from '../../tools/rooms.ts';
import { until } from './programs.ts';

const root = join(import.meta.dirname, '..', '..');
const shelf = join(root, 'node_modules', '.cache', 'first-start');
/** Whoever began to make it has died meanwhile. */
const staleMs = 180_000;

/** Every line of the product is part of what a first start makes. */
const nameOf = (env: Readonly<Record<string, string>>): string => {
  const hash = createHash('sha256').update(JSON.stringify(env));
  for (const file of sourceFiles(join(root, 'src'))) hash.update(readFileSync(file));
  hash.update(readFileSync(join(root, 'package-lock.json')));
  return hash.digest('hex').slice(0, 24);
};

const isStale = (folder: string): boolean => {
  try {
    return Date.now() - statSync(folder).mtimeMs > staleMs;
  } catch {
    return false; // it has just been given back
  }
};

/** Only one of the test processes makes it; the others wait. */
const take = (lock: string): boolean => {
  if (isStale(lock)) rmSync(lock, { recursive: true, force: true });
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
};

/**
 * Puts a copy into `dataDir`.
 *
 * @param env what the folder depends on, such as the first administrator
 * @param make starts the product on the folder it is given and stops it in good order
 */
export const copyFirstStart = async (
  dataDir: string,
  env: Readonly<Record<string, string>>,
  make: (dataDir: string) => Promise<void>,
): Promise<void> => {
  const ready = join(shelf, nameOf(env));
  mkdirSync(shelf, { recursive: true });
  const lock = `${ready}.lock`;
  await until(
    'a first start to copy',
    async () => {
      if (existsSync(ready)) return true;
      if (!take(lock)) return undefined;
      const making = `${ready}.making`;
      try {
        rmSync(making, { recursive: true, force: true });
        await make(making);
        renameSync(making, ready);
        return true;
      } finally {
        rmSync(lock, { recursive: true, force: true });
      }
    },
    { deadlineMs: 300_000, everyMs: 200 },
  );
  cpSync(ready, dataDir, { recursive: true });
};
