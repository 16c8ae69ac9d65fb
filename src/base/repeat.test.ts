import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled, StillClock } from '../../tests/rig/fake-call-world.ts';
import { repeat } from './repeat.ts';

const everyMs = 1000;

/** Work whose end the test decides. */
const makeWork = () => {
  const runs: { end(): void; fail(error: Error): void }[] = [];
  const failures: unknown[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => void runs.push({ end: resolve, fail: reject }));
  const clock = new StillClock();
  /** And a whole pause goes by. */
  const endOne = async (run: number): Promise<void> => {
    runs[run]?.end();
    await settled();
    await clock.advance(everyMs);
  };
  const repeated = { clock, everyMs, work, onFailure: (thrown: unknown) => failures.push(thrown) };
  return { clock, runs, failures, endOne, repeated };
};

test('the first run begins at once, the next one a pause after its end, however long it took', async () => {
  const { clock, runs, repeated } = makeWork();
  const stop = repeat(repeated);
  assert.equal(runs.length, 1);
  await clock.advance(5 * everyMs);
  assert.equal(runs.length, 1, 'a slow run does not meet itself');
  runs[0]?.end();
  await settled();
  await clock.advance(everyMs - 1);
  assert.equal(runs.length, 1);
  await clock.advance(1);
  assert.equal(runs.length, 2);
  runs[1]?.end();
  await stop();
});

test('the first run waits when it is told to', async () => {
  const { clock, runs, endOne, repeated } = makeWork();
  const stop = repeat({ ...repeated, firstAfterMs: 300 });
  await clock.advance(299);
  assert.equal(runs.length, 0);
  await clock.advance(1);
  assert.equal(runs.length, 1);
  await endOne(0);
  assert.equal(runs.length, 2);
  runs[1]?.end();
  await stop();
});

test('a run that fails is told and the next one comes', async () => {
  const { clock, runs, failures, endOne, repeated } = makeWork();
  const stop = repeat(repeated);
  const away = new Error('away');
  runs[0]?.fail(away);
  await settled();
  await clock.advance(everyMs);
  assert.deepEqual(failures, [away]);
  assert.equal(runs.length, 2);
  await endOne(1);
  assert.equal(runs.length, 3);
  runs[2]?.end();
  await stop();
  assert.equal(failures.length, 1);
});

test('who ends it waits for the run under way, and none comes after it', async () => {
  const { clock, runs, repeated } = makeWork();
  const stop = repeat(repeated);
  let isStopped = false;
  const stopping = stop().then(() => (isStopped = true));
  await settled();
  assert.equal(isStopped, false);
  runs[0]?.end();
  await stopping;
  assert.equal(clock.pending, 0);
  await clock.advance(5 * everyMs);
  assert.equal(runs.length, 1);
  await stop();
});

test('ended between two runs it leaves no timer', async () => {
  const { clock, runs, repeated } = makeWork();
  const stop = repeat(repeated);
  runs[0]?.end();
  await settled();
  assert.equal(clock.pending, 1);
  await stop();
  assert.equal(clock.pending, 0);
});
