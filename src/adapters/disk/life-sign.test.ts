import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { until } from '../../../tests/rig/programs.ts';
import { silentLog } from '../../../tests/rig/silent.ts';
import { giveLifeSigns, readLifeSign } from './life-sign.ts';

const root = mkdtempSync(join(tmpdir(), 'life-sign-'));
after(() => rmSync(root, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(root, 'l'));

test('signs are given while they are needed, and the last one is read', async () => {
  const folder = newFolder();
  assert.equal(readLifeSign(folder), null);
  let isNeeded = false;
  let nowMs = 1_790_000_000_000;
  const stop = giveLifeSigns({
    folder,
    isNeeded: () => isNeeded,
    clock: { ...systemClock, nowMs: () => nowMs },
    log: silentLog(),
    everyMs: 5,
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(readLifeSign(folder), null, 'nobody would ask');
  isNeeded = true;
  await until('a sign', () => readLifeSign(folder) ?? undefined);
  nowMs += 250;
  await until('the next sign', () => readLifeSign(folder) === nowMs || undefined);
  isNeeded = false;
  await new Promise((resolve) => setTimeout(resolve, 20));
  nowMs += 60_000;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(readLifeSign(folder), nowMs - 60_000);
  await stop();
  await stop();
  assert.equal(readLifeSign(folder), nowMs - 60_000, 'it outlives the process');
});

test('each start goes on with the file of the last one, and what is no sign is none', async () => {
  const folder = newFolder();
  const file = join(folder, 'alive');
  writeFileSync(file, '17900000');
  assert.equal(readLifeSign(folder), null);
  writeFileSync(file, '1790000000000');
  const stop = giveLifeSigns({
    folder,
    isNeeded: () => true,
    clock: systemClock,
    log: silentLog(),
  });
  await until(
    'a sign of today',
    () => (readLifeSign(folder) ?? 0) > 1_790_000_000_000 || undefined,
  );
  await stop();
  assert.equal(readFileSync(file, 'latin1').length, 13);
});
