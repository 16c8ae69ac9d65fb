import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalRecord } from '#audio/container/journal-reader.ts';
import type { JournalMark } from '#core/recording/marks.ts';
import { surveyTrack } from './survey.ts';

const voice = (timestamp: number): JournalRecord => ({
  kind: 'audio',
  number: 0,
  codec: 'PCMU',
  frames: 800,
  runs: [{ timestamp, samples: new Uint8Array(800) }],
  pair: { timestamp: timestamp + 800, arrivalMonoUs: (timestamp + 800) * 125 },
});
const note = (mark: JournalMark): JournalRecord => ({
  kind: 'mark',
  number: 0,
  mark,
  timestamp: 0,
  atMonoUs: 0,
});

const gapsOf = async (...records: JournalRecord[]): Promise<(readonly [number, number])[]> => {
  const read = async function* (): AsyncGenerator<JournalRecord> {
    for (const record of records) yield await Promise.resolve(record);
  };
  const { gaps } = await surveyTrack(read(), 0);
  return gaps.map(({ fromTimestamp, toTimestamp }) => [fromTimestamp, toTimestamp] as const);
};

test('voice that is missing behind a key press was not lost; the next that is missing was', async () => {
  const pressed = note({ kind: 'key-press' });
  assert.deepEqual(await gapsOf(voice(0), voice(2400)), [[800, 2400]], 'the control is a loss');
  assert.deepEqual(await gapsOf(voice(0), pressed, voice(2400)), []);
  assert.deepEqual(await gapsOf(voice(0), pressed, voice(2400), voice(4800)), [[3200, 4800]]);
});
