/**
 * The first frame of an MP3 file, which carries no sound but the file's exact length: how many frames follow, and how many samples of
 * them are the encoder's own delay and padding. Players leave those out; without it a 60.000 s recording reads 60.192 s.
 *
 * ```
 * frame header 4 │ side information, zero: 9 mono, 17 stereo │ 'Info' flags frames bytes TOC[100] quality │ LAME 36: version 9,
 * method, lowpass, gain 8, flags, bit rate, delay 12 bits + padding 12 bits, misc, gain, preset 2, length 4, CRC of music 2, CRC 2
 * ```
 *
 * @see Xing/Info and "LAME tag" revision 1; ISO/IEC 13818-3 §2.4.1.3 for the header of the lower sampling frequencies
 */

export interface InfoFacts {
  readonly channels: 1 | 2;
  readonly bitRateKbps: number;
  /** Audio frames behind this one. */
  readonly mp3Frames: number;
  /** Of the whole file, this frame included. */
  readonly sizeBytes: number;
  readonly delaySamples: number;
  readonly paddingSamples: number;
  /** CRC-16 over everything behind this frame. */
  readonly musicCrc: number;
}

/** MPEG-2.5 Layer III, 8,000 Hz. */
export const samplesPerMp3Frame = 576;
export const infoFrameBytes = (bitRateKbps: number): number => (72 * bitRateKbps * 1000) / 8000;

/** Bit rates of MPEG-2 and 2.5 Layer III in the order of their index. */
const bitRates = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

export const writeInfoFrame = (facts: InfoFacts): Uint8Array => {
  const frame = new Uint8Array(infoFrameBytes(facts.bitRateKbps));
  const view = new DataView(frame.buffer);
  // Sync, MPEG-2.5, Layer III, no CRC; bit rate, 8,000 Hz, no padding; mono or joint stereo.
  frame.set([0xff, 0xe3, (bitRates.indexOf(facts.bitRateKbps) << 4) | 0x08]);
  frame[3] = facts.channels === 1 ? 0xc0 : 0x40;
  const info = 4 + (facts.channels === 1 ? 9 : 17);
  frame.set(new TextEncoder().encode('Info'), info);
  view.setUint32(info + 4, 0x0f);
  view.setUint32(info + 8, facts.mp3Frames);
  view.setUint32(info + 12, facts.sizeBytes);
  // Every frame is of one size, so the table of contents is a straight line.
  for (let percent = 0; percent < 100; percent++)
    frame[info + 16 + percent] = Math.floor((percent * 256) / 100);
  writeLameTag(frame, info + 120, facts);
  return frame;
};

const writeLameTag = (frame: Uint8Array, at: number, facts: InfoFacts): void => {
  const view = new DataView(frame.buffer);
  frame.set(new TextEncoder().encode('LAME3.100'), at);
  frame[at + 9] = 0x01;
  frame[at + 20] = Math.min(255, facts.bitRateKbps);
  const delay = Math.min(4095, facts.delaySamples);
  const padding = Math.min(4095, facts.paddingSamples);
  frame[at + 21] = delay >> 4;
  frame[at + 22] = ((delay & 0x0f) << 4) | (padding >> 8);
  frame[at + 23] = padding & 0xff;
  view.setUint32(at + 28, facts.sizeBytes);
  view.setUint16(at + 32, facts.musicCrc);
  view.setUint16(at + 34, crc16(frame.subarray(0, at + 34), 0));
};

/** CRC-16 with the reflected polynomial 0x8005, as the LAME tag wants it. */
export const crc16 = (bytes: Uint8Array, start: number): number => {
  let crc = start;
  for (const byte of bytes) crc = (crc >> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return crc;
};

const crcTable = Uint16Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >> 1) ^ 0xa001 : value >> 1;
  return value;
});
