import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { JournalRecord } from '#audio/container/journal-reader.ts';
import { salvageJournalFile } from './journal-salvage.ts';
import { DiskJournalSource } from './journal-source.ts';
import { testKeys, writeJournal } from '../../../tests/rig/journals.ts';

const folder = mkdtempSync(join(tmpdir(), 'callreel-salvage-'));
after(() => rmSync(folder, { recursive: true }));
const keys = testKeys();

const payload = Uint8Array.from({ length: 160 }, (_, i) => i);

/** Half a second per block, with a hold and a lost packet: returns the bytes of a good journal. */
const goodJournal = async (path: string, packets = 60) => {
  const summary = await writeJournal({ path, keys }, (writer) => {
    for (let n = 0; n < packets; n++) {
      if (n === 12) writer.hold('payment', n * 20_000);
      if (n === 15) writer.resume('payment', n * 20_000);
      if (n !== 20) writer.write(n * 160, n * 20_000, 'PCMU', payload, 0, 160);
      if (n % 25 === 24) writer.tick();
    }
  });
  return { summary, bytes: readFileSync(path) };
};

const recordsOf = async (path: string): Promise<JournalRecord[]> => {
  const reading = await new DiskJournalSource(keys).open(path);
  const records: JournalRecord[] = [];
  for await (const record of reading.records()) records.push(record);
  assert.equal(reading.end().flaw, undefined);
  return records;
};

test('a journal that ended in good order is left as it is, and counts as its writer counted', async () => {
  const path = join(folder, 'good.crj');
  const { summary, bytes } = await goodJournal(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const salvaged = await salvageJournalFile(path, keys);
  assert.equal(salvaged.changed, false);
  assert.equal(salvaged.cutBytes, 0);
  assert.equal(salvaged.facts.callId, 'call-1');
  assert.equal(salvaged.summary.frames, summary.frames);
  assert.equal(salvaged.summary.frames, (60 - 4) * 160);
  assert.equal(salvaged.summary.lostFrames, summary.lostFrames);
  assert.equal(salvaged.summary.lostFrames, 160);
  assert.equal(salvaged.summary.bytes, summary.bytes);
  assert.deepEqual(readFileSync(path), bytes);
});

test('torn at every byte of the last two blocks: cut, ended, readable, and repeating changes nothing', async () => {
  const path = join(folder, 'torn.crj');
  const { bytes } = await goodJournal(path, 30);
  const records = await recordsOf(path);
  const lastAudio = records.findLastIndex(({ kind }) => kind === 'audio');
  // 32 + 2 + 6 + samples + 16 of the last audio block, 32 + JSON + 16 of the end mark
  const endBytes = 32 + '{"kind":"end","reason":"ended"}'.length + 16;
  const last = records[lastAudio];
  assert.ok(last?.kind === 'audio');
  const from = bytes.length - endBytes - (32 + 2 + 6 * last.runs.length + last.frames + 16);
  for (let length = from; length < bytes.length; length++) {
    writeFileSync(path, bytes.subarray(0, length));
    const salvaged = await salvageJournalFile(path, keys);
    const kept = length >= bytes.length - endBytes ? bytes.length - endBytes : from;
    assert.equal(salvaged.cutBytes, length - kept, `torn at ${length}`);
    assert.equal(salvaged.changed, true);
    const once = readFileSync(path);
    assert.equal(salvaged.summary.bytes, once.length);
    const again = await salvageJournalFile(path, keys);
    assert.equal(again.changed, false);
    assert.deepEqual(readFileSync(path), once);
    if (length % 97 !== 0 && length !== from) continue;
    const end = (await recordsOf(path)).at(-1);
    assert.ok(end?.kind === 'mark');
    assert.deepEqual(end.mark, { kind: 'end', reason: 'salvaged' });
  }
});

test('a salvage that was killed after any step gives the same file when it is repeated', async () => {
  const path = join(folder, 'twice.crj');
  const { bytes } = await goodJournal(path, 30);
  const torn = bytes.subarray(0, bytes.length - 50);
  writeFileSync(path, torn);
  await salvageJournalFile(path, keys);
  const done = readFileSync(path);
  for (let length = done.length - 80; length < done.length; length++) {
    writeFileSync(path, done);
    truncateSync(path, length);
    await salvageJournalFile(path, keys);
    assert.deepEqual(readFileSync(path), done, `killed at ${length}`);
  }
});

test('a bad sector in the middle costs its block: salvage throws away nothing that is whole', async () => {
  const path = join(folder, 'sector.crj');
  const { bytes, summary } = await goodJournal(path, 100);
  const headerBytes = 16 + bytes.readUInt32BE(8);
  bytes.fill(0, headerBytes + 100, headerBytes + 612);
  writeFileSync(path, bytes.subarray(0, bytes.length - 5));
  const salvaged = await salvageJournalFile(path, keys);
  // The first block holds the twelve packets before the hold
  assert.equal(salvaged.summary.frames, summary.frames - 12 * 160);
  assert.equal(salvaged.damages, 1);
  assert.ok(salvaged.cutBytes > 0 && salvaged.cutBytes < 100);
  const again = await salvageJournalFile(path, keys);
  assert.deepEqual([again.changed, again.summary.frames], [false, salvaged.summary.frames]);
});

test('a journal without one whole block becomes an empty recording, not an error', async () => {
  const path = join(folder, 'empty.crj');
  const { bytes } = await goodJournal(path, 30);
  const headerBytes = 16 + bytes.readUInt32BE(8);
  writeFileSync(path, bytes.subarray(0, headerBytes + 20));
  const { summary, cutBytes } = await salvageJournalFile(path, keys);
  assert.deepEqual(
    { ...summary, cutBytes },
    {
      frames: 0,
      lostFrames: 0,
      bytes: statSync(path).size,
      firstPacketAtMonoNs: null,
      lastPacketAtMonoNs: null,
      cutBytes: 20,
    },
  );
});

test('a torn file header is named: no audio can be there', async () => {
  const path = join(folder, 'headless.crj');
  const { bytes } = await goodJournal(path, 30);
  writeFileSync(path, bytes.subarray(0, 100));
  await assert.rejects(salvageJournalFile(path, keys), {
    code: 'journal/unreadable',
    facts: { path, rule: 'short' },
  });
  await assert.rejects(salvageJournalFile(join(folder, 'none.crj'), keys), {
    code: 'journal/missing',
  });
});

test('under another master key nothing is cut: the key is refused by name', async () => {
  const path = join(folder, 'foreign.crj');
  const { bytes } = await goodJournal(path, 30);
  const foreign = testKeys(new Uint8Array(32).fill(2));
  await assert.rejects(salvageJournalFile(path, foreign), { code: 'secrets/wrong-master-key' });
  assert.deepEqual(readFileSync(path), bytes);
});

test('reading an hour of audio needs no more memory than reading a minute', async () => {
  const path = join(folder, 'hour.crj');
  await writeJournal({ path, keys }, (writer) => {
    for (let n = 0; n < 180_000; n++) {
      writer.write(n * 160, n * 20_000, 'PCMU', payload, 0, 160);
      if (n % 25 === 24) writer.tick();
    }
  });
  assert.ok(statSync(path).size > 28_000_000);
  const before = process.memoryUsage().rss;
  const { summary } = await salvageJournalFile(path, keys);
  assert.equal(summary.frames, 180_000 * 160);
  // Half of the file: far above one chunk and the collector's slack, far below holding it whole with its clear text.
  assert.ok(process.memoryUsage().rss - before < 14_000_000 * 2);
});
