/** RIFF/WAVE: writes the header of PCM16 and G.711 files, reads strictly what telephony calls WAV. */
import { Fault } from '#base/fault.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import { decodeG711 } from '../g711.ts';

export type WavEncoding = 'pcm' | 'float' | 'alaw' | 'ulaw';

export const wavHeaderBytes = 44;
/** Length of a file whose writer did not know it. */
const unknownLength = 0xffff_ffff;

const tags: Readonly<Record<number, WavEncoding>> = { 1: 'pcm', 3: 'float', 6: 'alaw', 7: 'ulaw' };

export interface WavShape {
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Samples per channel; undefined = not known yet, the lengths then say "to the end of the file". */
  readonly frames?: number;
}

/**
 * The 44 bytes in front of s16le samples. Write it with the true `frames` over the first 44 bytes once they are known.
 *
 * @throws {Fault} `wav/too-long` when the data exceed 4 GiB
 * @see Microsoft RIFF, "WAVE File Format", and RFC 2361
 */
export const wavHeader = ({ sampleRateHz, channels, frames }: WavShape): Uint8Array => {
  const blockAlign = channels * 2;
  const dataBytes = frames === undefined ? unknownLength : frames * blockAlign;
  if (frames !== undefined && dataBytes > unknownLength - wavHeaderBytes)
    throw new Fault('wav/too-long', `${frames} frames do not fit into one WAV file`);
  const bytes = new Uint8Array(wavHeaderBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x52494646); // RIFF
  view.setUint32(4, frames === undefined ? unknownLength : dataBytes + 36, true);
  view.setUint32(8, 0x57415645); // WAVE
  view.setUint32(12, 0x666d7420); // fmt
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * blockAlign, true);
  view.setUint16(32, blockAlign, true);
  view.setUint16(34, 16, true);
  view.setUint32(36, 0x64617461); // data
  view.setUint32(40, dataBytes, true);
  return bytes;
};

export interface WavInfo {
  readonly encoding: WavEncoding;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  readonly blockAlign: number;
  readonly dataOffset: number;
  readonly dataBytes: number;
  /** Samples per channel, counted from the data. */
  readonly frames: number;
}

export type WavRule =
  | 'not-riff'
  | 'not-wave'
  | 'chunk-length'
  | 'fmt-missing'
  | 'fmt-length'
  | 'fmt-repeated'
  | 'encoding'
  | 'channels'
  | 'sample-rate'
  | 'bits'
  | 'block-align'
  | 'data-missing'
  | 'data-length';

export interface WavFlaw {
  readonly rule: WavRule;
  readonly offset: number;
}

type Format = Pick<
  WavInfo,
  'encoding' | 'sampleRateHz' | 'channels' | 'bitsPerSample' | 'blockAlign'
>;

const bitsAllowed: Readonly<Record<WavEncoding, readonly number[]>> = {
  pcm: [8, 16, 24, 32],
  float: [32],
  alaw: [8],
  ulaw: [8],
};

/** WAVE_FORMAT_EXTENSIBLE carries the real tag in the first two bytes of its GUID; the other fourteen are fixed. */
const extensible = 0xfffe;
const guidTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

const tagOf = (view: DataView, at: number, length: number): number => {
  const tag = view.getUint16(at, true);
  if (tag !== extensible) return tag;
  if (length < 40 || guidTail.some((byte, i) => view.getUint8(at + 26 + i) !== byte)) return 0;
  return view.getUint16(at + 24, true);
};

const readFormat = (view: DataView, at: number, length: number): Result<Format, WavFlaw> => {
  if (length < 16) return refuse({ rule: 'fmt-length', offset: at });
  const encoding = tags[tagOf(view, at, length)];
  if (encoding === undefined) return refuse({ rule: 'encoding', offset: at });
  const channels = view.getUint16(at + 2, true);
  const sampleRateHz = view.getUint32(at + 4, true);
  const blockAlign = view.getUint16(at + 12, true);
  const bitsPerSample = view.getUint16(at + 14, true);
  if (channels === 0) return refuse({ rule: 'channels', offset: at + 2 });
  if (sampleRateHz === 0) return refuse({ rule: 'sample-rate', offset: at + 4 });
  if (!bitsAllowed[encoding].includes(bitsPerSample))
    return refuse({ rule: 'bits', offset: at + 14 });
  if (blockAlign !== (channels * bitsPerSample) / 8)
    return refuse({ rule: 'block-align', offset: at + 12 });
  return ok({ encoding, channels, sampleRateHz, blockAlign, bitsPerSample });
};

