import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallId, TenantId } from '../ids.ts';
import {
  channelsOf,
  fileName,
  parseRendition,
  participantOf,
  peaksKey,
  renditionKey,
} from './renditions.ts';

const callId = '0d7f' as CallId;
const name = {
  tenantId: 't1' as TenantId,
  callId,
  segment: 1,
  startedAtMs: Date.UTC(2026, 10, 21, 23, 59, 59, 999),
};

test('reads the renditions the API names and no others', () => {
  assert.equal(parseRendition('mixed'), 'mixed');
  assert.equal(parseRendition('dual-channel'), 'dual-channel');
  assert.equal(parseRendition('participant-12'), 'participant-12');
  for (const wrong of ['Mixed', 'participant-0', 'participant-01', 'participant-', '../mixed', ''])
    assert.equal(parseRendition(wrong), undefined, wrong);
  assert.equal(participantOf('participant-12'), 12);
  assert.equal(participantOf('mixed'), null);
  assert.equal(channelsOf('dual-channel'), 2);
});

test('puts a rendition and its peaks under the UTC day the recording began', () => {
  assert.equal(
    renditionKey(name, 'dual-channel', 'mp3'),
    'recordings/t1/2026/11/21/call-0d7f-1-dual-channel.mp3',
  );
  assert.equal(peaksKey(name, 'mixed'), 'recordings/t1/2026/11/21/call-0d7f-1-mixed.peaks');
});

test('names the file a person gets as the public surface says', () => {
  assert.equal(fileName({ callId, format: 'mp3' }), 'call-0d7f.mp3');
  assert.equal(fileName({ callId, format: 'mp3', segment: 2 }), 'call-0d7f-2.mp3');
  assert.equal(fileName({ callId, format: 'mp3', segment: 2, part: 3 }), 'call-0d7f-2-part3.mp3');
  assert.equal(fileName({ callId, format: 'mp3', part: 1 }), 'call-0d7f-part1.mp3');
  assert.equal(
    fileName({ callId, format: 'wav', rendition: 'participant-2' }),
    'call-0d7f-participant-2.wav',
  );
});

test('agrees with the calendar on every day from 1970 to 2110', () => {
  for (let day = 0; day < 51_000; day++) {
    const startedAtMs = day * 86_400_000 + 43_200_000;
    const expected = new Date(startedAtMs).toISOString().slice(0, 10).replaceAll('-', '/');
    assert.ok(renditionKey({ ...name, startedAtMs }, 'mixed', 'mp3').includes(`/${expected}/`));
  }
});
