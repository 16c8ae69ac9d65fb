import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgetRung, isFresh, keepRung, keptRung, type Found } from './rung-call.ts';

const askedAt = '2026-03-01T10:00:00.000Z';
const after = (seconds: number): number => Date.parse(askedAt) + seconds * 1000;
const ended = (state: Found['recordings'][number]['state']): Found => ({
  endedAt: new Date(after(15)).toISOString(),
  recordings: [{ state }],
});

test('a call is shown again while it goes on, while its recording is made, and for a minute after it', () => {
  const talking: Found = { endedAt: null, recordings: [{ state: 'capturing' }] };
  assert.equal(isFresh(talking, askedAt, after(3600)), true);
  assert.equal(isFresh(ended('sealed'), askedAt, after(3600)), true);
  assert.equal(isFresh(ended('ready'), askedAt, after(60)), true);
  assert.equal(isFresh(ended('ready'), askedAt, after(80)), false);
  assert.equal(isFresh(ended('failed'), askedAt, after(80)), false);
});

test('a call that the server does not list yet is waited for, but not for long', () => {
  assert.equal(isFresh(null, askedAt, after(2)), true);
  assert.equal(isFresh(null, askedAt, after(120)), false);
});

test('what was asked for is known until it is forgotten', () => {
  const rung = {
    call: { number: '1000', callerNumber: '+12025550123', askedAt },
    order: { numberId: 'n', agentId: 'a', onBuiltInPhone: true },
  };
  assert.equal(keptRung(), null);
  keepRung(rung);
  assert.deepEqual(keptRung(), rung);
  forgetRung();
  assert.equal(keptRung(), null);
});
