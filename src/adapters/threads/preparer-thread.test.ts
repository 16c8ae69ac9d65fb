import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PreparerThread } from './preparer-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'preparer-'));
const preparers: PreparerThread[] = [];
after(async () => {
  for (const preparer of preparers) await preparer.close();
  rmSync(folder, { recursive: true });
});

/** A thread that does what the first byte of the file says. */
const script = join(folder, 'thread.mjs');
writeFileSync(
  script,
  `import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ id, order: { bytes } }) => {
    if (bytes[0] === 0) for (;;);
    if (bytes[0] === 1) process.exit(1);
    if (bytes[0] === 2) throw new Error('broken decoder');
    const hold = [];
    if (bytes[0] === 3) for (;;) hold.push(new Array(1e6).fill({}));
    parentPort.postMessage({ id, report: { ulaw: new Uint8Array([bytes[0]]), sound: {} } });
  });`,
);
const [hangs, exits, throws, devours, fine] = [0, 1, 2, 3, 9].map((first) =>
  new Uint8Array(10).fill(first),
);

const open = (more: { timeoutMs?: number; mostWaiting?: number } = {}): PreparerThread => {
  const preparer = new PreparerThread({ threadUrl: pathToFileURL(script), ...more });
  preparers.push(preparer);
  return preparer;
};

const prepare = async (preparer: PreparerThread, bytes: Uint8Array = new Uint8Array()) =>
  (await preparer.prepare('wav', new Uint8Array(bytes)))?.ulaw[0];

test('a file that never ends to decode is given up after its time, and the next one has a new thread', async () => {
  const preparer = open({ timeoutMs: 300 });
  const stuck = prepare(preparer, hangs);
  const next = prepare(preparer, fine);
  await assert.rejects(stuck, { code: 'asset/preparer-stuck', retry: 'later' });
  assert.equal(await next, 9);
});

for (const [how, bytes] of [
  ['ends', exits],
  ['throws', throws],
  ['takes all its memory', devours],
] as const)
  test(`a thread that ${how} fails its file alone, and the next one has a new thread`, async () => {
    const preparer = open();
    const lost = prepare(preparer, bytes);
    const next = prepare(preparer, fine);
    await assert.rejects(lost, { code: 'asset/preparer-died', retry: 'later' });
    assert.equal(await next, 9);
    assert.equal(await prepare(preparer, fine), 9);
  });

test('more files than may wait are refused, and what waits is done', async () => {
  const preparer = open({ mostWaiting: 2 });
  const taken = [1, 2, 3].map(() => prepare(preparer, fine));
  await assert.rejects(prepare(preparer, fine), { code: 'asset/preparer-full' });
  assert.deepEqual(await Promise.all(taken), [9, 9, 9]);
});

test('closing fails what runs and what waits, also a thread that hangs', async () => {
  const preparer = open();
  const running = assert.rejects(prepare(preparer, hangs), { code: 'asset/preparer-died' });
  const waiting = assert.rejects(prepare(preparer, fine), { code: 'asset/preparer-died' });
  await preparer.close();
  await Promise.all([running, waiting]);
  await assert.rejects(prepare(preparer, fine), { code: 'asset/preparer-died' });
});

test('the bytes of a file are handed over to the thread, not copied', async () => {
  const bytes = new Uint8Array(10).fill(9);
  const made = open().prepare('wav', bytes);
  assert.equal(bytes.length, 0);
  assert.equal((await made)?.ulaw[0], 9);
});
