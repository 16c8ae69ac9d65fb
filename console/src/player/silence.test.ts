import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Peaks } from './peaks.ts';
import { quietOf } from './silence.ts';

/** Speaks in these stretches, in ms. */
const voice = (durationMs: number, ...talks: readonly [number, number][]): Peaks => ({
  channels: 1,
  durationMs,
  loudest: (_channel, fromMs, toMs) =>
    talks.some(([from, to]) => from < toMs && to > fromMs) ? 0.4 : 0.005,
});

test('only what is silent on every side is leapt over, and a margin stays around each word', () => {
  const quiet = quietOf([voice(16_000, [0, 1600]), voice(16_000, [8000, 9600])]);
  assert.deepEqual(quiet, [
    { fromMs: 1900, toMs: 7700 },
    { fromMs: 9900, toMs: 15_700 },
  ]);
});

test('a pause for breath is no silence', () => {
  assert.deepEqual(quietOf([voice(6400, [0, 2400], [4000, 6400])]), []);
});

test('without a waveform nothing is leapt over', () => {
  assert.deepEqual(quietOf([]), []);
});
