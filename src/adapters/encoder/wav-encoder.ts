import { Fault } from '#base/fault.ts';
import type { AudioEncoder, EncoderOptions } from '#ports/audio-encoder.ts';

const headBytes = 44;
/** A RIFF length is 32 bits wide; 37 hours of stereo at 8,000 Hz. */
const mostDataBytes = 0xffff_ffff - headBytes;

/**
 * PCM WAV, 16 bits, little-endian.
 *
 * @see Multimedia Programming Interface and Data Specifications 1.0 (1991), "WAVE"
 */
export const openWavEncoder = ({ channels, sampleRateHz }: EncoderOptions): AudioEncoder => {
  let dataBytes = 0;
  let block = new Uint8Array(0);
  return {
    head: wavHead(channels, sampleRateHz, 0),
    encode(samples, frames) {
      const size = frames * channels * 2;
      dataBytes += size;
      if (dataBytes > mostDataBytes)
        throw new Fault('encoder/too-long', 'a WAV file cannot hold more than 4 GiB of samples');
      if (block.length < size) block = new Uint8Array(size);
      const view = new DataView(block.buffer);
      for (let channel = 0; channel < channels; channel++) {
        const source = samples[channel];
        for (let i = 0; i < frames; i++)
          view.setInt16((i * channels + channel) * 2, source?.[i] ?? 0, true);
      }
      return block.subarray(0, size);
    },
    finish: () => ({
      tail: new Uint8Array(0),
      head: wavHead(channels, sampleRateHz, dataBytes),
    }),
    close() {
      block = new Uint8Array(0);
    },
  };
};

const wavHead = (channels: number, sampleRateHz: number, dataBytes: number): Uint8Array => {
  const bytes = new Uint8Array(headBytes);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string): void => bytes.set(new TextEncoder().encode(word), at);
  text(0, 'RIFF');
  view.setUint32(4, headBytes - 8 + dataBytes, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, dataBytes, true);
  return bytes;
};
