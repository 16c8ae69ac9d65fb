import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { encodeFileHeader, encodeJournalFacts } from '#audio/container/journal-format.ts';
import {
  JournalReader,
  type AudioRecord,
  type JournalRecord,
} from '#audio/container/journal-reader.ts';
import { BlockScratch } from '#audio/container/journal-block.ts';
import { Fault } from '#base/fault.ts';
import type { TrackId } from '#core/ids.ts';
import type { JournalFile } from '#ports/journal-files.ts';
import { TrackWriter } from './track-writer.ts';

const key = new Uint8Array(32).fill(7);
const header = encodeFileHeader(
  encodeJournalFacts({
    callId: 'c',
    recordingId: 'r',
    trackId: 't',
    tenantId: 'n',
    participant: 1,
    participantKind: 'customer',
    segment: 1,
    startedAtMs: 0,
    startedAtMonoNs: '0',
    codec: 'PCMU',
    sealedKey: 'k',
  }),
);

/** A disk in memory that can be told to refuse. */
class MemoryFile implements JournalFile {
  bytes = Buffer.from(header);
  refuse: Fault | undefined;
  closed = 0;
  append(bytes: Uint8Array): void {
    if (this.refuse) throw this.refuse;
    this.bytes = Buffer.concat([this.bytes, bytes]);
  }
  async close(): Promise<void> {
    this.closed++;
    if (this.refuse) throw this.refuse;
  }
}

const setUp = () => {
  const file = new MemoryFile();
  const heard: string[] = [];
  const writer = new TrackWriter(
    {
      trackId: 't' as TrackId,
      file,
      cipher: makeBlockCipher(key, header),
      scratch: new BlockScratch(),
      listener: {
        sealed: (_, summary) => heard.push(`sealed ${summary.frames}`),
        failed: (_, code, summary) => heard.push(`failed ${code} ${summary.frames}`),
      },
      gone: () => heard.push('gone'),
    },
    header.length,
  );
  return { file, heard, writer };
};

const readAll = (file: MemoryFile): JournalRecord[] => {
  const reader = new JournalReader(makeBlockCipher(key, header), header.length);
  reader.push(file.bytes.subarray(header.length));
  const records: JournalRecord[] = [];
  for (let record = reader.next(); record; record = reader.next()) records.push(record);
  assert.equal(reader.end().flaw, undefined);
  return records;
};

const audioOf = (records: readonly JournalRecord[]): AudioRecord[] =>
  records.filter((record) => record.kind === 'audio');
const marksOf = (records: readonly JournalRecord[]): unknown[] =>
  records.filter((record) => record.kind === 'mark').map(({ mark }) => mark);
const samplesOf = (records: readonly JournalRecord[]): number[] =>
  audioOf(records).flatMap(({ runs }) => runs.flatMap(({ samples }) => [...samples]));

/** Packet `n` of 20 ms: samples that say where they belong, arriving on time plus `lateUs`. */
const packet = (n: number): Uint8Array =>
  Uint8Array.from({ length: 160 }, (_, i) => (n * 160 + i) % 251);
const send = (writer: TrackWriter, n: number, { base = 1000, lateUs = 0 } = {}): void => {
  writer.write(base + n * 160, 5e6 + (n + 1) * 20_000 + lateUs, 'PCMU', packet(n), 0, 160);
};

test('ten packets and an orderly end: every sample, one run, one end mark', async () => {
  const { file, heard, writer } = setUp();
  for (let n = 0; n < 10; n++) send(writer, n);
  writer.tick();
  const summary = writer.seal('ended', 6e6);
  assert.deepEqual(summary, {
    frames: 1600,
    lostFrames: 0,
    bytes: file.bytes.length,
    firstPacketAtMonoNs: '5020000000',
    lastPacketAtMonoNs: '5200000000',
  });
  const records = readAll(file);
  assert.equal(audioOf(records)[0]?.runs.length, 1);
  assert.equal(audioOf(records)[0]?.runs[0]?.timestamp, 1000);
  assert.deepEqual(
    samplesOf(records),
    Array.from({ length: 1600 }, (_, i) => i % 251),
  );
  assert.deepEqual(marksOf(records), [{ kind: 'end', reason: 'ended' }]);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(heard, ['gone', 'sealed 1600']);
  assert.equal(writer.seal('failed', 7e6).frames, 1600, 'sealing again changes nothing');
  assert.equal(file.closed, 1);
});

test('the pair kept for drift is the packet with the least delay, at the end of its samples', () => {
  const { file, writer } = setUp();
  const lateUs = [9000, 4000, 300, 8000];
  for (const [n, late] of lateUs.entries()) send(writer, n, { lateUs: late });
  writer.seal('ended', 6e6);
  assert.deepEqual(audioOf(readAll(file))[0]?.pair, {
    timestamp: 1000 + 3 * 160,
    arrivalMonoUs: 5e6 + 60_300,
  });
});

