import assert from 'node:assert/strict';
import { test } from 'node:test';
import { glide, samplesPerGlide } from './glide.ts';

const tone = (frequency: number, length: number): Int16Array =>
  Int16Array.from({ length }, (_, i) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * frequency * i) / 8000)),
  );

for (const frequency of [300, 1000, 3400]) {
  test(`glides a ${frequency} Hz tone one sample longer and shorter without a click`, () => {
    const input = tone(frequency, 4000);
    // A sine's own second difference; a click would stand out of it.
    const bend = (samples: Int16Array): number => {
      let worst = 0;
      for (let i = 2; i < samples.length; i++)
        worst = Math.max(
          worst,
          Math.abs((samples[i] ?? 0) - 2 * (samples[i - 1] ?? 0) + (samples[i - 2] ?? 0)),
        );
      return worst;
    };
    for (const change of [1, -1, 5, -5]) {
      const out = glide(input, change);
      assert.equal(out.length, 4000 + change);
      assert.deepEqual(out.subarray(0, 16), input.subarray(0, 16));
      assert.deepEqual(out.subarray(-16), input.subarray(-16));
      assert.ok(
        bend(out) < bend(input) * 1.1 + 10,
        `${change}: ${bend(out)} against ${bend(input)}`,
      );
    }
  });
}

test('takes as many glides as a stretch has room for', () => {
  const out = glide(tone(500, 10 * samplesPerGlide), 10);
  assert.equal(out.length, 10 * samplesPerGlide + 10);
});
