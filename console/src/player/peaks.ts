/** Server peaks (`core/recording/peaks.ts`) as the columns of a drawing. */
import { readPeaksHeader, type PeaksLevel } from '#core/recording/peaks.ts';

const SAMPLES_PER_MS = 8;

export interface Peaks {
  readonly channels: 1 | 2;
  readonly durationMs: number;
  /** Loudest sample of a channel between two positions of the file, 0–1. */
  loudest(channel: number, fromMs: number, toMs: number): number;
}

/** Null when the bytes are not of a layout this console knows. */
export const readPeaks = (bytes: Uint8Array): Peaks | null => {
  const header = readPeaksHeader(bytes);
  if (!header || header.levels.length === 0) return null;
  const { channels, frames, levels } = header;
  const values = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** The coarsest level that still has a point for each column. */
  const levelFor = (samples: number): PeaksLevel | undefined =>
    levels.findLast((level) => level.samplesPerPoint <= samples) ?? levels[0];
  return {
    channels,
    durationMs: frames / SAMPLES_PER_MS,
    loudest: (channel, fromMs, toMs) => {
      const level = levelFor((toMs - fromMs) * SAMPLES_PER_MS);
      if (!level) return 0;
      const first = Math.max(0, Math.floor((fromMs * SAMPLES_PER_MS) / level.samplesPerPoint));
      const end = Math.ceil((toMs * SAMPLES_PER_MS) / level.samplesPerPoint);
      const last = Math.min(level.points, Math.max(first + 1, end));
      let loudest = 0;
      for (let point = first; point < last; point++) {
        const at = level.offset + (point * channels + channel) * 2;
        loudest = Math.max(loudest, -(values[at] ?? 0), values[at + 1] ?? 0);
      }
      return Math.min(1, loudest / 127);
    },
  };
};