const finishData = (
  format: Format | undefined,
  at: number,
  declared: number,
  fileBytes: number,
): Result<WavInfo, WavFlaw> => {
  if (format === undefined) return refuse({ rule: 'fmt-missing', offset: at - 8 });
  const available = fileBytes - at;
  const dataBytes = declared === unknownLength ? available : declared;
  if (dataBytes > available || dataBytes % format.blockAlign !== 0)
    return refuse({ rule: 'data-length', offset: at - 4 });
  return ok({ ...format, dataOffset: at, dataBytes, frames: dataBytes / format.blockAlign });
};

/**
 * Walks the chunks up to the samples. Refuses what is not a RIFF WAVE of PCM 8/16/24/32, float 32, A-law or µ-law with `fmt ` before
 * `data`, a right block alignment, and the declared samples really there. Never throws on any bytes.
 *
 * @param bytes the beginning of the file, at least up to the samples
 * @param fileBytes size of the whole file
 */
export const readWav = (bytes: Uint8Array, fileBytes = bytes.length): Result<WavInfo, WavFlaw> => {
  if (bytes.length < 12) return refuse({ rule: 'not-riff', offset: 0 });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== 0x52494646) return refuse({ rule: 'not-riff', offset: 0 });
  if (view.getUint32(8) !== 0x57415645) return refuse({ rule: 'not-wave', offset: 8 });
  let format: Format | undefined;
  let at = 12;
  while (at + 8 <= bytes.length) {
    const name = view.getUint32(at);
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (name === 0x64617461) return finishData(format, body, length, fileBytes);
    if (body + length > bytes.length) return refuse({ rule: 'chunk-length', offset: at + 4 });
    if (name === 0x666d7420) {
      if (format !== undefined) return refuse({ rule: 'fmt-repeated', offset: at });
      const read = readFormat(view, body, length);
      if (!read.ok) return read;
      format = read.value;
    }
    at = body + length + (length & 1);
  }
  return refuse({ rule: format === undefined ? 'fmt-missing' : 'data-missing', offset: at });
};

const sampleAt = (view: DataView, at: number, { encoding, bitsPerSample }: WavInfo): number => {
  if (encoding === 'float') {
    const value = Math.round(view.getFloat32(at, true) * 32_768);
    return Number.isNaN(value) ? 0 : Math.max(-32_768, Math.min(32_767, value));
  }
  switch (bitsPerSample) {
    case 8:
      return (view.getUint8(at) - 128) << 8;
    case 16:
      return view.getInt16(at, true);
    case 24:
      return view.getInt16(at + 1, true);
    default:
      return view.getInt16(at + 2, true);
  }
};

/**
 * All samples as s16, one array per channel. For whole small files; long ones are read by offset with `readWav`.
 *
 * @param bytes the whole file
 */
export const decodeWav = (
  bytes: Uint8Array,
): Result<{ readonly info: WavInfo; readonly channels: readonly Int16Array[] }, WavFlaw> => {
  const read = readWav(bytes);
  if (!read.ok) return read;
  const info = read.value;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = info.bitsPerSample / 8;
  const channels = Array.from({ length: info.channels }, (_, channel) => {
    const samples = new Int16Array(info.frames);
    const byteAt = (frame: number): number =>
      info.dataOffset + frame * info.blockAlign + channel * width;
    if (info.encoding === 'alaw' || info.encoding === 'ulaw') {
      const codes = Uint8Array.from(samples, (_sample, frame) => bytes[byteAt(frame)] ?? 0);
      decodeG711(info.encoding === 'alaw' ? 'PCMA' : 'PCMU', codes, samples);
    } else {
      for (let frame = 0; frame < info.frames; frame++) {
        samples[frame] = sampleAt(view, byteAt(frame), info);
      }
    }
    return samples;
  });
  return ok({ info, channels });
};
