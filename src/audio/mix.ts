/** Adding voices. Sums are 32-bit so that only the last step saturates; nothing allocates. */

const saturated = (value: number): number =>
  value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;

/** Adds `length` samples of `voice` to `sum`, both from 0 on. @param sum cleared by the caller with `fill(0)` */
export const mixInto = (sum: Int32Array, voice: Int16Array, length = voice.length): void => {
  for (let i = 0; i < length; i++) sum[i] = (sum[i] ?? 0) + (voice[i] ?? 0);
};

/** Writes the sum, saturated, to `target`. */
export const takeMix = (sum: Int32Array, target: Int16Array, length = target.length): void => {
  for (let i = 0; i < length; i++) target[i] = saturated(sum[i] ?? 0);
};

/** Writes the sum without one of its voices: what that party hears of the others (N−1). */
export const takeMixWithout = (
  sum: Int32Array,
  own: Int16Array,
  target: Int16Array,
  length = target.length,
): void => {
  for (let i = 0; i < length; i++) target[i] = saturated((sum[i] ?? 0) - (own[i] ?? 0));
};

/** Makes samples louder or softer in place, saturating. @param gainDb 6.02 doubles, −6.02 halves */
export const applyGain = (samples: Int16Array, gainDb: number): void => {
  const factor = 10 ** (gainDb / 20);
  for (let i = 0; i < samples.length; i++) {
    samples[i] = saturated(Math.round((samples[i] ?? 0) * factor));
  }
};
