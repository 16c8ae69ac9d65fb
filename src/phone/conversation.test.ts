import assert from 'node:assert/strict';
import { test } from 'node:test';
import { levelDbov } from '#audio/level.ts';
import { energyAt, toneSpans } from '#audio/tone-spans.ts';
import { chimeHz, chimeMs, conversation, rendered, voices, wordsAtFrame } from './conversation.ts';
import { speak } from './voice.ts';

const man = { pitchHz: 112, formantScale: 1, pace: 1 };

/** Loudest of `candidates` in the middle of the samples. */
const loudest = (samples: Int16Array, candidates: readonly number[]): number | undefined =>
  candidates
    .map((hz) => ({ hz, energy: energyAt(samples, hz, (samples.length >> 1) - 160) }))
    .sort((a, b) => b.energy - a.energy)[0]?.hz;

test('in every sentence each chime is found once, where it was put, and no voice sounds like a chime', () => {
  for (const sentence of conversation) {
    const samples = rendered(sentence);
    for (const speaker of ['customer', 'agent'] as const) {
      const spans = toneSpans(samples, chimeHz[speaker], { floorDbov: -30 });
      if (speaker !== sentence.speaker) {
        assert.deepEqual(spans, [], `${sentence.text} has a chime of the ${speaker}`);
        continue;
      }
      assert.equal(spans.length, 1, sentence.text);
      const [span] = spans;
      assert.ok((span?.fromFrame ?? 99) < 80);
      assert.ok(Math.abs((span?.untilFrame ?? 0) / 8 - chimeMs) < 15);
    }
  }
});

test('every sentence is as loud as speech on a telephone and does not clip', () => {
  for (const sentence of conversation) {
    const words = rendered(sentence).subarray(wordsAtFrame);
    const level = levelDbov(words);
    assert.ok(level > -24 && level < -17, `${sentence.text}: ${level.toFixed(1)} dBov`);
    assert.ok(words.every((sample) => Math.abs(sample) < 32_000));
    assert.ok(words.length > 3000 && words.length < 48_000);
  }
});

test('vowels have their formants: the second one of IY lies high, that of UW low', () => {
  const second = [800, 900, 1000, 2200, 2300, 2400].map((hz) => Math.round(hz / 112) * 112);
  const high = loudest(speak('IY IY IY', man), second) ?? 0;
  const low = loudest(speak('UW UW UW', man), second) ?? 0;
  assert.ok(high > 2000, `IY at ${high}`);
  assert.ok(low < 1100, `UW at ${low}`);
});

test('an S hisses without a voice, a stop is silent before it bursts', () => {
  const hiss = speak('S S S', man);
  assert.ok(
    energyAt(hiss, 3600, hiss.length >> 1) > 20 * energyAt(hiss, 112, hiss.length >> 1),
    'nothing buzzes',
  );
  const stop = speak('AA T AA', man);
  const closed = levelDbov(stop, 8 * 140, 8 * 150);
  assert.ok(closed < levelDbov(stop, 8 * 40, 8 * 80) - 20, `${closed} in the closure`);
});

test('the voices are told apart by their pitch', () => {
  for (const [speaker, pitchHz] of [
    ['customer', 112],
    ['agent', 196],
  ] as const) {
    // The middle 60 ms of a long vowel, where the melody hardly moves.
    const vowel = speak('AX AX AX AX AX AX', voices[speaker]);
    const score = (lag: number): number => {
      let sum = 0;
      for (let i = vowel.length >> 1; i < (vowel.length >> 1) + 480; i++)
        sum += (vowel[i] ?? 0) * (vowel[i + lag] ?? 0);
      return sum;
    };
    const lags = Array.from({ length: 60 }, (_, i) => i + 32).sort((a, b) => score(b) - score(a));
    const found = 8000 / (lags[0] ?? 1);
    assert.ok(Math.abs(found / pitchHz - 1) < 0.15, `the ${speaker} speaks at ${found} Hz`);
  }
});
