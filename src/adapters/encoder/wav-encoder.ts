import { wavHeader } from '#audio/container/wav.ts';
import type { AudioEncoder, EncoderOptions } from '#ports/audio-encoder.ts';

/** PCM WAV, 16 bits. Until it is finished its header says "to the end of the file", so that even a torn one plays. */
export const openWavEncoder = ({ channels, sampleRateHz }: EncoderOptions): AudioEncoder => {
  let total = 0;
  let block = new Uint8Array(0);
  return {
    head: wavHeader({ channels, sampleRateHz }),
    encode(samples, frames) {
      total += frames;
      const size = frames * channels * 2;
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
      head: wavHeader({ channels, sampleRateHz, frames: total }),
    }),
    close() {
      block = new Uint8Array(0);
    },
  };
};
