/** What a recording sounds like, and the plain advice that follows from it. Advice never refuses a file. */

/** Measured over the decoded samples. Levels in dBFS: 0 is full scale. */
export interface SoundFacts {
  /** Root mean square of the stretches in which somebody speaks; null in a file of silence. */
  readonly speechDbfs: number | null;
  /** Highest sample; null in a file of zeros. */
  readonly peakDbfs: number | null;
  /** Samples in runs at full scale, where the wave was cut off. */
  readonly clippedSamples: number;
  /** Silence before the first sound; the whole length in a file of silence. */
  readonly leadingSilenceMs: number;
  readonly trailingSilenceMs: number;
  /** Longest pause between sounds. */
  readonly longestPauseMs: number;
}

export type SoundAdvice =
  | 'silent'
  | 'quiet'
  | 'loud'
  | 'clipped'
  | 'starts-late'
  | 'ends-late'
  | 'long-pause';

/**
 * Bounds for speech on the telephone: a nominal −26 dBov of active speech (ITU-T P.56 levels, as P.501 test signals have them), give
 * or take 10 dB before people notice; a listener who hears nothing for two seconds hangs up.
 */
const quietBelowDbfs = -36;
const loudAboveDbfs = -12;
const clippedFrom = 8;
const lateStartMs = 1000;
const lateEndMs = 3000;
const longPauseMs = 2000;

/** In order of weight. */
export const adviceOn = (sound: SoundFacts): readonly SoundAdvice[] => {
  if (sound.speechDbfs === null) return ['silent'];
  const advice: SoundAdvice[] = [];
  if (sound.clippedSamples >= clippedFrom) advice.push('clipped');
  if (sound.speechDbfs < quietBelowDbfs) advice.push('quiet');
  if (sound.speechDbfs > loudAboveDbfs) advice.push('loud');
  if (sound.leadingSilenceMs > lateStartMs) advice.push('starts-late');
  if (sound.longestPauseMs > longPauseMs) advice.push('long-pause');
  if (sound.trailingSilenceMs > lateEndMs) advice.push('ends-late');
  return advice;
};
