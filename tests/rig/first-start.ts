/**
 * A data folder as the first start leaves it (schema, keys, first administrator), made once by the product itself and copied for every
 * test that starts a server: making it anew costs five seconds of processor time each. What a first start does is tested where it is
 * meant (`tests/hostile/startup.test.ts`), with a folder of its own.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { sourceFiles } from '../../tools/rooms.ts';
import { until } from './programs.ts';

const root = join(import.meta.dirname, '..', '..');
const defaultShelf = join(root, 'node_modules', '.cache', 'first-start');
/** Longer than a start may take to be ready and to stop again (240 s): whoever began to make it has died meanwhile. */
const staleMs = 250_000;

/** Every line of the product is part of what a first start makes. */
const nameOf = (env: Readonly<Record<string, string>>): string => {
  const hash = createHash('sha256').update(JSON.stringify(env));
  for (const file of sourceFiles(join(root, 'src'))) hash.update(readFileSync(file));
  hash.update(readFileSync(join(root, 'package-lock.json')));
  return hash.digest('hex').slice(0, 24);
};

const isStale = (path: string): boolean => {
  try {
    return Date.now() - statSync(path).mtimeMs > staleMs;
  } catch {
    return false; // it has just been given back
  }
};

const holderOf = (lock: string): string | undefined => {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return undefined;
  }
};

/** Only one of the test processes makes it; the others wait. Two makers at once would cost no more than time: each has a folder of its own. */
const take = (lock: string, holder: string): boolean => {
  if (isStale(lock)) rmSync(lock, { recursive: true, force: true });
  try {
    writeFileSync(lock, holder, { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
};

/** What an earlier state of the sources left, or a maker who died. Younger ones may still be in use. */
const sweep = (shelf: string, ready: string): void => {
  for (const name of readdirSync(shelf)) {
    const path = join(shelf, name);
    if (path !== ready && isStale(path)) rmSync(path, { recursive: true, force: true });
  }
};

const makeReady = async (
  ready: string,
  make: (dataDir: string) => Promise<void>,
): Promise<void> => {
  const making = mkdtempSync(`${ready}.making-`);
  try {
    const dataDir = join(making, 'data');
    await make(dataDir);
    // Somebody who took this one for dead was there first: theirs is as good.
    if (!existsSync(ready)) renameSync(dataDir, ready);
  } finally {
    rmSync(making, { recursive: true, force: true });
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
  shelf = defaultShelf,
): Promise<void> => {
  const ready = join(shelf, nameOf(env));
  mkdirSync(shelf, { recursive: true });
  const lock = `${ready}.lock`;
  const holder = randomUUID();
  await until(
    'a first start to copy',
    async () => {
      if (existsSync(ready)) return true;
      if (!take(lock, holder)) return undefined;
      try {
        await makeReady(ready, make);
        sweep(shelf, ready);
        return true;
      } finally {
        if (holderOf(lock) === holder) rmSync(lock);
      }
    },
    { deadlineMs: 300_000, everyMs: 200 },
  );
  cpSync(ready, dataDir, { recursive: true });
};
