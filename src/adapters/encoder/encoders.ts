import type { AudioEncoders } from '#ports/audio-encoder.ts';
import { Mp3Encoders } from './mp3-encoder.ts';
import { openWavEncoder } from './wav-encoder.ts';

/** The encoders of one thread. */
export const openEncoders = (): AudioEncoders => {
  const mp3 = new Mp3Encoders();
  return {
    open: async (options) =>
      options.format === 'wav' ? openWavEncoder(options) : mp3.open(options),
  };
};
