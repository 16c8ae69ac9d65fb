import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schemas } from '../api/client.ts';
import { alarmDetail, alarmText } from './alarm-words.ts';

const alarmOf = (kind: string): Schemas['Alarm'] => ({
  id: 'a1',
  kind,
  subjectId: 'node-1',
  message: 'the words of the server',
  raisedAt: '2026-11-22T10:00:00Z',
  clearedAt: null,
});

test('recordings that wait are told in the reader’s language, with the server’s words on what to mend beside them', () => {
  const words = [
    ['finalise/other-folder', 'alarms.text.otherFolder'],
    ['disk/full', 'alarms.text.filesWait'],
    ['disk/read-only', 'alarms.text.filesWait'],
    ['disk/not-allowed', 'alarms.text.filesWait'],
    ['secrets/wrong-master-key', 'alarms.text.filesWait'],
  ] as const;
  for (const [kind, key] of words) {
    assert.equal(
      alarmText((each) => each, alarmOf(kind)),
      key,
    );
    assert.equal(alarmDetail(alarmOf(kind)), 'the words of the server');
  }
});
