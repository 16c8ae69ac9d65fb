/** Judges the recording by its content alone: which voice lies in which channel, and when. */
import { decodeWav } from '#audio/container/wav.ts';
import { levelDbov } from '#audio/level.ts';
import { toneSpans, type ToneSpan } from '#audio/tone-spans.ts';
import { framesOfMs, sampleRateHz } from '#audio/tones.ts';
import { chimeHz, chimeMs, type Speaker, wordsAtFrame } from '#phone/conversation.ts';

export interface SaidSentence {
  readonly speaker: Speaker;
  readonly text: string;
  /** Wall clock at its first packet. */
  readonly saidAtMs: number;
  readonly frames: number;
}

export interface Finding {
  readonly ok: boolean;
  readonly text: string;
}

/** Left is the end user, right everybody else. */
export const channelOf: Readonly<Record<Speaker, 0 | 1>> = { customer: 0, agent: 1 };
const channelNames = ['left', 'right'] as const;
const speakers = ['customer', 'agent'] as const;

/**
 * How far a chime may lie from where it was said: a packet on either side (40 ms), the detector's own error (12 ms), and what a busy
 * machine adds between the clock that was read and the packet that left.
 */
export const toleranceMs = 100;
/** Words are spoken at −20 dBov; what has this level is no silence, and what is below that one is. */
const speechDbov = -32;
const silentDbov = -60;

const chimeSearch = { floorDbov: -30, leastMs: 100 } as const;
const msOf = (frame: number): number => (frame / sampleRateHz) * 1000;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** Both channels of a dual-channel WAV file; throws when it is anything else. */
export const readDualChannel = (wav: Uint8Array): readonly [Int16Array, Int16Array] => {
  const decoded = decodeWav(wav);
  if (!decoded.ok) throw new Error(`the recording is no sound WAV file: ${decoded.error.rule}`);
  const { info, channels } = decoded.value;
  const [left, right] = channels;
  if (info.sampleRateHz !== sampleRateHz || channels.length !== 2 || !left || !right)
    throw new Error(`the recording has ${channels.length} channels at ${info.sampleRateHz} Hz`);
  return [left, right];
};

/** A chime announces a sentence; a longer tone of the same pitch (the kill demo holds one) does not. */
const chimes = (samples: Int16Array, speaker: Speaker): ToneSpan[] =>
  toneSpans(samples, chimeHz[speaker], chimeSearch).filter(
    ({ fromFrame, untilFrame }) => untilFrame - fromFrame < framesOfMs(2 * chimeMs),
  );

const judge = (
  channels: readonly [Int16Array, Int16Array],
  sentence: SaidSentence,
  span: ToneSpan | undefined,
  startedAtMs: number,
): Finding => {
  const channel = channelOf[sentence.speaker];
  const where = `${sentence.speaker.padEnd(8)} ${channelNames[channel].padEnd(5)}`;
  const saidMs = sentence.saidAtMs - startedAtMs;
  if (!span) return { ok: false, text: `${where} said at ${seconds(saidMs)}, not found` };
  const foundMs = msOf(span.fromFrame);
  const offMs = Math.round(foundMs - saidMs);
  const from = span.fromFrame + wordsAtFrame;
  const until = span.fromFrame + sentence.frames;
  const own = levelDbov(channels[channel], from, until);
  const other = levelDbov(channels[channel === 0 ? 1 : 0], from, until);
  const ok = Math.abs(offMs) <= toleranceMs && own >= speechDbov && other <= silentDbov;
  const beside = other <= -127 ? 'silence' : `${other.toFixed(0)} dBov`;
  return {
    ok,
    text: `${where} said at ${seconds(saidMs)}, found ${Math.abs(offMs)} ms ${offMs < 0 ? 'before' : 'after'}; ${own.toFixed(0)} dBov, beside it ${beside}`,
  };
};

/**
 * Sentence by sentence: the chime in the right channel at the right time, words behind it, silence beside it; and no chime that nobody
 * rang, in either channel.
 *
 * @param startedAtMs wall clock at which the recording began
 */
export const checkSentences = (
  channels: readonly [Int16Array, Int16Array],
  said: readonly SaidSentence[],
  startedAtMs: number,
): Finding[] => {
  const found = {
    customer: chimes(channels[channelOf.customer], 'customer'),
    agent: chimes(channels[channelOf.agent], 'agent'),
  };
  const findings = said.map((sentence) => {
    const nth = said.filter(({ speaker }) => speaker === sentence.speaker).indexOf(sentence);
    return judge(channels, sentence, found[sentence.speaker][nth], startedAtMs);
  });
  for (const speaker of speakers) {
    const rung = said.filter((sentence) => sentence.speaker === speaker).length;
    const strayed = chimes(channels[channelOf[speaker] === 0 ? 1 : 0], speaker).length;
    const surplus = found[speaker].length - rung;
    if (surplus > 0 || strayed > 0)
      findings.push({
        ok: false,
        text: `the ${speaker}'s chime sounds ${Math.max(0, surplus)} times too often and ${strayed} times in the other channel`,
      });
  }
  return findings;
};

export interface HeldTone {
  readonly speaker: Speaker;
  /** Wall clock at its first packet. */
  readonly saidAtMs: number;
}

/** What the promise allows: one second per track. */
const mostLostMs = 1000;

/** How much of a tone that sounded until the kill is in the file: what is missing at its end was lost. */
export const checkCut = (
  channels: readonly [Int16Array, Int16Array],
  { speaker, saidAtMs }: HeldTone,
  killedAtMs: number,
): Finding & { readonly lostMs: number } => {
  const channel = channelOf[speaker];
  const longest = toneSpans(channels[channel], chimeHz[speaker], chimeSearch)
    .map(({ fromFrame, untilFrame }) => msOf(untilFrame - fromFrame))
    .reduce((most, ms) => Math.max(most, ms), 0);
  const lostMs = Math.round(killedAtMs - saidAtMs - longest);
  // A little below zero is the packet in flight and the detector's error, further below it would not be our tone.
  const ok = longest > 2 * chimeMs && lostMs <= mostLostMs && lostMs >= -toleranceMs;
  const where = `${speaker.padEnd(8)} ${channelNames[channel].padEnd(5)}`;
  const text = `${where} tone held ${seconds(killedAtMs - saidAtMs)} before the kill, kept ${seconds(longest)}: lost ${Math.max(0, lostMs)} ms`;
  return { ok, text, lostMs };
};
