/** The four bytes in front of an MPEG audio frame, as tables. */

/** kbit/s by version and layer, bit rate index 0 (free) to 15 (bad). ISO/IEC 11172-3 §2.4.2.3, ISO/IEC 13818-3 §2.4.2.3. */
const v1l1 = [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0];
const v1l2 = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0];
const v1l3 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
const v2l1 = [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0];
const v2l23 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];
const rates = [44_100, 48_000, 32_000];

/** Version, layer and sample rate of a frame: what must not change within a file. */
export interface FrameShape {
  readonly version: '1' | '2' | '2.5';
  readonly layer: 1 | 2 | 3;
  readonly sampleRateHz: number;
  readonly samplesPerFrame: number;
}

/** By the bits `VVLLRR`: version, layer, rate. Null where one of them is reserved. */
export const shapes: readonly (FrameShape | null)[] = Array.from({ length: 64 }, (_, bits) => {
  const version = ([`2.5`, null, `2`, `1`] as const)[bits >> 4];
  const layer = ([null, 3, 2, 1] as const)[(bits >> 2) & 3];
  const rate = rates[bits & 3];
  if (!version || !layer || rate === undefined) return null;
  const sampleRateHz = version === '1' ? rate : version === '2' ? rate / 2 : rate / 4;
  const samplesPerFrame = layer === 1 ? 384 : layer === 3 && version !== '1' ? 576 : 1152;
  return { version, layer, sampleRateHz, samplesPerFrame };
});

const bitRatesOf = ({ version, layer }: FrameShape): readonly number[] => {
  if (version !== '1') return layer === 1 ? v2l1 : v2l23;
  return [v1l1, v1l2, v1l3][layer - 1] ?? [];
};

const bytesOf = (shape: FrameShape, kbps: number, padding: number): number => {
  const { layer, sampleRateHz, samplesPerFrame } = shape;
  if (layer === 1) return (Math.floor((12 * kbps * 1000) / sampleRateHz) + padding) * 4;
  return Math.floor(((samplesPerFrame / 8) * kbps * 1000) / sampleRateHz) + padding;
};

/** Frame length by the bits `VVLLRR BBBB P`; 0 where there is none: reserved, bad, or free format. */
export const frameBytes: Uint16Array = Uint16Array.from({ length: 64 * 32 }, (_, bits) => {
  const shape = shapes[bits >> 5];
  if (!shape) return 0;
  const kbps = bitRatesOf(shape)[(bits >> 1) & 15] ?? 0;
  return kbps === 0 ? 0 : bytesOf(shape, kbps, bits & 1);
});

/** Index into `frameBytes` of the header at `at`, or −1 when no frame can begin there. `>> 5` is the index into `shapes`. */
export const headerBits = (bytes: Uint8Array, at: number): number => {
  const b1 = bytes[at + 1] ?? 0;
  if (bytes[at] !== 0xff || b1 < 0xe0) return -1;
  const b2 = bytes[at + 2] ?? 0;
  // Emphasis 2 is reserved.
  if (((bytes[at + 3] ?? 0) & 3) === 2) return -1;
  return ((b1 & 0x1e) << 6) | ((b2 & 0x0c) << 3) | ((b2 >> 3) & 0x1e) | ((b2 >> 1) & 1);
};

/** Mode 3 is mono; dual channel is two. */
export const channelsAt = (bytes: Uint8Array, at: number): 1 | 2 =>
  (bytes[at + 3] ?? 0) >> 6 === 3 ? 1 : 2;

export interface InfoTag {
  /** Samples that the encoder put before and after the sound; null when the tag does not say, or cannot be believed. */
  readonly gap: { readonly delay: number; readonly padding: number } | null;
}

/** Most that an encoder puts before or after: LAME and its kin stay below four frames of 576. More is a lie about the length. */
const mostGap = 2304;

const isWord = (bytes: Uint8Array, at: number, word: string): boolean => {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
};

/**
 * The tag of encoders in the first frame, which holds no sound: `Xing`, `Info` (with LAME's part behind it) or `VBRI`.
 *
 * @param at beginning of a whole frame of Layer III
 * @returns null when the frame is an ordinary one
 * @see gabriel.mp3-tech.org/mp3infotag.html
 */
export const infoTagAt = (
  bytes: Uint8Array,
  at: number,
  shape: FrameShape,
  length: number,
): InfoTag | null => {
  if (length >= 58 && isWord(bytes, at + 36, 'VBRI')) return { gap: null };
  const isMono = channelsAt(bytes, at) === 1;
  const sideInfo = shape.version === '1' ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  const hasCrc = ((bytes[at + 1] ?? 0) & 1) === 0;
  const tag = at + 4 + (hasCrc ? 2 : 0) + sideInfo;
  const end = at + length;
  if (tag + 8 > end || !(isWord(bytes, tag, 'Xing') || isWord(bytes, tag, 'Info'))) return null;
  const flags = bytes[tag + 7] ?? 0;
  const lame =
    tag + 8 + (flags & 1) * 4 + ((flags >> 1) & 1) * 4 + ((flags >> 2) & 1) * 100 + (flags & 8) / 2;
  // The encoder's name is nine letters; where there is none, there is no such part.
  if (lame + 24 > end || !/^[A-Z]/i.test(String.fromCharCode(bytes[lame] ?? 0)))
    return { gap: null };
  const [a = 0, b = 0, c = 0] = bytes.subarray(lame + 21, lame + 24);
  const delay = (a << 4) | (b >> 4);
  const padding = ((b & 15) << 8) | c;
  return { gap: delay <= mostGap && padding <= mostGap ? { delay, padding } : null };
};
