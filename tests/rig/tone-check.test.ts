import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeG711, encodeG711 } from '#audio/g711.ts';
import { joined, silence, tone } from '#audio/tones.ts';
import { checkTones, findTones, levelOf, tolerances } from './tone-check.ts';
import { wavOf } from './wav-of.ts';

const viaG711 = (samples: Int16Array): Int16Array => {
  const coded = new Uint8Array(samples.length);
  encodeG711('PCMU', samples, coded);
  const decoded = new Int16Array(samples.length);
  decodeG711('PCMU', coded, decoded);
  return decoded;
};
const customer = joined(
  silence(500),
  tone({ frequenciesHz: [440], durationMs: 2000 }),
  silence(500),
);
const agent = joined(silence(1000), tone({ frequenciesHz: [620], durationMs: 1500 }), silence(500));
const wav = wavOf(viaG711(customer), viaG711(agent));
const plan = [
  { channel: 0, frequencyHz: 440, fromMs: 500, untilMs: 2500 },
  { channel: 1, frequencyHz: 620, fromMs: 1000, untilMs: 2500 },
];

test('a dual-channel call with the planned tones passes, edges within the stated tolerance', () => {
  checkTones(wav, plan, { absentHz: [500, 880] });
  for (const [i, found] of findTones(wav, [440, 620]).entries()) {
    assert.ok(Math.abs(found.fromMs - (plan[i]?.fromMs ?? NaN)) <= tolerances.detection);
    assert.ok(Math.abs(found.untilMs - (plan[i]?.untilMs ?? NaN)) <= tolerances.detection);
    assert.ok(Math.abs(found.levelDbov + 16) < 1);
  }
});

test('swapped channels, a shifted tone, a missing tone and a stranger are each noticed', () => {
  const fails = (bytes: Uint8Array): void =>
    assert.throws(() => checkTones(bytes, plan, { absentHz: [880] }), { code: 'ERR_ASSERTION' });
  fails(wavOf(agent, customer));
  fails(wavOf(joined(silence(20), customer), agent));
  fails(wavOf(customer, silence(3000)));
  fails(wavOf(customer, joined(agent, tone({ frequenciesHz: [880], durationMs: 200 }))));
  fails(wavOf(customer, customer));
});

test('a hole in a tone where a second of audio was lost is noticed', () => {
  const holed = Int16Array.from(customer);
  holed.fill(0, 12_000, 13_600);
  assert.throws(() => checkTones(wavOf(holed, agent), plan), { code: 'ERR_ASSERTION' });
});

test('both voices are heard in a mixed file, each at its time', () => {
  const mixed = customer.map((value, i) => value + (agent[i] ?? 0));
  checkTones(
    wavOf(mixed),
    plan.map((expected) => ({ ...expected, channel: 0 })),
  );
});

test('the level of a stretch', () => {
  assert.equal(levelOf(wav, 0, 0, 400), -127);
  assert.ok(Math.abs(levelOf(wav, 0, 600, 2400) + 16) < 0.5);
});
