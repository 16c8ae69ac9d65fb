import { encodeG711 } from '#audio/g711.ts';
import { holdMusic } from '#audio/hold-music.ts';
import { beepTone, busyTone, ringbackTone } from '#audio/tones.ts';
import { preparePrompt, type Prompt } from './prompt-store.ts';

const prepared = (name: string, samples: Int16Array): Prompt => {
  const ulaw = new Uint8Array(samples.length);
  encodeG711('PCMU', samples, ulaw);
  return preparePrompt(name, ulaw);
};

/** What can be played without any file: `music` and the tones of `PlaySource`, named `tone:…`. */
export const builtInPrompts = (): Prompt[] => [
  prepared('music', holdMusic()),
  prepared('tone:ringback', ringbackTone()),
  prepared('tone:busy', busyTone()),
  prepared('tone:beep', beepTone()),
];
