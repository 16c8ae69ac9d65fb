/**
 * G.711: one byte per sample at 8,000 Hz, µ-law (PCMU) or A-law (PCMA), as tables. Linear samples are 16-bit with full scale
 * ±32,768, so that 14-bit µ-law and 13-bit A-law values are shifted left by 2 and 3.
 *
 * @see ITU-T G.711 (11/88) §2, §3, tables 1 and 2
 */

/** µ-law silence: +0. */
export const ulawSilence = 0xff;
/** A-law silence: the smallest positive value. */
export const alawSilence = 0xd5;

export type G711Codec = 'PCMU' | 'PCMA';

/** Half of the first µ-law interval, added so that all segments double (33 in 14-bit units). */
const ulawBias = 33 << 2;
/** Largest magnitude that still fits after the bias: 8,158 in 14-bit units. */
const ulawClip = 8158 << 2;

const decodeUlaw = (code: number): number => {
  const bits = ~code & 0xff;
  const magnitude = (((((bits & 0x0f) << 3) + ulawBias) << ((bits >> 4) & 7)) - ulawBias) | 0;
  return bits & 0x80 ? 0 - magnitude : magnitude;
};

const decodeAlaw = (code: number): number => {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return bits & 0x80 ? magnitude : 0 - magnitude;
};

const encodeUlaw = (sample: number): number => {
  const sign = sample < 0 ? 0x80 : 0;
  const biased = Math.min(Math.abs(sample), ulawClip) + ulawBias;
  const segment = 31 - Math.clz32(biased) - 7;
  return ~(sign | (segment << 4) | ((biased >> (segment + 3)) & 0x0f)) & 0xff;
};

const encodeAlaw = (sample: number): number => {
  const value = sample >> 3;
  const magnitude = value < 0 ? ~value : value;
  const segment = magnitude < 32 ? 0 : 31 - Math.clz32(magnitude) - 4;
  const mantissa = (segment < 2 ? magnitude >> 1 : magnitude >> segment) & 0x0f;
  return ((segment << 4) | mantissa) ^ (value < 0 ? 0x55 : 0xd5);
};

/** µ-law code → linear sample, −32,124…32,124. */
export const ulawToLinear: Int16Array = Int16Array.from({ length: 256 }, (_, code) =>
  decodeUlaw(code),
);
/** A-law code → linear sample, −32,256…32,256. */
export const alawToLinear: Int16Array = Int16Array.from({ length: 256 }, (_, code) =>
  decodeAlaw(code),
);

/** Index 0–65,535 is the sample's two's complement. */
const signed = (index: number): number => (index << 16) >> 16;
const ulawOfLinear = Uint8Array.from({ length: 65_536 }, (_, index) => encodeUlaw(signed(index)));
const alawOfLinear = Uint8Array.from({ length: 65_536 }, (_, index) => encodeAlaw(signed(index)));

/** @param sample −32,768…32,767; only the low 16 bits are looked at, so saturate first */
export const linearToUlaw = (sample: number): number => ulawOfLinear[sample & 0xffff] ?? 0;
/** @param sample −32,768…32,767; only the low 16 bits are looked at, so saturate first */
export const linearToAlaw = (sample: number): number => alawOfLinear[sample & 0xffff] ?? 0;

/** µ-law code → A-law code by way of the linear value; silence stays silence. */
export const ulawToAlaw: Uint8Array = Uint8Array.from(ulawToLinear, linearToAlaw);
/** A-law code → µ-law code by way of the linear value; silence stays near silence (8 of 32,768). */
export const alawToUlaw: Uint8Array = Uint8Array.from(alawToLinear, linearToUlaw);

/** Which part of a buffer goes where; everything from the beginning by default. */
export interface Stretch {
  readonly sourceAt?: number;
  readonly targetAt?: number;
  readonly length?: number;
}

/**
 * Decodes `length` bytes of `source` from `sourceAt` into `target` from `targetAt`. Allocates nothing.
 *
 * @param target s16, mono
 */
export const decodeG711 = (
  codec: G711Codec,
  source: Uint8Array,
  target: Int16Array,
  { sourceAt = 0, targetAt = 0, length }: Stretch = {},
): void => {
  const table = codec === 'PCMU' ? ulawToLinear : alawToLinear;
  const frames = length ?? source.length - sourceAt;
  for (let i = 0; i < frames; i++) target[targetAt + i] = table[source[sourceAt + i] ?? 0] ?? 0;
};

/** Encodes `length` samples of `source` from `sourceAt` into `target` from `targetAt`. Allocates nothing. */
export const encodeG711 = (
  codec: G711Codec,
  source: Int16Array,
  target: Uint8Array,
  { sourceAt = 0, targetAt = 0, length }: Stretch = {},
): void => {
  const table = codec === 'PCMU' ? ulawOfLinear : alawOfLinear;
  const frames = length ?? source.length - sourceAt;
  for (let i = 0; i < frames; i++) {
    target[targetAt + i] = table[(source[sourceAt + i] ?? 0) & 0xffff] ?? 0;
  }
};

/** Replaces each code by `table[code]`, in place or into another buffer: `ulawToAlaw` or `alawToUlaw`. Allocates nothing. */
export const convertG711 = (
  table: Uint8Array,
  source: Uint8Array,
  target: Uint8Array,
  { sourceAt = 0, targetAt = 0, length }: Stretch = {},
): void => {
  const frames = length ?? source.length - sourceAt;
  for (let i = 0; i < frames; i++) target[targetAt + i] = table[source[sourceAt + i] ?? 0] ?? 0;
};

/** The code that says nothing in that law. */
export const silenceOf = (codec: G711Codec): number =>
  codec === 'PCMU' ? ulawSilence : alawSilence;
