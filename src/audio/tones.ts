/** Tones that telephones know, made as s16 mono at 8,000 Hz. Levels in dBov: a full-scale sine is −3.01. */
import { Fault } from '#base/fault.ts';

export const sampleRateHz = 8000;

/** Edges are raised cosines of this length, so that nothing clicks. */
const rampMs = 5;

export interface ToneSpec {
  /** One frequency, or several that sound together with the level shared between them. */
  readonly frequenciesHz: readonly number[];
  readonly durationMs: number;
  /** RMS of the whole, −90…−3; default −16. */
  readonly levelDbov?: number;
}

export const framesOfMs = (ms: number): number => Math.round((ms * sampleRateHz) / 1000);

/** Factor 0…1 of frame `i` out of `frames`: rises and falls over `rampMs`. */
const envelope = (i: number, frames: number): number => {
  const ramp = Math.min(framesOfMs(rampMs), frames >> 1);
  const edge = Math.min(i + 1, frames - i);
  return edge > ramp ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * edge) / (ramp + 1));
};

/** A steady tone with soft edges. The same order always gives the same samples. */
export const tone = ({ frequenciesHz, durationMs, levelDbov = -16 }: ToneSpec): Int16Array => {
  const frames = framesOfMs(durationMs);
  const amplitude = 32_768 * 10 ** (levelDbov / 20) * Math.sqrt(2 / frequenciesHz.length);
  return Int16Array.from({ length: frames }, (_, i) => {
    let sum = 0;
    for (const hz of frequenciesHz) sum += Math.sin((2 * Math.PI * hz * i) / sampleRateHz);
    const value = Math.round(amplitude * envelope(i, frames) * sum);
    return Math.max(-32_768, Math.min(32_767, value));
  });
};

/** Samples one after the other. */
export const joined = (...pieces: readonly Int16Array[]): Int16Array => {
  const whole = new Int16Array(pieces.reduce((frames, piece) => frames + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};

export const silence = (durationMs: number): Int16Array => new Int16Array(framesOfMs(durationMs));

/** One period of ringing tone, to be looped: 425 Hz, 1 s on, 4 s off. @see ITU-T E.180 §5 */
export const ringbackTone = (): Int16Array =>
  joined(tone({ frequenciesHz: [425], durationMs: 1000 }), silence(4000));

/** One period of busy tone, to be looped: 425 Hz, 0.5 s on, 0.5 s off. @see ITU-T E.180 §6 */
export const busyTone = (): Int16Array =>
  joined(tone({ frequenciesHz: [425], durationMs: 500 }), silence(500));

/** One short beep: 1,000 Hz for 250 ms. */
export const beepTone = (): Int16Array => tone({ frequenciesHz: [1000], durationMs: 250 });

const rowsHz = [697, 770, 852, 941] as const;
const columnsHz = [1209, 1336, 1477, 1633] as const;
const keypad = '123A456B789C*0#D';

/**
 * In-band dual tone of one key.
 *
 * @param digit one of `0-9*#A-D`
 * @throws {Fault} `audio/unknown-digit`
 * @see ITU-T Q.23
 */
export const dtmfTone = (digit: string, durationMs: number, levelDbov = -10): Int16Array => {
  const at = digit.length === 1 ? keypad.indexOf(digit.toUpperCase()) : -1;
  const row = rowsHz[at >> 2];
  const column = columnsHz[at & 3];
  if (at < 0 || row === undefined || column === undefined)
    throw new Fault('audio/unknown-digit', `no key has the digit ${JSON.stringify(digit)}`);
  return tone({ frequenciesHz: [row, column], durationMs, levelDbov });
};
