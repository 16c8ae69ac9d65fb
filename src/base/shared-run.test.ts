import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedRuns } from './shared-run.ts';

/** Work whose end the test decides. */
const makeWork = () => {
  const runs: { readonly key: string; end(value: number): void; fail(error: Error): void }[] = [];
  const shared = new SharedRuns(
    (key: string) =>
      new Promise<number>((resolve, reject) => {
        runs.push({ key, end: resolve, fail: reject });
      }),
  );
  return { runs, shared };
};

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('of twenty who ask at once the first has a run of its own and the others share the next', async () => {
  const { runs, shared } = makeWork();
  const asked = Array.from({ length: 20 }, () => shared.run('a'));
  assert.equal(runs.length, 1);
  runs[0]?.end(1);
  await settled();
  assert.equal(runs.length, 2);
  runs[1]?.end(2);
  assert.deepEqual(await Promise.all(asked), [1, ...Array.from({ length: 19 }, () => 2)]);
});

test('nobody is answered by a run that began before they asked', async () => {
  const { runs, shared } = makeWork();
  const first = shared.run('a');
  const second = shared.run('a');
  runs[0]?.end(1);
  assert.equal(await first, 1);
  await settled();
  // The second run has begun: who asks now waits for a third.
  const third = shared.run('a');
  runs[1]?.end(2);
  assert.equal(await second, 2);
  await settled();
  runs[2]?.end(3);
  assert.equal(await third, 3);
  await settled();
  const fourth = shared.run('a');
  assert.equal(runs.length, 4);
  runs[3]?.end(4);
  assert.equal(await fourth, 4);
});

test('a run that fails fails those who share it and nobody after them', async () => {
  const { runs, shared } = makeWork();
  const first = shared.run('a');
  const second = shared.run('a');
  runs[0]?.fail(new Error('away'));
  await assert.rejects(first, /away/);
  await settled();
  runs[1]?.end(2);
  assert.equal(await second, 2);
});

test('what has another name does not wait', () => {
  const { runs, shared } = makeWork();
  void shared.run('a');
  void shared.run('b');
  assert.deepEqual(
    runs.map(({ key }) => key),
    ['a', 'b'],
  );
});
