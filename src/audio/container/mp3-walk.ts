/** Walks an MP3 frame by frame from end to end, so that its length, rate and channels are what is there and not what a tag claims. */
import { factsOfOther, Flaws, type AudioFacts } from './audio-facts.ts';
import { channelsAt, frameBytes, headerBits, infoTagAt, shapes } from './mp3-frame.ts';

/** Frames of grace for padding that no tag tells (spec decision 11). */
const graceFrames = 3;
/** So many frames in a row are no accident in a file that does not begin with one. */
const framesOfProof = 3;

/** First byte after the ID3v2 tags at `at`; beyond the end when one is cut off; `at` itself when there is none. ID3v2.4 §3.1, §3.4. */
export const skipId3v2 = (bytes: Uint8Array, at: number): number => {
  let next = at;
  while (next + 10 <= bytes.length && isId3v2(bytes, next)) {
    const hasFooter = ((bytes[next + 5] ?? 0) & 0x10) !== 0;
    next += 10 + id3Size(bytes, next) + (hasFooter ? 10 : 0);
  }
  return next;
};

const isId3v2 = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x49 &&
  bytes[at + 1] === 0x44 &&
  bytes[at + 2] === 0x33 &&
  (bytes[at + 3] ?? 255) < 255 &&
  ((bytes[at + 6] ?? 0) | (bytes[at + 7] ?? 0) | (bytes[at + 8] ?? 0) | (bytes[at + 9] ?? 0)) < 128;

/** Four bytes of seven bits. */
const id3Size = (bytes: Uint8Array, at: number): number =>
  ((bytes[at + 6] ?? 0) << 21) |
  ((bytes[at + 7] ?? 0) << 14) |
  ((bytes[at + 8] ?? 0) << 7) |
  (bytes[at + 9] ?? 0);

const isText = (bytes: Uint8Array, at: number, text: string): boolean => {
  if (at < 0) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
};

const uint32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

/** Bytes of the APE tag's part from its items to its end, when its footer ends at `end`; with its header where it has one. */
const apeBytes = (bytes: Uint8Array, end: number): number => {
  if (!isText(bytes, end - 32, 'APETAGEX')) return 0;
  const hasHeader = uint32(bytes, end - 12) >>> 31 === 1;
  return uint32(bytes, end - 20) + (hasHeader ? 32 : 0);
};

/** Bytes of the APE tag that begins at `at` with its header. */
const apeHeadBytes = (bytes: Uint8Array, at: number): number => {
  if (at + 32 > bytes.length || !isText(bytes, at, 'APETAGEX')) return 0;
  const isHeader = ((uint32(bytes, at + 20) >>> 29) & 1) === 1;
  return isHeader ? 32 + uint32(bytes, at + 12) : 0;
};

/** Bytes of the ID3v2 tag whose footer ends at `end`. */
const id3FooterBytes = (bytes: Uint8Array, end: number): number =>
  isText(bytes, end - 10, '3DI') ? 20 + id3Size(bytes, end - 10) : 0;

/** Where the tags at the end begin. A tag that claims more than there is counts as none. */
const withoutTail = (bytes: Uint8Array, start: number): number => {
  let end = bytes.length;
  if (isText(bytes, end - 128, 'TAG') && end - 128 >= start) end -= 128;
  for (;;) {
    const size = apeBytes(bytes, end) || id3FooterBytes(bytes, end);
    if (size === 0 || size > end - start) return end;
    end -= size;
  }
};

const withoutHead = (bytes: Uint8Array): number => {
  const next = skipId3v2(bytes, 0);
  return next + apeHeadBytes(bytes, next);
};

/** Place of the next frame that another frame, or the end, follows; −1 when there is none. Looks at every byte once. */
const resync = (bytes: Uint8Array, from: number, end: number): number => {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 4 <= end;) {
    const bits = headerBits(bytes, at);
    const length = bits < 0 ? 0 : (frameBytes[bits] ?? 0);
    const next = at + length;
    if (length > 0 && (next === end || headerBits(bytes, next) >> 5 === bits >> 5)) return at;
    at = bytes.indexOf(0xff, at + 1);
  }
  return -1;
};

interface Count {
  readonly frames: number;
  /** Of all frames, at each frame's own rate. */
  readonly durationMs: number;
  /** Index into `shapes`. */
  readonly shape: number;
  readonly channels: 1 | 2;
  /** Beginning of the first frame. */
  readonly firstAt: number;
  readonly firstBytes: number;
}

const msOf = (shape: number, frames: number): number => {
  const one = shapes[shape];
  return one ? (frames * one.samplesPerFrame * 1000) / one.sampleRateHz : 0;
};

