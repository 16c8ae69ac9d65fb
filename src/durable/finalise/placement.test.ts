import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syntheticRecords, syntheticStartUs } from '../../../tests/rig/synthetic-journals.ts';
import type { SyntheticTrack } from '../../../tests/rig/synthetic-journals.ts';
import { fitClock, positionAt, type ClockLine } from './placement.ts';
import { surveyTrack } from './survey.ts';

const track = (options: Partial<SyntheticTrack>): SyntheticTrack => ({
  participant: 1,
  kind: 'customer',
  says: () => 0,
  seconds: 3600,
  ...options,
});

const fit = async (options: Partial<SyntheticTrack>): Promise<ClockLine[]> => {
  const survey = await surveyTrack(syntheticRecords(track(options)), syntheticStartUs);
  return fitClock(survey.pairs[0] ?? []);
};

const samplesOf = (ms: number): number => ms * 8;

test('leaves a clean call as it is: one line, rate exactly one, to the sample', async () => {
  const [line, ...more] = await fit({ seconds: 600, firstTimestamp: 123_456, startSeconds: 2 });
  assert.deepEqual(more, []);
  assert.equal(line?.rate, 1);
  assert.ok(Math.abs(positionAt([line], 123_456) - 16_000) < 0.01);
});

for (const ppm of [-100, -37, 100, 500]) {
  test(`finds a clock that is ${ppm} ppm off through jitter and 3 % loss within a millisecond over an hour`, async () => {
    const lines = await fit({ ppm, jitterMs: 8, loss: 0.03, seed: 7 });
    for (const seconds of [0, 60, 1800, 3599]) {
      const timestamp = seconds * 8000 * (1 + ppm / 1e6);
      const miss = positionAt(lines, timestamp) - seconds * 8000;
      assert.ok(Math.abs(miss) < samplesOf(1), `${miss.toFixed(1)} samples off at ${seconds} s`);
    }
  });
}

test('follows a clock that changes its rate in mid-call within three milliseconds', async () => {
  const lines = await fit({ ppm: (seconds) => (seconds < 1800 ? 100 : -100), jitterMs: 5 });
  assert.ok(lines.length > 10);
  const at = (seconds: number): number =>
    seconds < 1800
      ? seconds * 8000 * (1 + 1e-4)
      : 1800 * 8000 * (1 + 1e-4) + (seconds - 1800) * 8000 * (1 - 1e-4);
  for (let seconds = 0; seconds < 3600; seconds += 50) {
    const miss = positionAt(lines, at(seconds)) - seconds * 8000;
    assert.ok(Math.abs(miss) < samplesOf(3), `${miss.toFixed(1)} samples off at ${seconds} s`);
  }
});

test('is not moved by a network queue that comes and goes', async () => {
  const queueMs = (seconds: number): number => (seconds > 100 && seconds < 160 ? 120 : 0);
  const lines = await fit({ seconds: 600, queueMs, jitterMs: 3 });
  assert.equal(lines.length, 1);
  for (const seconds of [10, 130, 500]) {
    const miss = positionAt(lines, seconds * 8000) - seconds * 8000;
    assert.ok(Math.abs(miss) < samplesOf(2), `${miss.toFixed(1)} samples off at ${seconds} s`);
  }
});

test('notices a phone that stopped counting while it was held', async () => {
  const lines = await fit({
    seconds: 120,
    jitterMs: 3,
    holds: [{ from: 60, to: 63, frozen: true }],
  });
  assert.equal(lines.length, 2);
  assert.ok(Math.abs(positionAt(lines, 50 * 8000) - 50 * 8000) < samplesOf(2));
  assert.ok(Math.abs(positionAt(lines, 60 * 8000) - 63 * 8000) < samplesOf(4));
  assert.ok(Math.abs(positionAt(lines, 100 * 8000) - 103 * 8000) < samplesOf(4));
});

test('notices a phone that stopped counting even when only a second follows', async () => {
  const lines = await fit({ seconds: 64, holds: [{ from: 60, to: 63, frozen: true }] });
  assert.ok(Math.abs(positionAt(lines, 60 * 8000) - 63 * 8000) < samplesOf(1));
});
