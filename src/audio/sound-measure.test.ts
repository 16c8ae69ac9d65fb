import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sineSamples } from '../../tests/rig/audio-files.ts';
import { measureSound } from './sound-measure.ts';

const joined = (...parts: readonly Int16Array[]): Int16Array =>
  Int16Array.from(parts.flatMap((part) => [...part]));
const silence = (seconds: number): Int16Array => new Int16Array(seconds * 8000);

test('a tone is as loud as its power, pauses left out', () => {
  // −3 dB for the sine, 20·log(3,277 ÷ 32,768) = −20 dB for its peak.
  const tone = sineSamples(1, 440, 3277);
  for (const samples of [tone, joined(silence(1), tone, silence(3), tone)]) {
    const { speechDbfs, peakDbfs } = measureSound(samples);
    assert.ok(Math.abs((speechDbfs ?? 0) + 23) < 0.2, String(speechDbfs));
    assert.ok(Math.abs((peakDbfs ?? 0) + 20) < 0.1, String(peakDbfs));
  }
});

test('silence before, between and behind is found to a block of 20 ms', () => {
  const tone = sineSamples(0.5);
  const { leadingSilenceMs, longestPauseMs, trailingSilenceMs } = measureSound(
    joined(silence(1.5), tone, silence(0.3), tone, silence(2.5), tone, silence(4)),
  );
  assert.ok(Math.abs(leadingSilenceMs - 1500) <= 20);
  assert.ok(Math.abs(longestPauseMs - 2500) <= 20);
  assert.ok(Math.abs(trailingSilenceMs - 4000) <= 20);
});

test('a file of zeros, or of a hum that nobody hears, is silent as a whole', () => {
  for (const samples of [silence(2), sineSamples(2, 50, 20), new Int16Array(0)]) {
    const { speechDbfs, leadingSilenceMs } = measureSound(samples);
    assert.equal(speechDbfs, null);
    assert.equal(leadingSilenceMs, (samples.length * 1000) / 8000);
  }
});

test('tops that were cut off are counted; a loud tone that was not cut off has none', () => {
  assert.equal(measureSound(sineSamples(1, 440, 32_700)).clippedSamples, 0);
  const cut = sineSamples(1, 440, 60_000);
  const clipped = Float64Array.from(
    { length: 8000 },
    (_, i) => Math.sin((2 * Math.PI * 440 * i) / 8000) * 60_000,
  );
  const saturated = Int16Array.from(clipped, (value) => Math.max(-32_768, Math.min(32_767, value)));
  assert.equal(saturated.length, cut.length);
  assert.ok(measureSound(saturated).clippedSamples > 2000);
});
