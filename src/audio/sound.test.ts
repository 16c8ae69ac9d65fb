import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { holdMusic } from './hold-music.ts';
import { levelDbov, silentDbov } from './level.ts';
import { applyGain, mixInto, takeMix, takeMixWithout } from './mix.ts';
import { toneSpans } from './tone-spans.ts';
import { beepTone, busyTone, dtmfTone, joined, ringbackTone, silence, tone } from './tones.ts';

const sounding = (samples: Int16Array, frequencyHz: number): [number, number][] =>
  toneSpans(samples, frequencyHz).map(({ fromFrame, untilFrame }) => [
    Math.round(fromFrame / 80) * 10,
    Math.round(untilFrame / 80) * 10,
  ]);

test('a tone has the level and the length it was ordered with', () => {
  for (const levelDbov_ of [-3.01, -16, -40]) {
    const samples = tone({ frequenciesHz: [440], durationMs: 1000, levelDbov: levelDbov_ });
    assert.equal(samples.length, 8000);
    assert.ok(Math.abs(levelDbov(samples) - levelDbov_) < 0.2, `${levelDbov_}`);
  }
  const dual = tone({ frequenciesHz: [350, 440], durationMs: 1000, levelDbov: -16 });
  assert.ok(Math.abs(levelDbov(dual) + 16) < 0.2);
});

test('a tone begins and ends softly: no step larger than its own slope', () => {
  const samples = tone({ frequenciesHz: [440], durationMs: 100, levelDbov: -10 });
  assert.ok(Math.abs(samples[0] ?? NaN) < 100);
  assert.ok(Math.abs(samples.at(-1) ?? NaN) < 100);
});

test('ringing, busy and beep have the cadences of E.180', () => {
  assert.deepEqual(sounding(ringbackTone(), 425), [[0, 1000]]);
  assert.equal(ringbackTone().length, 40_000);
  assert.deepEqual(sounding(joined(busyTone(), busyTone()), 425), [
    [0, 500],
    [1000, 1500],
  ]);
  assert.deepEqual(sounding(joined(silence(500), beepTone(), silence(500)), 1000), [[500, 750]]);
});

test('each key sounds with its two frequencies and no other', () => {
  const frequencies = [697, 770, 852, 941, 1209, 1336, 1477, 1633];
  const heard = (digit: string): number[] =>
    frequencies.filter((hz) => sounding(dtmfTone(digit, 100), hz).length > 0);
  assert.deepEqual(heard('1'), [697, 1209]);
  assert.deepEqual(heard('5'), [770, 1336]);
  assert.deepEqual(heard('#'), [941, 1477]);
  assert.deepEqual(heard('d'), [941, 1633]);
  for (const digit of ['', 'E', '12', '+'])
    assert.throws(() => dtmfTone(digit, 100), { code: 'audio/unknown-digit' });
});

test('tones 50 Hz apart are told from each other, each at its time', () => {
  const samples = joined(
    silence(300),
    tone({ frequenciesHz: [450], durationMs: 500 }),
    silence(200),
    tone({ frequenciesHz: [500], durationMs: 700 }),
    silence(300),
  );
  assert.deepEqual(sounding(samples, 450), [[300, 800]]);
  assert.deepEqual(sounding(samples, 500), [[1000, 1700]]);
  assert.deepEqual(sounding(samples, 550), []);
  assert.deepEqual(sounding(silence(1000), 450), []);
});

test('a lost packet inside a tone does not split it, a second of silence does', () => {
  const samples = tone({ frequenciesHz: [600], durationMs: 3000 });
  samples.fill(0, 4000, 4160);
  assert.deepEqual(sounding(samples, 600), [[0, 3000]]);
  samples.fill(0, 12_000, 20_000);
  assert.deepEqual(sounding(samples, 600), [
    [0, 1500],
    [2500, 3000],
  ]);
});

test('level: square wave 0, silence −127, a stretch alone', () => {
  assert.equal(levelDbov(new Int16Array(80).fill(-32_768)), 0);
  assert.equal(levelDbov(new Int16Array(80)), silentDbov);
  assert.equal(levelDbov(new Int16Array(0)), silentDbov);
  assert.equal(levelDbov(joined(silence(10), new Int16Array(80).fill(-32_768)), 80), 0);
});

test('three voices: everybody hears the other two, and loud ones saturate instead of wrapping', () => {
  const voices = [20_000, 15_000, -5000].map((value) => Int16Array.of(value, -value));
  const sum = new Int32Array(2);
  for (const voice of voices) mixInto(sum, voice);
  const heard = voices.map((own) => {
    const target = new Int16Array(2);
    takeMixWithout(sum, own, target);
    return [...target];
  });
  assert.deepEqual(heard, [
    [10_000, -10_000],
    [15_000, -15_000],
    [32_767, -32_768],
  ]);
  const all = new Int16Array(2);
  takeMix(sum, all);
  assert.deepEqual([...all], [30_000, -30_000]);
});

test('a mix without its own voice is the saturated sum of the others, whatever is said', () => {
  const sample = fc.integer({ min: -32_768, max: 32_767 });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 2, maxLength: 8 }), (values) => {
      const sum = new Int32Array(1);
      for (const value of values) mixInto(sum, Int16Array.of(value));
      const [own = 0, ...others] = values;
      const target = new Int16Array(1);
      takeMixWithout(sum, Int16Array.of(own), target);
      const expected = others.reduce((total, value) => total + value, 0);
      assert.equal(target[0], Math.max(-32_768, Math.min(32_767, expected)));
    }),
  );
});

test('gain doubles by 6.02 dB and saturates', () => {
  const samples = Int16Array.of(1000, -20_000);
  applyGain(samples, 6.0206);
  assert.deepEqual([...samples], [2000, -32_768]);
});

test('hold music: 16 s, the same each time, never clipped, never silent, and no click where it loops', () => {
  const music = holdMusic();
  assert.equal(music.length, 128_000);
  assert.deepEqual(holdMusic(), music);
  assert.equal(
    music.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    9000,
  );
  for (let at = 0; at < music.length; at += 4000) {
    const level = levelDbov(music, at, at + 4000);
    assert.ok(level > -40 && level < -12, `${at / 8000} s: ${level} dBov`);
  }
  const steps = Array.from(music, (value, i) => Math.abs(value - (music.at(i - 1) ?? 0)));
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length * 0.999)] ?? 0;
  assert.ok((steps[0] ?? Infinity) <= usual);
});
