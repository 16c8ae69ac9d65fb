/** Audio files as tests want them: true ones, and ones that lie in a chosen place. */
import { openEncoders } from '../../src/adapters/encoder/encoders.ts';
import { wavHeader } from '../../src/audio/container/wav.ts';

/** A sine at half of full scale unless told otherwise, 8,000 Hz. */
export const sineSamples = (seconds: number, hz = 440, level = 16_000): Int16Array =>
  Int16Array.from({ length: Math.round(seconds * 8000) }, (_, i) =>
    Math.round(Math.sin((2 * Math.PI * hz * i) / 8000) * level),
  );

/** 16-bit mono PCM. */
export const wavFile = (samples: Int16Array, sampleRateHz = 8000): Buffer =>
  Buffer.concat([
    wavHeader({ sampleRateHz, channels: 1, frames: samples.length }),
    Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength),
  ]);

/** As LAME makes it, with its tag: 32 kbit/s, 8,000 Hz, mono. */
export const mp3File = async (samples: Int16Array): Promise<Buffer> => {
  const encoders = openEncoders();
  const encoder = await encoders.open({ format: 'mp3', channels: 1, sampleRateHz: 8000 });
  const body = Buffer.from(encoder.encode([samples], samples.length));
  const { head, tail } = encoder.finish();
  return Buffer.concat([head, body, tail]);
};

export interface FrameFacts {
  /** Header byte 1: version, layer, protection. Default MPEG-2.5 Layer III without check sum. */
  readonly kind?: number;
  /** Index of the table; default 4: 32 kbit/s. */
  readonly bitRate?: number;
  /** 2 is 8,000 Hz, 0 is 11,025 Hz, 1 is 12,000 Hz of MPEG-2.5. */
  readonly rate?: number;
  readonly isStereo?: boolean;
  /** Bytes of the frame, header and all; default what the other facts make. */
  readonly bytes?: number;
}

/** One frame of silence: all that follows its header is zero. */
export const silentFrame = (facts: FrameFacts = {}): Buffer => {
  const { kind = 0xe3, bitRate = 4, rate = 2, isStereo = false } = facts;
  const kbps = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160][bitRate] ?? 0;
  const hz = [11_025, 12_000, 8000][rate] ?? 8000;
  const frame = Buffer.alloc(facts.bytes ?? Math.floor((72_000 * kbps) / hz));
  frame.set([0xff, kind, (bitRate << 4) | (rate << 2), isStereo ? 0 : 0xc0]);
  return frame;
};

/** `count` frames of silence, 72 ms each unless told otherwise. */
export const silentMp3 = (count: number, facts: FrameFacts = {}): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => silentFrame(facts)));

/** An ID3v2.4 tag of `bytes` after its header. */
export const id3v2 = (bytes: number, claims = bytes): Buffer => {
  const tag = Buffer.alloc(10 + bytes);
  tag.write('ID3');
  tag[3] = 4;
  for (let i = 0; i < 4; i++) tag[6 + i] = (claims >> (7 * (3 - i))) & 0x7f;
  return tag;
};

export const id3v1 = (): Buffer => {
  const tag = Buffer.alloc(128);
  tag.write('TAG');
  return tag;
};

/** An APEv2 tag with header and footer around `bytes` of items. */
export const apeTag = (bytes: number): Buffer => {
  const one = (flags: number): Buffer => {
    const part = Buffer.alloc(32);
    part.write('APETAGEX');
    part.writeUInt32LE(2000, 8);
    part.writeUInt32LE(bytes + 32, 12);
    part.writeUInt32LE(flags >>> 0, 20);
    return part;
  };
  return Buffer.concat([one(0xa000_0000), Buffer.alloc(bytes), one(0x8000_0000)]);
};

export interface WavFacts {
  readonly tag?: number;
  readonly channels?: number;
  readonly sampleRateHz?: number;
  readonly bits?: number;
  readonly blockAlign?: number;
  /** Bytes of the samples that are there. */
  readonly dataBytes?: number;
  /** What the header says of them; default the truth. */
  readonly claims?: number;
}

const chunk = (name: string, body: Buffer, claims = body.length): Buffer => {
  const head = Buffer.alloc(8);
  head.write(name);
  head.writeUInt32LE(claims >>> 0, 4);
  return Buffer.concat([head, body]);
};

export const fmtChunk = (facts: WavFacts = {}): Buffer => {
  const { tag = 1, channels = 1, sampleRateHz = 8000, bits = 16 } = facts;
  const blockAlign = facts.blockAlign ?? (channels * bits) / 8;
  const body = Buffer.alloc(16);
  body.writeUInt16LE(tag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(sampleRateHz, 4);
  body.writeUInt32LE(sampleRateHz * blockAlign, 8);
  body.writeUInt16LE(blockAlign, 12);
  body.writeUInt16LE(bits, 14);
  return chunk('fmt ', body);
};

export const dataChunk = (bytes = 1600, claims = bytes): Buffer =>
  chunk('data', Buffer.alloc(bytes), claims);

export const riff = (...chunks: readonly Buffer[]): Buffer =>
  chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]));

/** A WAV by its facts, true or not. */
export const wavOf = (facts: WavFacts = {}): Buffer =>
  riff(fmtChunk(facts), dataChunk(facts.dataBytes, facts.claims));
