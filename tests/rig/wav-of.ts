import { wavHeader } from '#audio/container/wav.ts';
import { sampleRateHz } from '#audio/tones.ts';

/** Channels of s16 samples as a WAV file; shorter channels end in silence. */
export const wavOf = (...channels: readonly Int16Array[]): Uint8Array => {
  const frames = Math.max(...channels.map(({ length }) => length));
  const header = wavHeader({ sampleRateHz, channels: channels.length, frames });
  const file = new Uint8Array(header.length + frames * channels.length * 2);
  file.set(header);
  const view = new DataView(file.buffer, header.length);
  for (let frame = 0; frame < frames; frame++) {
    for (const [channel, samples] of channels.entries()) {
      view.setInt16((frame * channels.length + channel) * 2, samples[frame] ?? 0, true);
    }
  }
  return file;
};
