/** What RFC 6464 calls silence: nothing lower is told apart. */
export const silentDbov = -127;

/**
 * Loudness of a stretch of samples.
 *
 * @returns RMS in dB relative to the overload point: 0 = full-scale square wave, −3.01 = full-scale sine, −127 = silence or no samples
 * @see RFC 6464 §3 for the scale
 */
export const levelDbov = (samples: Int16Array, from = 0, until = samples.length): number => {
  let energy = 0;
  for (let i = from; i < until; i++) energy += (samples[i] ?? 0) ** 2;
  if (energy === 0) return silentDbov;
  return Math.max(silentDbov, 10 * Math.log10(energy / (until - from)) - 20 * Math.log10(32_768));
};