test('a lost packet costs a run, not a block, and is counted; a late or repeated one is not kept', () => {
  const { file, writer } = setUp();
  for (const n of [0, 1, 3, 2, 3, 4]) send(writer, n);
  const summary = writer.seal('ended', 6e6);
  assert.equal(summary.frames, 4 * 160);
  assert.equal(summary.lostFrames, 160);
  assert.equal(writer.lateFrames, 320);
  const [audio] = audioOf(readAll(file));
  assert.deepEqual(
    audio?.runs.map(({ timestamp, samples }) => [timestamp, samples.length]),
    [
      [1000, 320],
      [1480, 320],
    ],
  );
});

test('a packet that overlaps what is there gives only its new samples', () => {
  const { file, writer } = setUp();
  send(writer, 0);
  writer.write(
    1100,
    5.03e6,
    'PCMU',
    Uint8Array.from({ length: 160 }, (_, i) => i),
    0,
    160,
  );
  writer.seal('ended', 6e6);
  assert.deepEqual(samplesOf(readAll(file)).slice(158), [
    158,
    159,
    ...Array.from({ length: 100 }, (_, i) => 60 + i),
  ]);
});

test('a hold keeps every sample before it and none after, and the control call keeps them all', () => {
  const held = setUp();
  const control = setUp();
  for (const { writer } of [held, control]) for (let n = 0; n < 5; n++) send(writer, n);
  held.writer.hold('held-by-agent', 5.1e6);
  held.writer.hold('held-by-agent', 5.1e6);
  for (const { writer } of [held, control]) for (let n = 5; n < 20; n++) send(writer, n);
  held.writer.resume('held-by-agent', 5.4e6);
  for (const { writer } of [held, control]) for (let n = 20; n < 25; n++) send(writer, n);
  const summary = held.writer.seal('ended', 6e6);
  control.writer.seal('ended', 6e6);
  const all = samplesOf(readAll(control.file));
  assert.equal(all.length, 25 * 160, 'the control heard the held stretch');
  const records = readAll(held.file);
  assert.deepEqual(samplesOf(records), [...all.slice(0, 800), ...all.slice(3200)]);
  assert.equal(summary.lostFrames, 0, 'a hold is not a loss');
  assert.deepEqual(
    records.map((record) =>
      record.kind === 'mark' ? [record.mark, record.timestamp] : [record.runs[0]?.timestamp],
    ),
    [
      [1000],
      [{ kind: 'hold', reason: 'held-by-agent' }, 1800],
      [{ kind: 'resume', reason: 'held-by-agent' }, 4200],
      [4200],
      [{ kind: 'end', reason: 'ended' }, 5000],
    ],
  );
});

test('not one byte of a held stretch reaches the file, not even encrypted', () => {
  const { file, writer } = setUp();
  send(writer, 0);
  writer.hold('payment', 5.02e6);
  const before = file.bytes.length;
  for (let n = 1; n < 200; n++) send(writer, n);
  writer.tick();
  assert.equal(file.bytes.length, before);
});

test('a hold and a pause that overlap form a union: audio returns when both are over', () => {
  const { file, writer } = setUp();
  writer.hold('held-by-customer', 5e6);
  writer.hold('payment', 5e6);
  send(writer, 0);
  writer.resume('held-by-customer', 5.02e6);
  send(writer, 1);
  assert.ok(writer.isHeld);
  writer.resume('payment', 5.04e6);
  send(writer, 2);
  assert.equal(writer.seal('ended', 6e6).frames, 160);
  assert.deepEqual(samplesOf(readAll(file)), [...packet(2)]);
});

test('a packet of the held stretch that comes after the resume is not kept', () => {
  const { writer } = setUp();
  send(writer, 0);
  writer.hold('payment', 5.02e6);
  send(writer, 2);
  writer.resume('payment', 5.06e6);
  send(writer, 1);
  assert.equal(writer.seal('ended', 6e6).frames, 160);
});

test('a sender that restarts its timestamps begins a new epoch instead of being late for ever', () => {
  const { file, writer } = setUp();
  for (let n = 0; n < 3; n++) send(writer, n, { base: 900_000 });
  for (let n = 3; n < 6; n++) send(writer, n, { base: 0 });
  for (let n = 6; n < 9; n++) send(writer, n, { base: 2 ** 34 });
  const summary = writer.seal('ended', 6e6);
  assert.equal(summary.frames, 9 * 160);
  assert.equal(summary.lostFrames, 0);
  const records = readAll(file);
  assert.deepEqual(marksOf(records).slice(0, 2), [{ kind: 'epoch' }, { kind: 'epoch' }]);
  assert.equal(audioOf(records)[2]?.runs[0]?.timestamp, 2 ** 34 + 6 * 160);
});

