import { encodeG711 } from '#audio/g711.ts';
import { holdMusic } from '#audio/hold-music.ts';
import { beepTone, busyTone, ringbackTone } from '#audio/tones.ts';
import { preparePrompt, type Prompt } from './prompt-store.ts';

const prepared = (name: string, samples: Int16Array): Prompt => {
  const ulaw = new Uint8Array(samples.length);
  encodeG711('PCMU', samples, ulaw);
  return preparePrompt(name, ulaw);
};

/** What can be played without any file: `music`, `silence` and the tones of `PlaySource`, named `tone:…`. */
export const builtInPrompts = (): Prompt[] => [
  prepared('music', holdMusic()),
  // A phone whose jitter buffer moves only with what arrives plays the end of a message when something follows it.
  prepared('silence', new Int16Array(8000)),
  prepared('tone:ringback', ringbackTone()),
  prepared('tone:busy', busyTone()),
  prepared('tone:beep', beepTone()),
];
