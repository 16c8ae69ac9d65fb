/** Says when a known tone sounds: how recorded test calls and the demo are judged by their content. */
import { framesOfMs, sampleRateHz } from './tones.ts';

/** 40 ms tell tones apart that lie 50 Hz from each other. */
export const windowFrames = 320;
/** Windows begin 5 ms apart. */
export const hopFrames = 40;

/** Hann: a neighbouring tone leaks far less than through a bare cut. */
const weights = Float64Array.from(
  { length: windowFrames },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / windowFrames),
);
const gain = weights.reduce((sum, weight) => sum + weight, 0);

/**
 * Energy at one frequency in one window (Goertzel): mean square of the sine that is in those samples, in units of samples squared.
 *
 * @param from first frame of the window; what lies outside of `samples` counts as silence
 */
export const energyAt = (samples: Int16Array, frequencyHz: number, from: number): number => {
  const step = 2 * Math.cos((2 * Math.PI * frequencyHz) / sampleRateHz);
  const first = Math.max(0, -from);
  const until = Math.min(windowFrames, samples.length - from);
  let last = 0;
  let beforeLast = 0;
  for (let i = first; i < until; i++) {
    const value = (weights[i] ?? 0) * (samples[from + i] ?? 0) + step * last - beforeLast;
    beforeLast = last;
    last = value;
  }
  const power = last * last + beforeLast * beforeLast - step * last * beforeLast;
  return (2 * power) / (gain * gain);
};

export interface ToneSpan {
  readonly frequencyHz: number;
  /** Frame at which the tone begins and ends, each right to about half a window. */
  readonly fromFrame: number;
  readonly untilFrame: number;
  /** Mean over the span. */
  readonly levelDbov: number;
}

export interface ToneSearch {
  /** Softer than that is not the tone. Default −45. */
  readonly floorDbov?: number;
  /** A hole up to this long (lost packets) does not end a span. Default 60 ms. */
  readonly bridgeMs?: number;
  /** Shorter is not reported. Default 60 ms. */
  readonly leastMs?: number;
}

const dbov = (energy: number): number => 10 * Math.log10(energy / 32_768 ** 2);

/** A window whose middle is the edge of a tone holds half of its amplitude. */
const edgeShare = 0.25;

/** Frame between the windows `outside` and `inside` at which the amplitude crosses that of `least`, by straight line. */
const edge = (energies: Float64Array, outside: number, inside: number, least: number): number => {
  const low = Math.sqrt(energies[outside] ?? 0);
  const high = Math.sqrt(energies[inside] ?? 0);
  const share = (Math.sqrt(least) - low) / (high - low);
  return Math.round((outside + share * (inside - outside)) * hopFrames);
};

/**
 * Where one tone sounds in `samples`: while a window holds at least a quarter of the energy of the fullest one, counted at its middle.
 * For a steady tone the edges are right to a few milliseconds, its own soft edge included.
 */
export const toneSpans = (
  samples: Int16Array,
  frequencyHz: number,
  { floorDbov = -45, bridgeMs = 60, leastMs = 60 }: ToneSearch = {},
): ToneSpan[] => {
  // Window `i` has its middle at frame `i * hopFrames`.
  const energies = Float64Array.from({ length: Math.ceil(samples.length / hopFrames) }, (_, i) =>
    energyAt(samples, frequencyHz, i * hopFrames - windowFrames / 2),
  );
  const fullest = energies.reduce((most, energy) => Math.max(most, energy), 0);
  const least = Math.max(10 ** (floorDbov / 10) * 32_768 ** 2, fullest * edgeShare);
  const spans: { first: number; last: number }[] = [];
  for (const [i, energy] of energies.entries()) {
    if (energy < least) continue;
    const span = spans.at(-1);
    if (span && i - span.last <= framesOfMs(bridgeMs) / hopFrames) span.last = i;
    else spans.push({ first: i, last: i });
  }
  return spans
    .map(({ first, last }) => ({
      frequencyHz,
      fromFrame: first === 0 ? 0 : edge(energies, first - 1, first, least),
      untilFrame:
        last === energies.length - 1 ? samples.length : edge(energies, last + 1, last, least),
      levelDbov: dbov(
        energies.subarray(first, last + 1).reduce((sum, energy) => sum + energy, 0) /
          (last + 1 - first),
      ),
    }))
    .filter(({ fromFrame, untilFrame }) => untilFrame - fromFrame >= framesOfMs(leastMs));
};
