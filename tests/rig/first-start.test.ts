import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { copyFirstStart } from './first-start.ts';
import { until } from './programs.ts';

const env = { CALLREEL_ADMIN_EMAIL: 'first@x.test' };

const foldersOf = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'first-start-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const shelf = join(folder, 'shelf');
  mkdirSync(shelf);
  return {
    shelf,
    copy: (name: string, make: (dataDir: string) => Promise<void>) =>
      copyFirstStart(join(folder, name), env, make, shelf),
    madeBy: (name: string) => readFileSync(join(folder, name, 'made-by'), 'utf8'),
  };
};

const maker =
  (name: string, gate: Promise<unknown> = Promise.resolve()) =>
  async (dataDir: string): Promise<void> => {
    mkdirSync(dataDir, { recursive: true });
    await gate;
    writeFileSync(join(dataDir, 'made-by'), name);
  };

/** As if nobody had touched it for so long. */
const age = (path: string, minutes: number): void => {
  const at = new Date(Date.now() - minutes * 60_000);
  utimesSync(path, at, at);
};

test('servers that start together copy one first start, and the next one finds it', async (t) => {
  const { copy, madeBy, shelf } = foldersOf(t);
  await Promise.all([copy('a', maker('a')), copy('b', maker('b'))]);
  await copy('c', () => assert.fail('made again'));
  assert.deepEqual(['a', 'b', 'c'].map(madeBy), ['a', 'a', 'a']);
  assert.equal(readdirSync(shelf).length, 1, 'no lock and no half-made folder stays');
});

test('a maker who is taken for dead and is not keeps its folder, and leaves the lock of the next one alone', async (t) => {
  const { copy, madeBy, shelf } = foldersOf(t);
  const [slow, quick] = [Promise.withResolvers(), Promise.withResolvers()];
  const first = copy('slow', maker('slow', slow.promise));
  const makings = () => readdirSync(shelf).filter((name) => name.includes('.making'));
  await until('the first is making', () => (makings().length === 1 ? true : undefined));
  const [lock = ''] = readdirSync(shelf).filter((name) => name.endsWith('.lock'));
  age(join(shelf, lock), 3.5);
  let isRobbed = false;
  const second = copy('quick', (dataDir) => {
    isRobbed = true;
    return maker('quick', quick.promise)(dataDir);
  });
  // Three and a half minutes are no more than a loaded machine may take.
  assert.equal(isRobbed, false);
  age(join(shelf, lock), 10);
  await until('the second makes as well', () => (makings().length === 2 ? true : undefined));
  slow.resolve(null);
  await first;
  assert.equal(existsSync(join(shelf, lock)), true, 'it is the lock of the second');
  quick.resolve(null);
  await second;
  assert.deepEqual(['slow', 'quick'].map(madeBy), ['slow', 'slow']);
  assert.equal(readdirSync(shelf).length, 1);
});

test('first starts of earlier sources go when a new one is made, one that may be in use stays', async (t) => {
  const { copy, shelf } = foldersOf(t);
  for (const [name, minutes] of [
    ['earlier', 60],
    ['dead.making-1', 60],
    ['now', 1],
  ] as const) {
    mkdirSync(join(shelf, name));
    age(join(shelf, name), minutes);
  }
  await copy('a', maker('a'));
  const left = readdirSync(shelf);
  assert.equal(left.length, 2);
  assert.ok(left.includes('now'));
});