/** How many whole frames with the very header of the one at `at` follow each other, that one included: most of a file at a constant rate. */
const sameFrames = (bytes: Uint8Array, at: number, length: number, end: number): number => {
  const b1 = bytes[at + 1];
  const b2 = bytes[at + 2];
  const b3 = bytes[at + 3];
  const last = end - length;
  let next = at + length;
  while (
    next <= last &&
    bytes[next] === 0xff &&
    bytes[next + 1] === b1 &&
    bytes[next + 2] === b2 &&
    bytes[next + 3] === b3
  )
    next += length;
  return (next - at) / length;
};

/** Walks the frames of `[start, end)`. Null when there is none. */
const countFrames = (
  bytes: Uint8Array,
  start: number,
  end: number,
  { flaws, isWhole }: { readonly flaws: Flaws; readonly isWhole: boolean },
): Count | null => {
  let first: Pick<Count, 'shape' | 'channels' | 'firstAt' | 'firstBytes'> | null = null;
  let frames = 0;
  let durationMs = 0;
  let shape = -1;
  let inShape = 0;
  let at = start;
  while (at < end) {
    const bits = headerBits(bytes, at);
    const length = bits < 0 || at + 4 > end ? 0 : (frameBytes[bits] ?? 0);
    if (length === 0) {
      const isFree = bits >= 0 && ((bits >> 1) & 15) === 0 && shapes[bits >> 5] !== null;
      flaws.add(isFree ? 'free-format' : 'stray-bytes', at);
      at = resync(bytes, at + 1, end);
      if (at < 0) break;
      continue;
    }
    if (at + length > end) {
      if (isWhole) flaws.add('cut-off', at);
      break;
    }
    const channels = channelsAt(bytes, at);
    first ??= { shape: bits >> 5, channels, firstAt: at, firstBytes: length };
    if (bits >> 5 !== shape) {
      durationMs += msOf(shape, inShape);
      shape = bits >> 5;
      inShape = 0;
    }
    if (shape !== first.shape || channels !== first.channels) flaws.add('mixed-frames', at);
    const run = sameFrames(bytes, at, length, end);
    frames += run;
    inShape += run;
    at += run * length;
  }
  return first && { ...first, frames, durationMs: durationMs + msOf(shape, inShape) };
};

/**
 * Counts every frame between the tags (ID3v1, ID3v2, APE) and says what is wrong. Never throws on any bytes, and looks at each byte a
 * bounded number of times.
 *
 * @param bytes the file, or as much of it as came
 * @param isWhole false when more would have come: then nothing is said of its end
 * @returns null when it is no MPEG audio
 */
export const walkMp3 = (bytes: Uint8Array, isWhole: boolean): AudioFacts | null => {
  const flaws = new Flaws();
  const start = withoutHead(bytes);
  if (start > bytes.length) {
    flaws.add(isWhole ? 'cut-off' : 'no-audio', 0);
    return { ...factsOfOther('mp3'), flaws: flaws.found };
  }
  const end = isWhole ? withoutTail(bytes, start) : bytes.length;
  const count = countFrames(bytes, start, end, { flaws, isWhole });
  if (!count) {
    const isTagged = start > 0;
    const isFree = flaws.found[0]?.rule === 'free-format' && flaws.found[0].offset === start;
    if (!isTagged && !isFree) return null;
    flaws.add('no-audio', start);
    return { ...factsOfOther('mp3'), flaws: flaws.found };
  }
  if (count.firstAt !== start && count.frames < framesOfProof) return null;
  return factsOf(bytes, count, flaws);
};

const roman = ['', 'I', 'II', 'III'];

const factsOf = (bytes: Uint8Array, count: Count, flaws: Flaws): AudioFacts | null => {
  const shape = shapes[count.shape];
  if (!shape) return null;
  const { version, layer, sampleRateHz, samplesPerFrame } = shape;
  const tag = layer === 3 ? infoTagAt(bytes, count.firstAt, shape, count.firstBytes) : null;
  const tagFrames = tag === null ? 0 : 1;
  const all = (count.frames - tagFrames) * samplesPerFrame;
  const gap = (tag?.gap?.delay ?? 0) + (tag?.gap?.padding ?? 0);
  const isGapless = Boolean(tag?.gap) && gap < all;
  const samples = isGapless ? all - gap : all;
  if (samples <= 0) flaws.add('no-audio', count.firstAt);
  const without = ((all - samples + tagFrames * samplesPerFrame) * 1000) / sampleRateHz;
  return {
    kind: layer === 3 ? 'mp3' : layer === 2 ? 'mpeg-layer-2' : 'mpeg-layer-1',
    encoding: `MPEG-${version} Layer ${roman[layer] ?? ''}`,
    sampleRateHz,
    channels: count.channels,
    samples,
    durationMs: count.durationMs - without,
    paddingMs: isGapless ? 0 : (graceFrames * samplesPerFrame * 1000) / sampleRateHz,
    flaws: flaws.found,
  };
};
