import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.ts';

test('turns are taken one at a time, in the order they were asked for', async () => {
  const turns = new Turns({ maxWaiting: 10, maxWaitMs: 5000 });
  const order: number[] = [];
  let inside = 0;
  const visit = async (n: number): Promise<void> => {
    await turns.take();
    assert.equal(++inside, 1);
    order.push(n);
    await Promise.resolve();
    inside--;
    turns.release();
  };
  await Promise.all([0, 1, 2, 3, 4].map(visit));
  assert.deepEqual(order, [0, 1, 2, 3, 4]);
});

test('who comes when too many wait is refused at once, and counted', async () => {
  const turns = new Turns({ maxWaiting: 1, maxWaitMs: 5000 });
  await turns.take();
  const waiting = turns.take();
  await assert.rejects(turns.take(), { code: 'database/busy', retry: 'later' });
  assert.equal(turns.refused, 1);
  turns.release();
  await waiting;
});

test('who waits too long is refused, and the turn does not get lost on him', async () => {
  const turns = new Turns({ maxWaiting: 5, maxWaitMs: 10 });
  await turns.take();
  await assert.rejects(turns.take(), { code: 'database/busy' });
  assert.equal(turns.waiting, 0);
  turns.release();
  await turns.take();
});
