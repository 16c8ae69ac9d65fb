import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { RenderOrder } from '#ports/renderer.ts';
import { FinaliseWorkers, type FinaliseWorkersOptions } from './finalise-workers.ts';

const folder = mkdtempSync(join(tmpdir(), 'finalise-workers-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A thread that does what the path of the first track says. */
const threadUrl = pathToFileURL(join(folder, 'thread.mjs'));
writeFileSync(
  threadUrl,
  `import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ id, order }) => {
    const what = order.tracks[0].path;
    if (what === 'die') process.exit(3);
    if (what === 'throw') throw new Error('out of memory');
    if (what === 'spin') for (;;);
    if (what === 'refuse')
      parentPort.postMessage({ id, fault: { code: 'journal/missing', message: 'gone', blame: 'us', retry: 'never', facts: { path: 'x' } } });
    else parentPort.postMessage({ id, report: { frames: Number(what), timeline: [], missing: [], outputs: [] } });
  });`,
);

const order = (what: string): RenderOrder => ({
  startedAtMonoNs: null,
  endUserChannel: 'left',
  tracks: [{ path: what, participant: 1, kind: 'customer', failedBy: null }],
  outputs: [],
});

const open = (options: Partial<FinaliseWorkersOptions> = {}): FinaliseWorkers =>
  new FinaliseWorkers({
    threadUrl,
    threadData: { masterKey: new Uint8Array(32) },
    count: 1,
    ...options,
  });

test('hands each order to a thread and its answer or fault to who asked', async () => {
  const workers = open({ count: 2 });
  const reports = await Promise.all(
    ['1', '2', '3', '4', '5'].map((each) => workers.render(order(each))),
  );
  assert.deepEqual(
    reports.map(({ frames }) => frames),
    [1, 2, 3, 4, 5],
  );
  await assert.rejects(workers.render(order('refuse')), {
    code: 'journal/missing',
    retry: 'never',
    facts: { path: 'x' },
  });
  await workers.close();
});

test('fails the order of a thread that dies, for another try, and goes on with a new thread', async () => {
  const workers = open();
  for (const what of ['die', 'throw']) {
    const [failed, next] = await Promise.allSettled([
      workers.render(order(what)),
      workers.render(order('7')),
    ]);
    assert.equal(failed.status, 'rejected');
    const reason = failed.reason as { code?: string; retry?: string };
    assert.deepEqual([reason.code, reason.retry], ['finalise/worker-crashed', 'later']);
    assert.equal(next.status, 'fulfilled');
  }
  await workers.close();
});

test('refuses what exceeds its queue, and what comes after it was closed', async () => {
  const workers = open({ mostWaiting: 2 });
  const stuck = [
    workers.render(order('spin')),
    workers.render(order('1')),
    workers.render(order('2')),
  ];
  assert.equal(workers.waiting, 2);
  await assert.rejects(workers.render(order('3')), { code: 'finalise/queue-full', retry: 'later' });
  const settled = Promise.allSettled(stuck);
  await workers.close();
  for (const each of await settled) {
    assert.equal(each.status, 'rejected');
    assert.equal((each.reason as { code?: string }).code, 'finalise/closed');
  }
  await assert.rejects(workers.render(order('1')), { code: 'finalise/closed' });
  await workers.close();
});

test('breaks off an order that is aborted, waiting or running, and one that runs out of time', async () => {
  const workers = open({ timeoutMs: 300 });
  const running = new AbortController();
  const waiting = new AbortController();
  const first = workers.render(order('spin'), running.signal);
  const second = workers.render(order('2'), waiting.signal);
  waiting.abort();
  await assert.rejects(second, { code: 'finalise/aborted' });
  running.abort();
  await assert.rejects(first, { code: 'finalise/aborted' });
  await assert.rejects(workers.render(order('spin')), { code: 'finalise/timed-out' });
  assert.equal((await workers.render(order('4'))).frames, 4);
  await assert.rejects(workers.render(order('1'), AbortSignal.abort()), {
    code: 'finalise/aborted',
  });
  await workers.close();
});
