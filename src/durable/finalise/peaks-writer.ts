import {
  layOutPeaks,
  peakLevelFactors,
  peaksHeaderBytes,
  samplesPerPeak,
  writePeaksHeader,
} from '#core/recording/peaks.ts';
import type { RenderFile } from '#ports/render-files.ts';

/** Bytes read back at a time while a coarser level is made; a whole number of points of either width. */
const readBackBytes = 65_536;

/**
 * Writes the waveform of a rendition beside it: the finest level as the samples pass, the coarser ones from the file itself at the
 * end, so that memory does not depend on the length.
 */
export class PeaksWriter {
  readonly #file: RenderFile;
  readonly #channels: 1 | 2;
  #frames = 0;

  constructor(file: RenderFile, channels: 1 | 2) {
    this.#file = file;
    this.#channels = channels;
    file.append(new Uint8Array(peaksHeaderBytes));
  }

  /** @param length samples per channel: a whole number of points unless it is the last block */
  feed(channels: readonly Int16Array[], length: number): void {
    const points = Math.ceil(length / samplesPerPeak);
    const bytes = new Int8Array(points * 2 * this.#channels);
    let at = 0;
    for (let point = 0; point < points; point++) {
      const from = point * samplesPerPeak;
      const to = Math.min(length, from + samplesPerPeak);
      for (const samples of channels) {
        let low = 32_767;
        let high = -32_768;
        for (let i = from; i < to; i++) {
          const sample = samples[i] ?? 0;
          if (sample < low) low = sample;
          if (sample > high) high = sample;
        }
        // Towards the outside, so that a single sample still shows.
        bytes[at++] = low >> 8;
        bytes[at++] = Math.min(127, (high + 255) >> 8);
      }
    }
    this.#file.append(new Uint8Array(bytes.buffer));
    this.#frames += length;
  }

  /** @returns size of the finished file */
  finish(): number {
    const header = layOutPeaks(this.#channels, this.#frames);
    for (let level = 1; level < header.levels.length; level++) {
      const finer = header.levels[level - 1];
      const factor = (peakLevelFactors[level] ?? 1) / (peakLevelFactors[level - 1] ?? 1);
      if (finer) this.#coarsen(finer.offset, finer.points, factor);
    }
    this.#file.rewrite(0, writePeaksHeader(header));
    return this.#file.finish().sizeBytes;
  }

  #coarsen(offset: number, points: number, factor: number): void {
    const width = 2 * this.#channels;
    const perRead = Math.floor(readBackBytes / (width * factor)) * factor;
    const buffer = new Uint8Array(perRead * width);
    for (let first = 0; first < points; first += perRead) {
      const count = Math.min(perRead, points - first);
      const read = buffer.subarray(0, count * width);
      this.#file.read(offset + first * width, read);
      this.#file.append(extremes(new Int8Array(read.buffer, 0, read.length), width, factor));
    }
  }
}

/** Joins `factor` neighbouring points: even columns are minima, odd ones maxima. */
const extremes = (points: Int8Array, width: number, factor: number): Uint8Array => {
  const group = width * factor;
  const out = new Int8Array(Math.ceil(points.length / group) * width);
  for (let target = 0; target < out.length; target++) {
    const column = target % width;
    const start = Math.floor(target / width) * group + column;
    let value = points[start] ?? 0;
    for (let i = start + width; i < Math.min(points.length, start - column + group); i += width)
      value = column % 2 === 0 ? Math.min(value, points[i] ?? 0) : Math.max(value, points[i] ?? 0);
    out[target] = value;
  }
  return new Uint8Array(out.buffer);
};
