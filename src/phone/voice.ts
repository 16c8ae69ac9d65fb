/**
 * A voice made of formants: a buzz or a hiss through the resonances of a mouth that moves from sound to sound. It says the few
 * sentences of the demo without a recording of anybody.
 *
 * @see D. H. Klatt, "Software for a cascade/parallel formant synthesizer", JASA 67 (1980), for the resonator and the cascade
 */
import { framesOfMs, sampleRateHz } from '#audio/tones.ts';
import { type Sound, sounds } from './voice-sounds.ts';

export interface VoiceSpec {
  /** Middle of the melody: about 110 for a man, 200 for a woman. */
  readonly pitchHz: number;
  /** Length of the mouth as a factor on all formants: 1 for a man, about 1.15 for a woman. */
  readonly formantScale: number;
  /** 1 = unhurried. */
  readonly pace: number;
}

/** The mouth takes a new posture every 5 ms. */
const postureMs = 5;
/** It needs this long from one sound to the next; loudness is quicker. */
const glideMs = 55;
const swellMs = 20;
const speechLevelDbov = -20;
/** Formants above this do not fit into a telephone. */
const highestHz = 3700;

/** Second-order resonance with gain 1 at 0 Hz. */
class Resonator {
  #a = 1;
  #b = 0;
  #c = 0;
  #last = 0;
  #beforeLast = 0;

  tune(frequencyHz: number, bandwidthHz: number): void {
    const radius = Math.exp((-Math.PI * bandwidthHz) / sampleRateHz);
    this.#c = -radius * radius;
    this.#b = 2 * radius * Math.cos((2 * Math.PI * frequencyHz) / sampleRateHz);
    this.#a = 1 - this.#b - this.#c;
  }

  pass(value: number): number {
    const out = this.#a * value + this.#b * this.#last + this.#c * this.#beforeLast;
    this.#beforeLast = this.#last;
    this.#last = out;
    return out;
  }
}

const unfold = (words: string): Sound[] =>
  words
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => {
      const found = sounds[word];
      if (!found) throw new RangeError(`no sound is written ${word}`);
      return found;
    });

/** Mean over `reach` neighbours on both sides: a step becomes a glide. */
const smoothed = (track: Float64Array, reach: number): Float64Array =>
  track.map((_, i) => {
    const from = Math.max(0, i - reach);
    const until = Math.min(track.length, i + reach + 1);
    let sum = 0;
    for (let j = from; j < until; j++) sum += track[j] ?? 0;
    return sum / (until - from);
  });

/** Postures of a whole sentence, one value per 5 ms. */
const layOut = (line: readonly Sound[], { formantScale, pace }: VoiceSpec) => {
  const postures = line.flatMap((sound) =>
    Array<Sound>(Math.max(1, Math.round((sound.ms * pace) / postureMs))).fill(sound),
  );
  const track = (value: (sound: Sound) => number, ms: number): Float64Array =>
    smoothed(Float64Array.from(postures, value), Math.round(ms / postureMs / 2));
  const formant = (n: 0 | 1 | 2): Float64Array =>
    track((sound) => Math.min(highestHz, sound.formantsHz[n] * formantScale), glideMs);
  return {
    count: postures.length,
    formants: [formant(0), formant(1), formant(2)],
    voiced: track((sound) => sound.voiced, swellMs),
    breath: track((sound) => sound.breath, swellMs),
    // A burst is over before the mouth has moved: it is not smeared.
    hiss: track((sound) => sound.hiss, postureMs * 2),
    hissHz: Float64Array.from(postures, (sound) => sound.hissHz),
  };
};

/** Falls over the sentence, with a rise on its last third when it asks. */
const pitchAt = (share: number, asks: boolean): number =>
  1.12 - 0.25 * share + (asks ? Math.max(0, share - 0.66) * 1.3 : 0) + 0.04 * Math.sin(share * 19);

/** Values −1…1 that are the same for each run. */
const makeNoise = (): (() => number) => {
  let state = 22_222;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
};

/** Scales to the level of speech on a telephone; what sticks out is bent, not cut. */
const levelled = (raw: Float64Array): Int16Array => {
  const energy = raw.reduce((sum, value) => sum + value * value, 1e-12) / raw.length;
  const gain = 10 ** (speechLevelDbov / 20) / Math.sqrt(energy);
  return Int16Array.from(raw, (value) => Math.round(30_000 * Math.tanh(value * gain)));
};

/**
 * Says a line of sounds (`HH AH L OW`, a comma is a pause; see `voice-sounds.ts`) as s16 mono at 8,000 Hz. The same line always gives the
 * same samples.
 *
 * @throws {RangeError} for a word that is no sound
 */
export const speak = (words: string, voice: VoiceSpec, asks = false): Int16Array => {
  const track = layOut(unfold(words), voice);
  const perPosture = framesOfMs(postureMs);
  const out = new Float64Array(track.count * perPosture);
  const cascade = track.formants.map(() => new Resonator());
  const [glottis, hisser, last] = [new Resonator(), new Resonator(), new Resonator()];
  glottis.tune(0, 250);
  const noise = makeNoise();
  let phase = 0;
  let before = 0;
  for (let posture = 0; posture < track.count; posture++) {
    cascade.forEach((resonator, n) => {
      resonator.tune(track.formants[n]?.[posture] ?? 500, [70, 100, 160][n] ?? 200);
    });
    last.tune(3500, 300);
    hisser.tune(track.hissHz[posture] ?? 3000, 900);
    const step = (voice.pitchHz * pitchAt(posture / track.count, asks)) / sampleRateHz;
    for (let i = 0; i < perPosture; i++) {
      phase += step * (1 + 0.01 * noise());
      const pulse = phase >= 1 ? 1 : 0;
      phase -= pulse;
      const source =
        (track.voiced[posture] ?? 0) * glottis.pass(pulse) * 4 +
        (track.breath[posture] ?? 0) * noise() * 0.012;
      const mouth = cascade.reduce((value, resonator) => resonator.pass(value), source);
      const hiss = (track.hiss[posture] ?? 0) * hisser.pass(noise()) * 0.05;
      const value = last.pass(mouth) + hiss;
      // What leaves the lips is the change of the flow.
      out[posture * perPosture + i] = value - 0.9 * before;
      before = value;
    }
  }
  return levelled(out);
};
