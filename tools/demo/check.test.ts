import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joined, silence } from '#audio/tones.ts';
import { chime, conversation, rendered } from '#phone/conversation.ts';
import { channelOf, checkCut, checkSentences, type SaidSentence } from './check.ts';

const startedAtMs = 1_000_000;

/** A recording as it should be: every sentence in its channel, one after the other. */
const goodRecording = () => {
  const channels: [Int16Array, Int16Array] = [silence(0), silence(0)];
  const said: SaidSentence[] = [];
  for (const sentence of conversation) {
    const samples = rendered(sentence);
    const own = channelOf[sentence.speaker];
    const saidAtMs = startedAtMs + channels[0].length / 8 + 200;
    said.push({ ...sentence, saidAtMs, frames: samples.length });
    channels[own] = joined(channels[own], silence(200), samples);
    const other = own === 0 ? 1 : 0;
    channels[other] = joined(channels[other], silence(200), silence(samples.length / 8));
  }
  return { channels, said };
};

const verdict = (channels: readonly [Int16Array, Int16Array], said: readonly SaidSentence[]) =>
  checkSentences(channels, said, startedAtMs).every(({ ok }) => ok);

test('the demo accepts a recording in which each voice lies in its channel at its time', () => {
  const { channels, said } = goodRecording();
  assert.deepEqual(
    checkSentences(channels, said, startedAtMs).filter(({ ok }) => !ok),
    [],
  );
});

test('the demo refuses swapped channels, a mix on both sides, a late voice, a lost sentence and a silent file', () => {
  const { channels, said } = goodRecording();
  const [left, right] = channels;
  assert.ok(!verdict([right, left], said), 'swapped');
  const mixed = left.map((sample, i) => sample + (right[i] ?? 0));
  assert.ok(!verdict([mixed, mixed], said), 'mixed');
  assert.ok(!verdict([joined(silence(150), left), right], said), '150 ms late');
  const cut = left.slice();
  cut.fill(0, cut.length >> 1);
  assert.ok(!verdict([cut, right], said), 'half of it missing');
  assert.ok(!verdict([silence(5000), silence(5000)], said), 'silent');
  assert.ok(!verdict(channels, said.slice(0, -1)), 'a sentence that nobody said');
});

test('what a kill cost is read from where the held tone ends', () => {
  const kept = joined(silence(500), chime('agent', 2000));
  const held = { speaker: 'agent', saidAtMs: startedAtMs } as const;
  const cut = (killedAfterMs: number) =>
    checkCut([silence(2500), kept], held, startedAtMs + killedAfterMs);
  const half = cut(2500);
  assert.ok(half.ok && Math.abs(half.lostMs - 500) < 15, half.text);
  assert.ok(!cut(3200).ok, 'more than a second');
  assert.ok(!cut(1000).ok, 'a tone that outlives the kill is not the one that was held');
});
