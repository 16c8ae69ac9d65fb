/**
 * Music for callers who wait, synthesised here so that it belongs to nobody else: sixteen seconds of plucked chords and a slow melody
 * over I–vi–IV–V in C, which loop without a seam because what rings over the end is heard at the beginning.
 */
import { sampleRateHz } from './tones.ts';

const barSeconds = 2;
const bars = 8;
const frames = barSeconds * bars * sampleRateHz;
/** A pleasant distance below speech, and no sample near the clipping point of G.711. */
const peak = 9000;

interface Note {
  readonly atSeconds: number;
  /** MIDI number; 69 = 440 Hz. */
  readonly key: number;
  readonly loudness: number;
  /** Time until the note has lost 63 % of its loudness. */
  readonly decaySeconds: number;
}

const chords: readonly (readonly number[])[] = [
  [48, 60, 64, 67],
  [45, 57, 60, 64],
  [41, 57, 60, 65],
  [43, 55, 59, 62],
  [48, 60, 64, 67],
  [45, 57, 60, 64],
  [50, 57, 62, 65],
  [43, 59, 62, 65],
];
/** One row per bar, four beats; 0 rests. */
const melody: readonly (readonly number[])[] = [
  [76, 0, 79, 76],
  [72, 0, 76, 0],
  [77, 0, 76, 72],
  [74, 0, 0, 71],
  [72, 0, 76, 79],
  [81, 0, 79, 76],
  [77, 0, 74, 77],
  [79, 74, 71, 0],
];

const notesOfBar = (bar: number): Note[] => {
  const start = bar * barSeconds;
  const [bass = 48, ...upper] = chords[bar] ?? [];
  const notes: Note[] = [{ atSeconds: start, key: bass, loudness: 0.9, decaySeconds: 1.4 }];
  for (let eighth = 0; eighth < 8; eighth++) {
    const key = upper[[0, 1, 2, 1][eighth % 4] ?? 0] ?? bass;
    notes.push({ atSeconds: start + eighth / 4, key, loudness: 0.45, decaySeconds: 0.5 });
  }
  for (const [beat, key] of (melody[bar] ?? []).entries()) {
    if (key > 0) notes.push({ atSeconds: start + beat / 2, key, loudness: 0.6, decaySeconds: 0.8 });
  }
  return notes;
};

/** Adds a struck string: a few harmonics, the high ones fading first; wraps around the end. */
const addNote = (sum: Float64Array, { atSeconds, key, loudness, decaySeconds }: Note): void => {
  const hz = 440 * 2 ** ((key - 69) / 12);
  const start = Math.round(atSeconds * sampleRateHz);
  const length = Math.round(5 * decaySeconds * sampleRateHz);
  for (let harmonic = 1; harmonic <= 4 && hz * harmonic < 3300; harmonic++) {
    const step = (2 * Math.PI * hz * harmonic) / sampleRateHz;
    const fade = Math.exp(-harmonic / (decaySeconds * sampleRateHz * 1.6));
    const turn = 2 * Math.cos(step);
    let loud = loudness / harmonic ** 1.5;
    // The sine by recurrence: eight million calls of Math.sin would hold a starting process for a third of a second
    let wave = 0;
    let before = -Math.sin(step);
    for (let i = 0, at = start; i < length; i++, at = at + 1 === frames ? 0 : at + 1) {
      sum[at] = (sum[at] ?? 0) + loud * Math.min(1, i / 40) * wave;
      loud *= fade;
      const next = turn * wave - before;
      before = wave;
      wave = next;
    }
  }
};

/** 16 s, s16 mono at 8,000 Hz, to be looped. Takes some tens of milliseconds: make it once. */
export const holdMusic = (): Int16Array => {
  const sum = new Float64Array(frames);
  for (let bar = 0; bar < bars; bar++) for (const note of notesOfBar(bar)) addNote(sum, note);
  const loudest = sum.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int16Array.from(sum, (value) => Math.round((value / loudest) * peak));
};
