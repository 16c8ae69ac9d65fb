/** The short call that the demo and `Call me` hold: two voices, each with a chime of its own in front of every sentence. */
import { framesOfMs, joined, silence, tone } from '#audio/tones.ts';
import { speak, type VoiceSpec } from './voice.ts';

export type Speaker = 'customer' | 'agent';

export interface Sentence {
  readonly speaker: Speaker;
  /** For people. */
  readonly text: string;
  /** For the voice, in ARPAbet. */
  readonly sounds: string;
  readonly asks?: boolean;
}

/** Pitches above what the voices reach, so that a chime is told from speech by its content alone. */
export const chimeHz: Readonly<Record<Speaker, number>> = { customer: 2300, agent: 2900 };
export const chimeMs = 140;
const pauseMs = 90;
const chimeLevelDbov = -19;

export const voices: Readonly<Record<Speaker, VoiceSpec>> = {
  customer: { pitchHz: 112, formantScale: 1, pace: 1 },
  agent: { pitchHz: 196, formantScale: 1.16, pace: 0.95 },
};

export const conversation: readonly Sentence[] = [
  {
    speaker: 'agent',
    text: 'Good morning, thank you for calling. How can I help?',
    sounds:
      'G UH D . M AO R N IH NG , TH AE NG K . Y UW . F AO R . K AO L IH NG , HH AW . K AE N . AY . HH EH L P',
    asks: true,
  },
  {
    speaker: 'customer',
    text: 'Hello. My parcel has not arrived.',
    sounds: 'HH EH L OW , M AY . P AA R S AX L . HH AE Z . N AA T . AX R AY V D',
  },
  {
    speaker: 'agent',
    text: 'I am sorry. It will be there tomorrow.',
    sounds: 'AY . AE M . S AA R IY , IH T . W IH L . B IY . DH EH R . T AX M AA R OW',
  },
  { speaker: 'customer', text: 'Thank you. Goodbye.', sounds: 'TH AE NG K . Y UW , G UH D B AY' },
  { speaker: 'agent', text: 'Goodbye.', sounds: 'G UH D B AY' },
];

/** The chime of a speaker, alone. */
export const chime = (speaker: Speaker, durationMs = chimeMs): Int16Array =>
  tone({ frequenciesHz: [chimeHz[speaker]], durationMs, levelDbov: chimeLevelDbov });

/** A sentence as it is spoken: chime, a short pause, the words. s16 mono at 8,000 Hz. */
export const rendered = ({ speaker, sounds, asks }: Sentence): Int16Array =>
  joined(chime(speaker), silence(pauseMs), speak(sounds, voices[speaker], asks));

/** Frame at which the words begin. */
export const wordsAtFrame = framesOfMs(chimeMs + pauseMs);
