import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { systemClock } from './system-clock.ts';

test('a timer never fires before its time', async () => {
  for (const delayMs of [0, 1, 3, 7.5, 20]) {
    const startedAt = systemClock.monoMs();
    await new Promise<void>((resolve) => systemClock.setTimer(delayMs, resolve));
    assert.ok(systemClock.monoMs() - startedAt >= delayMs);
  }
});

test('a cancelled timer stays silent, however often it is cancelled', async () => {
  let fired = false;
  const timer = systemClock.setTimer(1, () => (fired = true));
  timer.cancel();
  timer.cancel();
  await new Promise<void>((resolve) => systemClock.setTimer(10, resolve));
  assert.equal(fired, false);
});

test('a delay of a month does not fire at once', async () => {
  let fired = false;
  const timer = systemClock.setTimer(31 * 86_400_000, () => (fired = true));
  await new Promise<void>((resolve) => systemClock.setTimer(10, resolve));
  timer.cancel();
  assert.equal(fired, false);
});

test('two threads read the same monotonic clock', async () => {
  const source = `
    import { parentPort } from 'node:worker_threads';
    import { systemClock } from ${JSON.stringify(new URL('system-clock.ts', import.meta.url).href)};
    parentPort.postMessage(systemClock.monoMs());`;
  const before = systemClock.monoMs();
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  const there = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  assert.ok(before <= there && there <= systemClock.monoMs());
});
