/** Judges a recording by its content: which tone sounds in which channel, and when. */
import assert from 'node:assert/strict';
import { decodeWav } from '#audio/container/wav.ts';
import { levelDbov } from '#audio/level.ts';
import { toneSpans, type ToneSearch } from '#audio/tone-spans.ts';
import { sampleRateHz } from '#audio/tones.ts';

/**
 * How far an edge may lie from the plan, each with its reason. Sum those that apply.
 */
export const tolerances = {
  /** Hop of 5 ms, soft edges of 5 ms, and a lone tone's edge is found at half a window. */
  detection: 12,
  /** MP3 at 8 kHz: frames of 72 ms spread an edge over a granule (36 ms). */
  mp3: 36,
  /** A phone on this machine sends whole packets and its first one waits for the answer: one packet each way. */
  phonePacket: 40,
} as const;

export interface ExpectedTone {
  /** 0 = left or mono, 1 = right. */
  readonly channel: number;
  readonly frequencyHz: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface FoundTone extends ExpectedTone {
  readonly levelDbov: number;
}

/** Every span of every asked frequency in every channel, in order of time. */
export const findTones = (
  wav: Uint8Array,
  frequenciesHz: readonly number[],
  search: ToneSearch = {},
): FoundTone[] => {
  const decoded = decodeWav(wav);
  assert.ok(decoded.ok, decoded.ok ? '' : `not a sound WAV file: ${decoded.error.rule}`);
  const { info, channels } = decoded.value;
  assert.equal(info.sampleRateHz, sampleRateHz);
  const msOf = (frame: number): number => (frame * 1000) / sampleRateHz;
  return channels
    .flatMap((samples, channel) =>
      frequenciesHz.flatMap((frequencyHz) =>
        toneSpans(samples, frequencyHz, search).map((span) => ({
          channel,
          frequencyHz,
          fromMs: msOf(span.fromFrame),
          untilMs: msOf(span.untilFrame),
          levelDbov: span.levelDbov,
        })),
      ),
    )
    .sort((a, b) => a.fromMs - b.fromMs || a.channel - b.channel);
};

const described = (tones: readonly ExpectedTone[]): string =>
  tones
    .map(
      ({ channel, frequencyHz, fromMs, untilMs }) =>
        `  channel ${channel}: ${frequencyHz} Hz from ${fromMs.toFixed(0)} to ${untilMs.toFixed(0)} ms`,
    )
    .join('\n');

export interface ToneCheckOptions {
  /** See `tolerances`; default `tolerances.detection`. */
  readonly toleranceMs?: number;
  /** Frequencies that must not sound anywhere, besides the planned ones elsewhere than planned. */
  readonly absentHz?: readonly number[];
  readonly search?: ToneSearch;
}

/** Fails unless exactly the planned tones sound, each in its channel and at its time. */
export const checkTones = (
  wav: Uint8Array,
  plan: readonly ExpectedTone[],
  { toleranceMs = tolerances.detection, absentHz = [], search = {} }: ToneCheckOptions = {},
): void => {
  const frequencies = new Set([...plan.map(({ frequencyHz }) => frequencyHz), ...absentHz]);
  const found = findTones(wav, [...frequencies], search);
  const fits = (want: ExpectedTone, got: ExpectedTone): boolean =>
    want.channel === got.channel &&
    want.frequencyHz === got.frequencyHz &&
    Math.abs(want.fromMs - got.fromMs) <= toleranceMs &&
    Math.abs(want.untilMs - got.untilMs) <= toleranceMs;
  const missing = plan.filter((want) => !found.some((got) => fits(want, got)));
  const surplus = found.filter((got) => !plan.some((want) => fits(want, got)));
  assert.ok(
    missing.length === 0 && surplus.length === 0,
    `expected and not found (±${toleranceMs} ms):\n${described(missing)}\nfound and not expected:\n${described(surplus)}`,
  );
};

/** Level of a stretch of one channel in dBov; −127 is digital silence. */
export const levelOf = (
  wav: Uint8Array,
  channel: number,
  fromMs: number,
  untilMs: number,
): number => {
  const decoded = decodeWav(wav);
  assert.ok(decoded.ok, decoded.ok ? '' : `not a sound WAV file: ${decoded.error.rule}`);
  const samples = decoded.value.channels[channel];
  assert.ok(samples, `there is no channel ${channel}`);
  const frameOf = (ms: number): number => Math.round((ms * sampleRateHz) / 1000);
  return levelDbov(samples, frameOf(fromMs), Math.min(frameOf(untilMs), samples.length));
};