test('a minute without packets is a gap, not a restart', () => {
  const { file, writer } = setUp();
  send(writer, 0);
  send(writer, 3000);
  const summary = writer.seal('ended', 7e7);
  assert.equal(summary.lostFrames, 2999 * 160);
  assert.deepEqual(marksOf(readAll(file)), [{ kind: 'end', reason: 'ended' }]);
});

test('a change of codec in mid call is marked and every sample keeps its own law', () => {
  const { file, writer } = setUp();
  send(writer, 0);
  writer.write(1160, 5.04e6, 'PCMA', packet(1), 0, 160);
  writer.seal('ended', 6e6);
  const records = readAll(file);
  assert.deepEqual(
    audioOf(records).map(({ codec }) => codec),
    ['PCMU', 'PCMA'],
  );
  assert.deepEqual(marksOf(records)[0], { kind: 'codec', codec: 'PCMA' });
});

test('a full disk fails the track once, keeps the call going and counts what is really there', async () => {
  const { file, heard, writer } = setUp();
  send(writer, 0);
  writer.tick();
  file.refuse = new Fault('disk/full', 'the disk is full');
  send(writer, 1);
  writer.tick();
  send(writer, 2);
  writer.tick();
  writer.hold('payment', 6e6);
  writer.seal('ended', 6e6);
  await new Promise(setImmediate);
  assert.deepEqual(heard, ['gone', 'failed disk/full 160']);
});

test('a disk that refuses the last sync fails the track instead of calling it sealed', async () => {
  const { file, heard, writer } = setUp();
  send(writer, 0);
  const append = file.append.bind(file);
  file.append = (bytes) => {
    append(bytes);
  };
  file.close = async () => {
    throw new Fault('disk/io', 'the medium is gone');
  };
  writer.seal('ended', 6e6);
  await new Promise(setImmediate);
  assert.deepEqual(heard, ['gone', 'failed disk/io 160']);
});

test('a hostile giant packet is kept whole over several blocks', () => {
  const { file, writer } = setUp();
  const giant = Uint8Array.from({ length: 20_000 }, (_, i) => i % 253);
  writer.write(-5, 5e6, 'PCMU', giant, 0, giant.length);
  writer.seal('ended', 6e6);
  const records = readAll(file);
  assert.deepEqual(samplesOf(records), [...giant]);
  assert.equal(audioOf(records)[0]?.runs[0]?.timestamp, -5);
  assert.ok(audioOf(records).every(({ pair }) => pair.arrivalMonoUs === 5e6));
});

test('whatever order, loss, holds and flushes: each kept sample lies once, at its own time, in order', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('send' as const), n: fc.nat(60) }) },
    fc.record({ do: fc.constantFrom('tick' as const, 'hold' as const, 'resume' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const { file, writer } = setUp();
      let expected = 0;
      let heardUpTo = -1;
      let held = false;
      for (const action of steps) {
        if (action.do === 'send') {
          send(writer, action.n);
          if (action.n > heardUpTo && !held) expected += 160;
          heardUpTo = Math.max(heardUpTo, action.n);
        } else if (action.do !== 'tick') held = action.do === 'hold';
        if (action.do === 'send') continue;
        if (action.do === 'tick') writer.tick();
        else writer[action.do]('payment', 5e6);
      }
      const summary = writer.seal('ended', 6e6);
      let next = -Infinity;
      let frames = 0;
      for (const { runs } of audioOf(readAll(file))) {
        for (const { timestamp, samples } of runs) {
          assert.ok(timestamp >= next);
          next = timestamp + samples.length;
          frames += samples.length;
          for (const [i, sample] of samples.entries())
            assert.equal(sample, (timestamp - 1000 + i) % 251);
        }
      }
      assert.equal(frames, expected);
      assert.equal(summary.frames, frames);
      assert.equal(summary.bytes, file.bytes.length);
    }),
  );
});

test('the time a key is held down is no loss, and a loss after the voice came back is one', () => {
  const { file, writer } = setUp();
  for (let n = 0; n < 5; n++) send(writer, n);
  for (let n = 5; n < 13; n++) writer.keyPressed(5e6 + (n + 1) * 20_000);
  for (const n of [13, 14, 16]) send(writer, n);
  const summary = writer.seal('ended', 6e6);
  assert.equal(summary.frames, 8 * 160);
  assert.equal(summary.lostFrames, 160, 'packet 15 alone');
  assert.deepEqual(marksOf(readAll(file)), [
    { kind: 'key-press' },
    { kind: 'end', reason: 'ended' },
  ]);
});
