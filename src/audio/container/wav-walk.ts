/** Walks the chunks of a RIFF WAVE and names everything that is wrong with it; `wav.ts` reads what passed. */
import { Flaws, type AudioFacts } from './audio-facts.ts';

/** "To the end of the file": what a writer that streams puts where it does not know the length. */
const unknownLength = 0xffff_ffff;
const fmtName = 0x666d7420;
const dataName = 0x64617461;

/** Names of the tags people meet; what is not here is shown as its number. RFC 2361 and Microsoft's mmreg.h. */
const encodings: Readonly<Record<number, string>> = {
  0x01: 'PCM',
  0x02: 'Microsoft ADPCM',
  0x03: 'float',
  0x06: 'A-law',
  0x07: 'µ-law',
  0x11: 'IMA ADPCM',
  0x31: 'GSM 6.10',
  0x50: 'MPEG Layer II',
  0x55: 'MP3',
  0x64: 'G.726 ADPCM',
  0xff: 'AAC',
};
const widths: Readonly<Record<number, readonly number[]>> = {
  0x01: [8, 16, 24, 32],
  0x03: [32],
  0x06: [8],
  0x07: [8],
};

const extensible = 0xfffe;
const guidTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

interface Format {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly blockAlign: number;
  readonly bits: number;
}

/** WAVE_FORMAT_EXTENSIBLE carries the real tag in its GUID; another GUID is an encoding we do not know. */
const tagAt = (view: DataView, at: number, length: number): number => {
  const tag = view.getUint16(at, true);
  if (tag !== extensible || length < 40) return tag;
  const isPlain = guidTail.every((byte, i) => view.getUint8(at + 26 + i) === byte);
  return isPlain ? view.getUint16(at + 24, true) : tag;
};

const nameOf = ({ tag, bits }: Format): string => {
  const name = encodings[tag] ?? `0x${tag.toString(16).padStart(4, '0')}`;
  return tag === 1 || tag === 3 ? `${name} ${bits}-bit` : name;
};

/** State of one walk. */
interface Walk {
  readonly view: DataView;
  readonly isWhole: boolean;
  readonly flaws: Flaws;
  format: Format | null;
  dataBytes: number | null;
}

const readFormat = (walk: Walk, at: number, length: number): void => {
  const { view, flaws } = walk;
  if (walk.format) {
    flaws.add('chunk-repeated', at);
    return;
  }
  if (length < 16) {
    flaws.add('fmt-missing', at);
    return;
  }
  const format: Format = {
    tag: tagAt(view, at, length),
    channels: view.getUint16(at + 2, true),
    sampleRateHz: view.getUint32(at + 4, true),
    blockAlign: view.getUint16(at + 12, true),
    bits: view.getUint16(at + 14, true),
  };
  walk.format = format;
  const known = widths[format.tag];
  if (!known?.includes(format.bits)) flaws.add('encoding', at);
  else if (format.channels === 0 || format.blockAlign !== (format.channels * format.bits) / 8)
    flaws.add('block-align', at + 12);
};

const readData = (walk: Walk, at: number, length: number): void => {
  const { view, flaws } = walk;
  if (walk.dataBytes !== null) {
    flaws.add('chunk-repeated', at - 8);
    return;
  }
  if (!walk.format) flaws.add('fmt-missing', at - 8);
  const available = view.byteLength - at;
  const declared = length === unknownLength ? available : length;
  if (declared > available && walk.isWhole) flaws.add('cut-off', at - 4);
  walk.dataBytes = Math.min(declared, available);
  const width = frameBytesOf(walk.format);
  if (width > 0 && declared <= available && walk.isWhole && declared % width !== 0)
    flaws.add('data-length', at - 4);
  if (walk.dataBytes < Math.max(1, width)) flaws.add('no-audio', at - 4);
};

/** Bytes of one sample of all channels, computed and not believed; 0 of an encoding that has no such thing. */
const frameBytesOf = (format: Format | null): number =>
  format && widths[format.tag]?.includes(format.bits) ? (format.channels * format.bits) / 8 : 0;

/** Chunks from byte 12 on. What follows the samples is looked at only for a second format or second samples. */
const walkChunks = (walk: Walk): void => {
  const { view } = walk;
  for (let at = 12; at + 8 <= view.byteLength;) {
    const name = view.getUint32(at);
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (name === dataName) readData(walk, body, length);
    else if (body + length > view.byteLength) {
      if (walk.dataBytes === null && walk.isWhole) walk.flaws.add('cut-off', at);
      return;
    } else if (name === fmtName) readFormat(walk, body, length);
    at = body + length + (length & 1);
  }
};

/**
 * Refusals, each once: see `AudioFlawRule`. Never throws on any bytes.
 *
 * @param bytes a file that begins with `RIFF….WAVE`, or as much of it as came
 * @param isWhole false when more would have come: then nothing is said of its end
 */
export const walkWav = (bytes: Uint8Array, isWhole: boolean): AudioFacts => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const walk: Walk = { view, isWhole, flaws: new Flaws(), format: null, dataBytes: null };
  walkChunks(walk);
  const { format, flaws } = walk;
  if (!format) flaws.add('fmt-missing', 12);
  if (walk.dataBytes === null) flaws.add('no-audio', bytes.length);
  const width = frameBytesOf(format);
  const samples = width === 0 ? 0 : Math.floor((walk.dataBytes ?? 0) / width);
  const rate = format?.sampleRateHz ?? 0;
  return {
    kind: 'wav',
    encoding: format && nameOf(format),
    sampleRateHz: format && rate,
    channels: format && format.channels,
    samples,
    durationMs: rate === 0 ? 0 : (samples * 1000) / rate,
    paddingMs: 0,
    flaws: flaws.found,
  };
};
