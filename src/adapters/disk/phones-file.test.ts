import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '#adapters/clock/system-clock.ts';
import type { KeptPhone } from '#ports/kept-phones.ts';
import { until } from '../../../tests/rig/programs.ts';
import { silentLog } from '../../../tests/rig/silent.ts';
import { PhonesFile } from './phones-file.ts';

const home = mkdtempSync(join(tmpdir(), 'phones-file-'));
after(() => rmSync(home, { recursive: true }));
const masterKey = new Uint8Array(32).fill(1);
const newRoot = (): string => mkdtempSync(join(home, 'd'));

const phone = (sipUsername: string): KeptPhone => ({
  sipUsername,
  credentialsId: 'c',
  uri: `sip:${sipUsername}@192.0.2.7:5060`,
  address: '192.0.2.7',
  port: 5060,
  callId: 'r1',
  sequence: 2,
  q: 1,
  expiresAtMs: 1_790_000_000_000,
});

const open = (root: string, nowMs: () => number = () => systemClock.nowMs(), log = silentLog()) =>
  new PhonesFile({ root, masterKey, clock: { ...systemClock, nowMs }, log, gatherMs: 5 });

test('what is registered is read by the next start, when that comes soon', async () => {
  const root = newRoot();
  let nowMs = 1_790_000_000_000;
  const file = open(root, () => nowMs);
  assert.deepEqual(file.read(), [], 'the first start of all');
  let phones = [phone('bob')];
  file.changed(() => phones);
  await until('it is written', () => file.read().length === 1 || undefined);
  phones = [phone('bob'), phone('eve')];
  file.changed(() => phones);
  await file.close();
  await file.close();
  assert.deepEqual(open(root, () => nowMs).read(), phones);
  assert.equal(statSync(join(root, 'phones.json')).mode & 0o777, 0o600);
  nowMs += 9 * 60_000;
  assert.equal(open(root, () => nowMs).read().length, 2);
  nowMs += 2 * 60_000;
  assert.deepEqual(open(root, () => nowMs).read(), [], 'people may have gone home');
});

test('a damaged file costs nothing but a line in the log, and what is no phone is left out', () => {
  const root = newRoot();
  const log = silentLog();
  writeFileSync(join(root, 'phones.json'), '{"savedAtMs":17');
  assert.deepEqual(open(root, undefined, log).read(), []);
  assert.equal(log.events.filter(({ event }) => event === 'phones.not-read').length, 1);
  const broken = [{ port: 'x' }, { port: 70_000 }, { port: -3 }, { address: 'a.host' }];
  const phones = [phone('bob'), ...broken.map((each) => ({ ...phone('eve'), ...each })), null, 7];
  const kept = { savedAtMs: systemClock.nowMs(), phones };
  writeFileSync(join(root, 'phones.json'), JSON.stringify(kept));
  assert.deepEqual(open(root).read(), [phone('bob')]);
});

test('phones that register all the time are kept all the same', async () => {
  const root = newRoot();
  const file = open(root);
  const steady = setInterval(() => file.changed(() => [phone('bob')]), 1);
  try {
    await until('it is written', () => file.read().length === 1 || undefined);
  } finally {
    clearInterval(steady);
    await file.close();
  }
});

test('a list that fails is told of, and ends nothing', async () => {
  const log = silentLog();
  const file = open(newRoot(), undefined, log);
  file.changed(() => assert.fail('no list'));
  await until(
    'it is told',
    () => log.events.some(({ event }) => event === 'phones.not-kept') || undefined,
  );
  file.changed(() => [phone('bob')]);
  await until('it is written', () => file.read().length === 1 || undefined);
  await file.close();
});

test('credentials are named so that only the master key can test a guess', () => {
  const name = open(newRoot()).nameOf('agent-7 secret');
  assert.equal(open(newRoot()).nameOf('agent-7 secret'), name);
  assert.notEqual(open(newRoot()).nameOf('agent-7 other'), name);
  const foreign = new PhonesFile({
    root: newRoot(),
    masterKey: new Uint8Array(32),
    clock: systemClock,
    log: silentLog(),
  });
  assert.notEqual(foreign.nameOf('agent-7 secret'), name);
});

test('a disk that refuses is told of once, and the phones are kept when it takes them', async () => {
  const root = newRoot();
  const log = silentLog();
  // A folder in the place of the file refuses root as well.
  mkdirSync(join(root, 'phones.json.new'));
  const file = open(root, undefined, log);
  const told = () => log.events.filter(({ event }) => event === 'phones.not-kept').length;
  for (let round = 0; round < 3; round++) {
    file.changed(() => [phone('bob')]);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  assert.equal(told(), 1);
  rmSync(join(root, 'phones.json.new'), { recursive: true });
  file.changed(() => [phone('bob')]);
  await until('it is written', () => file.read().length === 1 || undefined);
  await file.close();
  assert.match(readFileSync(join(root, 'phones.json'), 'utf8'), /bob/);
});
