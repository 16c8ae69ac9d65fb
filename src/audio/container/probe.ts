/** What a file is, by its bytes and not by its name. Runs on the server and in the browser alike. */
import { factsOfOther, type AudioFacts, type AudioKind } from './audio-facts.ts';
import { skipId3v2, walkMp3 } from './mp3-walk.ts';
import { walkWav } from './wav-walk.ts';

const isAt = (bytes: Uint8Array, at: number, text: string): boolean => {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
};

/** Signature and the place it stands at. */
const signatures: readonly (readonly [AudioKind, number, string])[] = [
  ['ogg', 0, 'OggS'],
  ['flac', 0, 'fLaC'],
  ['mp4', 4, 'ftyp'],
  ['aiff', 0, 'FORM'],
  ['amr', 0, '#!AMR'],
  ['au', 0, '.snd'],
  ['wma', 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
  ['webm', 0, '\x1a\x45\xdf\xa3'],
  ['rf64', 0, 'RF64'],
  ['rifx', 0, 'RIFX'],
  ['w64', 0, 'riff'],
];

/** ADTS: twelve bits of sync, and where MPEG audio has its layer, zero. ISO/IEC 13818-7 §6.2. */
const isAdts = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0xff && ((bytes[at + 1] ?? 0) & 0xf6) === 0xf0;

const otherKind = (bytes: Uint8Array, at: number): AudioKind | null => {
  const known = signatures.find(([, place, text]) => isAt(bytes, at + place, text));
  if (known) return known[0];
  return isAdts(bytes, at) ? 'aac' : null;
};

/**
 * Walks the whole file: a 60-second recording takes some hundredths of a millisecond. Never throws on any bytes.
 *
 * @param bytes the file, or its beginning
 * @param isWhole false when there is more of it than `bytes`: then nothing is said of its end
 */
export const probeAudio = (bytes: Uint8Array, isWhole = true): AudioFacts => {
  if (isAt(bytes, 0, 'RIFF') && isAt(bytes, 8, 'WAVE')) return walkWav(bytes, isWhole);
  const other = otherKind(bytes, skipId3v2(bytes, 0));
  if (other) return factsOfOther(other);
  return walkMp3(bytes, isWhole) ?? factsOfOther('unknown');
};
