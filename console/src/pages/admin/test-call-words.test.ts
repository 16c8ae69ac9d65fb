import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGood, outcomeText } from './test-call-words.ts';

const answered = {
  result: 'answered' as const,
  number: '+12025550123',
  callerNumber: '+12025550100',
  status: 200,
  reason: '',
  ringingAfterMs: 500,
  answeredAfterMs: 900,
  heard: 'sound' as 'nothing' | 'silence' | 'sound' | null,
  tookMs: 5000,
};
/** The key in place of its sentence, with what would be filled in. */
const t = (key: string, values?: Readonly<Record<string, unknown>>): string =>
  [key, ...Object.values(values ?? {}).map(String)].join(' ');

test('a trunk works only when sound came back', () => {
  assert.equal(isGood(answered), true);
  for (const heard of ['nothing', 'silence'] as const) {
    assert.equal(isGood({ ...answered, heard }), false);
    assert.notEqual(outcomeText(t, { ...answered, heard }), outcomeText(t, answered));
  }
});

test('a refusal that every carrier means alike is told by what to look at, any other by number and words', () => {
  const refused = { ...answered, result: 'refused' as const, heard: null };
  assert.equal(outcomeText(t, { ...refused, status: 407 }), 'trunk.refusedSignIn 407');
  assert.equal(outcomeText(t, { ...refused, status: 503 }), 'trunk.refusedFull 503');
  const odd = { ...refused, status: 481, reason: 'Gone' };
  assert.equal(outcomeText(t, odd), 'trunk.refused 481 Gone');
});

test('no answer after ringing is told apart from no ringing at all', () => {
  const silent = { ...answered, result: 'no-answer' as const, heard: null };
  assert.equal(outcomeText(t, silent), 'trunk.noAnswer');
  assert.equal(outcomeText(t, { ...silent, ringingAfterMs: null }), 'trunk.noRing');
});
