import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../../tests/rig/silent.ts';
import { preparePrompt, PromptStore } from './prompt-store.ts';

const second = 8000;
/** A prompt takes its bytes twice, once in each law. */
const sizeOf = (seconds: number): number => 2 * seconds * second;

const storeOf = (keepBytes: number, seconds = 10) => {
  const reads: string[] = [];
  const store = new PromptStore(
    [preparePrompt('beep', new Uint8Array(second))],
    (name) => {
      reads.push(name);
      return Promise.resolve(name === 'gone' ? null : new Uint8Array(seconds * second).fill(7));
    },
    silentLog(),
    keepBytes,
  );
  return { store, reads };
};

test('a thousand assets played one after the other take no more memory than the limit', async () => {
  const limit = 3 * sizeOf(1);
  const { store } = storeOf(limit, 1);
  for (let i = 0; i < 1000; i++) {
    await store.load(`asset-${i}`);
    assert.ok(store.keptBytes <= limit, `${store.keptBytes} bytes after ${i + 1}`);
  }
  assert.equal(store.keptBytes, limit);
  assert.equal(store.get('asset-996'), undefined);
  assert.ok(store.get('asset-997') && store.get('asset-999'));
});

test('the asset that every call of a task plays stays while others come and go', async () => {
  const { store, reads } = storeOf(2 * sizeOf(10));
  await store.load('task');
  for (let i = 0; i < 20; i++) {
    assert.ok(store.get('task'), `forgotten after ${i} others`);
    await store.load(`other-${i}`);
  }
  assert.equal(reads.filter((name) => name === 'task').length, 1);
});

test('what is built in is never forgotten and not counted', async () => {
  const { store } = storeOf(sizeOf(10));
  for (let i = 0; i < 5; i++) await store.load(`asset-${i}`);
  assert.equal(store.get('beep')?.ulaw.length, second);
  assert.equal(store.keptBytes, sizeOf(10));
});

test('a prompt that was forgotten while it plays is whole for who plays it, and read again for the next', async () => {
  const { store, reads } = storeOf(sizeOf(10));
  const playing = await store.load('asset-a');
  await store.load('asset-b');
  assert.equal(store.get('asset-a'), undefined);
  assert.equal(playing?.ulaw.length, 10 * second);
  assert.ok(playing.ulaw.every((code) => code === 7));
  assert.ok(await store.load('asset-a'));
  assert.deepEqual(reads, ['asset-a', 'asset-b', 'asset-a']);
});

test('a prompt longer than the whole limit is played and not kept', async () => {
  const { store } = storeOf(sizeOf(5));
  assert.ok(await store.load('long'));
  assert.equal(store.keptBytes, 0);
});

test('legs that ask for one prompt at once share one reading', async () => {
  const { store, reads } = storeOf(sizeOf(100));
  const [one, two] = await Promise.all([store.load('asset-a'), store.load('asset-a')]);
  assert.equal(one, two);
  assert.equal(reads.length, 1);
  assert.equal(await store.load('gone'), null);
  assert.equal(await store.load('../secrets'), null);
  assert.deepEqual(reads, ['asset-a', 'gone']);
});
