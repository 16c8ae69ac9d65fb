/**
 * Makes a stretch of audio some samples longer or shorter without a click: within 8 ms the signal glides by one sample, between two
 * glides every sample is the original one. At 100 ppm that touches 64 of 10,000 samples.
 */

const taps = 16;
const phases = 256;
/** Input samples that one glide spreads over; 1/64 is a fifth of a semitone for 8 ms. */
const glideSamples = 64;
/** A glide, the samples its filter sees on both sides, and a rest. */
export const samplesPerGlide = glideSamples + 2 * taps;

/** Row p delays by p/256 of a sample: sinc under a Blackman window, each row with a sum of one so that the level stays. */
const table = ((): Float32Array => {
  const rows = new Float32Array((phases + 1) * taps);
  for (let phase = 0; phase <= phases; phase++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const x = tap - (taps / 2 - 1) - phase / phases;
      const angle = (2 * Math.PI * (x + taps / 2)) / taps;
      const window = 0.42 - 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle);
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      rows[phase * taps + tap] = sinc * window;
      sum += sinc * window;
    }
    for (let tap = 0; tap < taps; tap++) {
      const at = phase * taps + tap;
      rows[at] = (rows[at] ?? 0) / sum;
    }
  }
  return rows;
})();

const valueAt = (samples: Int16Array, position: number): number => {
  const whole = Math.floor(position);
  const row = Math.round((position - whole) * phases) * taps;
  const from = whole - (taps / 2 - 1);
  let sum = 0;
  for (let tap = 0; tap < taps; tap++) sum += (samples[from + tap] ?? 0) * (table[row + tap] ?? 0);
  return Math.max(-32_768, Math.min(32_767, Math.round(sum)));
};

/**
 * A copy that is `change` samples longer (or, negative, shorter), the glides spread evenly over it. Its first and last samples are
 * the original ones.
 *
 * @param samples s16, mono, at least `samplesPerGlide` per sample of change
 */
export const glide = (samples: Int16Array, change: number): Int16Array => {
  const count = Math.abs(change);
  const out = new Int16Array(samples.length + change);
  const part = Math.floor(samples.length / Math.max(1, count));
  const glided = glideSamples + Math.sign(change);
  let from = 0;
  let to = 0;
  for (let index = 0; index < count; index++) {
    const start = index * part + taps;
    out.set(samples.subarray(from, start), to);
    to += start - from;
    for (let i = 0; i < glided; i++)
      out[to++] = valueAt(samples, start + (i * glideSamples) / glided);
    from = start + glideSamples;
  }
  out.set(samples.subarray(from), to);
  return out;
};
