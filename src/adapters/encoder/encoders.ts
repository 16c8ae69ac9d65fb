import type { AudioEncoders } from '#ports/audio-encoder.ts';
import { LameEncoders } from './mp3-encoder.ts';
import { openWavEncoder } from './wav-encoder.ts';

/** The encoders of one thread. */
export const openEncoders = (): AudioEncoders => {
  const lame = new LameEncoders();
  return {
    open: async (options) =>
      options.format === 'wav' ? openWavEncoder(options) : lame.open(options),
  };
};
