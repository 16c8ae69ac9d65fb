/**
 * The waveform of a rendition, small enough to draw an hour at once. Little-endian:
 *
 * ```
 *  0  'CRPK'
 *  4  u8   version, 1
 *  5  u8   channels, 1 or 2
 *  6  u16  points per second of the finest level, 50 (160 samples each)
 *  8  u32  frames: samples per channel of the rendition
 * 12  u8   levels, 3      13  3 bytes zero
 * 16  per level: u32 offset in this file, u32 points, u32 samples per point
 * 52  the levels, finest first; per point and channel: i8 minimum, i8 maximum (−128…127, −128 is full scale)
 * ```
 *
 * The last point of a level may cover fewer samples. A coarser level has the extremes of eight points of the one before it, so each
 * level is exact: a click that one sample is long shows on all of them.
 */

export const peaksPerSecond = 50;
export const samplesPerPeak = 160;
/** Samples per point of each level: 20 ms, 160 ms, 1.28 s. */
export const peakLevelFactors: readonly number[] = [1, 8, 64];
export const peaksHeaderBytes = 16 + 12 * 3;

export interface PeaksHeader {
  readonly channels: 1 | 2;
  readonly frames: number;
  readonly levels: readonly PeaksLevel[];
}

export interface PeaksLevel {
  readonly offset: number;
  readonly points: number;
  readonly samplesPerPoint: number;
}

/** Where each level of a rendition of that length lies. */
export const layOutPeaks = (channels: 1 | 2, frames: number): PeaksHeader => {
  let offset = peaksHeaderBytes;
  const levels = peakLevelFactors.map((factor) => {
    const samplesPerPoint = samplesPerPeak * factor;
    const level = { offset, points: Math.ceil(frames / samplesPerPoint), samplesPerPoint };
    offset += level.points * 2 * channels;
    return level;
  });
  return { channels, frames, levels };
};

export const writePeaksHeader = ({ channels, frames, levels }: PeaksHeader): Uint8Array => {
  const bytes = new Uint8Array(peaksHeaderBytes);
  const view = new DataView(bytes.buffer);
  bytes.set([0x43, 0x52, 0x50, 0x4b, 1, channels]);
  view.setUint16(6, peaksPerSecond, true);
  view.setUint32(8, frames, true);
  view.setUint8(12, levels.length);
  levels.forEach((level, index) => {
    view.setUint32(16 + index * 12, level.offset, true);
    view.setUint32(20 + index * 12, level.points, true);
    view.setUint32(24 + index * 12, level.samplesPerPoint, true);
  });
  return bytes;
};

/** What the first bytes of a peaks file say, or undefined when they are not of this layout. */
export const readPeaksHeader = (bytes: Uint8Array): PeaksHeader | undefined => {
  if (bytes.length < 16) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = view.getUint8(5);
  const levels = view.getUint8(12);
  if (view.getUint32(0) !== 0x4352504b || view.getUint8(4) !== 1) return undefined;
  if ((channels !== 1 && channels !== 2) || bytes.length < 16 + 12 * levels) return undefined;
  return {
    channels,
    frames: view.getUint32(8, true),
    levels: Array.from({ length: levels }, (_, index) => ({
      offset: view.getUint32(16 + index * 12, true),
      points: view.getUint32(20 + index * 12, true),
      samplesPerPoint: view.getUint32(24 + index * 12, true),
    })),
  };
};
