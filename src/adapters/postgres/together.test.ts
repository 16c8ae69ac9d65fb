import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Together } from './together.ts';

test('what comes while a statement runs goes into the next one, together', async () => {
  const written: number[][] = [];
  const together = new Together<number>(async (items) => {
    written.push([...items]);
    await new Promise((resolve) => void setImmediate(resolve));
  }, 8);
  await Promise.all(Array.from({ length: 20 }, (_, i) => together.add(i)));
  assert.deepEqual(
    written.map((items) => items.length),
    [1, 8, 8, 3],
  );
  assert.deepEqual(
    written.flat(),
    Array.from({ length: 20 }, (_, i) => i),
  );
});

test('one wrong item fails alone, and the others are written', async () => {
  const written: number[] = [];
  const together = new Together<number>(async (items) => {
    await new Promise((resolve) => void setImmediate(resolve));
    if (items.includes(3)) throw new Error(`three among ${items.length}`);
    written.push(...items);
  });
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map((item) => together.add(item)));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(written, [1, 2, 4]);
  await together.add(5);
  assert.deepEqual(written, [1, 2, 4, 5]);
});
