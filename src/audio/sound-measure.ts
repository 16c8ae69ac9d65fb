/** How loud a recording is, where it is cut off at full scale and where it is silent. One pass over the samples, once per upload. */

/** 20 ms at 8,000 Hz: shorter than a syllable, longer than a period of the voice. */
const blockSamples = 160;
const blockMs = 20;
/** No block louder than this: nobody speaks. The noise of a quiet microphone lies below. */
const silenceDbfs = -60;
/** A block so far below the loudest one is a pause. */
const pauseBelowLoudestDb = 35;
/** Flat tops: equal samples in a row, this high. Undistorted speech has none. */
const flatLevel = 32_000;
const flatRun = 3;

export interface SoundMeasure {
  /** Root mean square of the blocks in which there is sound, dBFS; null when there is none. */
  readonly speechDbfs: number | null;
  /** Highest sample, dBFS; null when all are zero. */
  readonly peakDbfs: number | null;
  /** Samples in flat tops. */
  readonly clippedSamples: number;
  readonly leadingSilenceMs: number;
  readonly trailingSilenceMs: number;
  /** Between the first sound and the last. */
  readonly longestPauseMs: number;
}

/** Power relative to full scale, in dB, to a tenth. */
const dbfs = (power: number): number => Math.round(100 * Math.log10(power)) / 10;

const blockPowers = (samples: Int16Array): Float64Array => {
  const blocks = Math.max(1, Math.ceil(samples.length / blockSamples));
  const powers = new Float64Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const start = block * blockSamples;
    const end = Math.min(samples.length, start + blockSamples);
    let sum = 0;
    for (let i = start; i < end; i++) sum += (samples[i] ?? 0) ** 2;
    powers[block] = end > start ? sum / (end - start) / 32_768 ** 2 : 0;
  }
  return powers;
};

const highest = (samples: Int16Array): number => {
  let most = 0;
  for (const sample of samples) if (Math.abs(sample) > most) most = Math.abs(sample);
  return most;
};

const countFlat = (samples: Int16Array): number => {
  let flat = 0;
  let run = 1;
  for (let i = 1; i <= samples.length; i++) {
    const sample = samples[i - 1] ?? 0;
    if (i < samples.length && samples[i] === sample) run++;
    else {
      if (run >= flatRun && Math.abs(sample) >= flatLevel) flat += run;
      run = 1;
    }
  }
  return flat;
};

const longestGap = (sounding: readonly number[]): number => {
  let longest = 0;
  sounding.forEach((block, i) => {
    const before = sounding[i - 1];
    if (before !== undefined) longest = Math.max(longest, block - before - 1);
  });
  return longest;
};

/** @param samples s16 mono at 8,000 Hz */
export const measureSound = (samples: Int16Array): SoundMeasure => {
  const powers = blockPowers(samples);
  const loudest = powers.reduce((most, power) => Math.max(most, power), 0);
  const top = highest(samples);
  const shared = {
    peakDbfs: top === 0 ? null : dbfs((top / 32_768) ** 2),
    clippedSamples: countFlat(samples),
  };
  const totalMs = Math.round((samples.length * 1000) / 8000);
  const floor = Math.max(loudest / 10 ** (pauseBelowLoudestDb / 10), 10 ** (silenceDbfs / 10));
  const sounding = [...powers.keys()].filter((block) => (powers[block] ?? 0) >= floor);
  const [first] = sounding;
  const last = sounding.at(-1);
  if (first === undefined || last === undefined)
    return {
      ...shared,
      speechDbfs: null,
      leadingSilenceMs: totalMs,
      trailingSilenceMs: totalMs,
      longestPauseMs: 0,
    };
  const mean = sounding.reduce((sum, block) => sum + (powers[block] ?? 0), 0) / sounding.length;
  return {
    ...shared,
    speechDbfs: dbfs(mean),
    leadingSilenceMs: first * blockMs,
    trailingSilenceMs: Math.max(0, totalMs - (last + 1) * blockMs),
    longestPauseMs: longestGap(sounding) * blockMs,
  };
};
