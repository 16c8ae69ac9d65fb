import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { until } from '../../../tests/rig/programs.ts';
import { WorkerPool } from './worker-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'worker-pool-'));
const pools: WorkerPool<unknown, unknown>[] = [];
after(async () => {
  for (const pool of pools) await pool.close();
  rmSync(folder, { recursive: true });
});

/** A thread that says its order back, or is busy for ever. */
const threadUrl = pathToFileURL(join(folder, 'thread.mjs'));
writeFileSync(
  threadUrl,
  `import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ id, order }) => {
    if (order === 'spin') for (;;);
    parentPort.postMessage({ id, report: order });
  });`,
);

const open = (name: string, more: { timeoutMs?: number; restMs?: number } = {}) => {
  const pool = new WorkerPool<unknown, unknown>({
    name,
    task: 'is tried',
    threadUrl,
    count: 1,
    mostWaiting: 100,
    timeoutMs: 60_000,
    faults: {
      closed: 'salvage/closed',
      full: 'salvage/queue-full',
      died: 'salvage/thread-died',
      stuck: 'salvage/timed-out',
      aborted: 'finalise/aborted',
    },
    ...more,
  });
  pools.push(pool);
  return pool;
};

/** Empty when the thread has gone meanwhile. */
const nameOfThread = (id: string): string => {
  try {
    return readFileSync(`/proc/self/task/${id}/comm`, 'latin1').trim();
  } catch {
    return '';
  }
};

const threadsNamed = (name: string): number =>
  readdirSync('/proc/self/task').filter((id) => nameOfThread(id) === name).length;

/** What no message can carry. */
const unsendable = { method: () => undefined };

test('an order that cannot be sent fails alone, on a free thread and behind another order', async () => {
  const pool = open('unsendable');
  assert.equal(await pool.run('first'), 'first');
  await assert.rejects(pool.run(unsendable), { code: 'salvage/thread-died' });
  const [before, bad, behind] = await Promise.allSettled([
    pool.run('before'),
    pool.run(unsendable),
    pool.run('behind'),
  ]);
  assert.deepEqual(
    [before.status, bad.status, behind.status],
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('there are never more threads than may be, also while one that is stuck is stopped', async () => {
  // Time for the next thread to start on a busy machine, which is in it too.
  const pool = open('stuck', { timeoutMs: 2000 });
  const counts: number[] = [];
  const watch = setInterval(() => counts.push(threadsNamed('stuck')), 1);
  try {
    for (let round = 0; round < 2; round++) {
      const [stuck, next] = await Promise.allSettled([pool.run('spin'), pool.run(round)]);
      assert.equal(
        stuck.status === 'rejected' && (stuck.reason as { code: string }).code,
        'salvage/timed-out',
      );
      assert.deepEqual(next, { status: 'fulfilled', value: round });
    }
  } finally {
    clearInterval(watch);
  }
  assert.equal(Math.max(...counts), 1);
});

test('orders that come while a thread is about to rest are all answered', async () => {
  const pool = open('resting', { restMs: 2 });
  for (let n = 0; n < 60; n++) {
    assert.equal(await pool.run(n), n);
    await new Promise((resolve) => setTimeout(resolve, n % 5));
  }
  await until('the last thread is gone', () => threadsNamed('resting') === 0 || undefined);
});
