import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { AudioBlock, BlockScratch, sealBlock, sealMark } from './journal-block.ts';
import {
  blockHeaderBytes,
  blockNonce,
  encodeFileHeader,
  encodeJournalFacts,
  factsLimitBytes,
  readBlockHeader,
  readFileHeader,
  tagBytes,
  writeBlockHeader,
  type JournalFacts,
} from './journal-format.ts';
import { JournalReader, type JournalRecord } from './journal-reader.ts';

const facts: JournalFacts = {
  callId: 'c',
  recordingId: 'r',
  trackId: 't',
  tenantId: 'n',
  participant: 2,
  participantKind: 'agent',
  segment: 1,
  startedAtMs: 1_700_000_000_000,
  startedAtMonoNs: '123456789',
  codec: 'PCMA',
  sealedKey: 's1.x.y',
};
const fileHeader = encodeFileHeader(encodeJournalFacts(facts));
const key = new Uint8Array(32).fill(3);
const cipher = makeBlockCipher(key, fileHeader);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string): Uint8Array => Buffer.from(text.replaceAll(/\s|#.*$/gm, ''), 'hex');

const readAll = (bytes: Uint8Array, chunkBytes = bytes.length, opener = cipher) => {
  const reader = new JournalReader(opener, fileHeader.length);
  const records: JournalRecord[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    reader.push(bytes.subarray(at, at + chunkBytes));
    for (let record = reader.next(); record; record = reader.next()) records.push(record);
  }
  return { records, end: reader.end() };
};

/** Three audio blocks with a loss inside, a mark between, an orderly end. */
const wholeJournal = (): { bytes: Uint8Array; ends: number[] } => {
  const scratch = new BlockScratch();
  const block = new AudioBlock();
  const chunks: Uint8Array[] = [];
  const push = (timestamp: number): void => {
    const payload = Uint8Array.from({ length: 160 }, (_, i) => i);
    block.add('PCMA', timestamp, payload, 0, 160);
    block.stamp(timestamp + 160, 1000 + timestamp * 125);
    block.add('PCMA', timestamp + 480, payload, 0, 160);
    block.stamp(timestamp + 640, 900 + (timestamp + 480) * 125);
    const header = block.take(chunks.length, scratch.body);
    const size = sealBlock(
      cipher,
      header,
      scratch.body.subarray(0, header.bodyBytes),
      scratch.sealed,
    );
    chunks.push(scratch.sealed.slice(0, size));
  };
  push(0);
  chunks.push(
    sealMark(cipher, { number: 1, timestamp: 640, monoUs: 7 }, { kind: 'hold', reason: 'payment' }),
  );
  push(800);
  push(1600);
  chunks.push(
    sealMark(cipher, { number: 4, timestamp: 2240, monoUs: 9 }, { kind: 'end', reason: 'ended' }),
  );
  let at = 0;
  const ends = chunks.map((chunk) => (at += chunk.length));
  return { bytes: Buffer.concat(chunks), ends };
};

test('the file header in bytes', () => {
  const header = encodeFileHeader(Buffer.from('{}'));
  assert.equal(
    hex(header.subarray(0, 12)),
    hex(
      bytesOf(`
        43524a31 # magic CRJ1
        0001     # version
        0000     # reserved
        00000002 # length of the facts`),
    ),
  );
  assert.equal(hex(header.subarray(16)), '7b7d');
  const read = readFileHeader(fileHeader);
  assert.deepEqual(read, { ok: true, value: { facts, bytes: fileHeader } });
});

test('a block header in bytes, there and back', () => {
  const bytes = bytesOf(`
    4342             # magic CB
    01               # audio
    01               # A-law
    0000002a         # block 42
    00000fa8         # body of 4,008 bytes
    000000a0         # the least-delayed packet ended 160 ticks in
    0000000312345678 # extended timestamp: third wrap
    0000000100000001 # 4,294,967,297 ns`);
  const header = readBlockHeader(bytes, 0);
  assert.deepEqual(header, {
    kind: 1,
    flags: 1,
    number: 42,
    bodyBytes: 4008,
    pairTicks: 160,
    timestamp: 3 * 2 ** 32 + 0x12345678,
    monoUs: 4_294_967.297,
  });
  assert.ok(header);
  const written = new Uint8Array(blockHeaderBytes);
  writeBlockHeader(written, 0, header);
  assert.equal(hex(written), hex(bytes));
});

test('timestamps and instants survive the header over their whole range', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 48), max: 2 ** 48 }),
      fc.maxSafeNat().map((ns) => ns / 1000),
      (timestamp, monoUs) => {
        const bytes = new Uint8Array(blockHeaderBytes);
        const numbers = { kind: 1, flags: 0, number: 1, bodyBytes: 1, pairTicks: 1 };
        writeBlockHeader(bytes, 0, { ...numbers, timestamp, monoUs });
        const read = readBlockHeader(bytes, 0);
        assert.ok(read);
        assert.equal(read.timestamp, timestamp);
        assert.ok(Math.abs(read.monoUs - monoUs) < 0.01, 'within 10 ns');
      },
    ),
  );
});

test('the nonce is the block number, and salvage has a range of its own', () => {
  const header = new Uint8Array(blockHeaderBytes);
  const numbers = {
    kind: 2,
    number: 0x01020304,
    bodyBytes: 0,
    pairTicks: 0,
    timestamp: 0,
    monoUs: 0,
  };
  writeBlockHeader(header, 0, { ...numbers, flags: 0x01 });
  assert.equal(hex(blockNonce(header)), '000000000000000001020304');
  writeBlockHeader(header, 0, { ...numbers, flags: 0x81 });
  assert.equal(hex(blockNonce(header)), '800000000000000001020304');
});

test('a whole journal reads back in chunks of any size', () => {
  const { bytes } = wholeJournal();
  const { records, end } = readAll(bytes);
  assert.deepEqual(
    records.map((record) =>
      record.kind === 'mark'
        ? record.mark
        : record.runs.map(({ timestamp, samples }) => [timestamp, samples.length]),
    ),
    [
      [
        [0, 160],
        [480, 160],
      ],
      { kind: 'hold', reason: 'payment' },
      [
        [800, 160],
        [1280, 160],
      ],
      [
        [1600, 160],
        [2080, 160],
      ],
      { kind: 'end', reason: 'ended' },
    ],
  );
  assert.deepEqual(end, {
    goodBytes: fileHeader.length + bytes.length,
    blocks: 5,
    ended: true,
    flaw: undefined,
    damages: 0,
  });
  for (const chunkBytes of [1, 7, 33, 400]) {
    assert.deepEqual(readAll(bytes, chunkBytes), { records, end });
  }
});

test('torn at any byte, the journal keeps every whole block before it', () => {
  const { bytes, ends } = wholeJournal();
  for (let length = 0; length < bytes.length; length++) {
    const { records, end } = readAll(bytes.subarray(0, length));
    const whole = ends.filter((at) => at <= length);
    assert.equal(records.length, whole.length, `torn at ${length}`);
    assert.equal(end.goodBytes, fileHeader.length + (whole.at(-1) ?? 0));
    assert.equal(end.ended, false);
    assert.equal(end.flaw === undefined, (whole.at(-1) ?? 0) === length);
  }
});

test('a flipped bit anywhere in a block costs that block, and the blocks behind it are still read', () => {
  const { bytes, ends } = wholeJournal();
  const [first = 0, second = 0, third = 0] = ends;
  for (let bit = first * 8; bit < third * 8; bit++) {
    const altered = Uint8Array.from(bytes);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const { records, end } = readAll(altered);
    const damaged = bit < second * 8 ? 1 : 2;
    // A length that was made longer may run over the end of this short journal: then it is torn there
    const inLength = (bit >> 3) - (damaged === 1 ? first : second) - 8;
    if (inLength >= 0 && inLength < 4 && end.flaw?.rule === 'torn') {
      assert.equal(records.length, damaged);
      continue;
    }
    assert.deepEqual(
      records.map(({ number }) => number),
      [0, 1, 2, 3, 4].filter((number) => number !== damaged),
      `bit ${bit}`,
    );
    assert.equal(end.flaw?.offset, fileHeader.length + (damaged === 1 ? first : second));
    assert.equal(end.damages, 1);
    assert.equal(end.ended, true);
    assert.equal(end.goodBytes, fileHeader.length + bytes.length);
  }
});

test('a hole of zeros that a power cut left costs what it covers, read in chunks of any size', () => {
  const { bytes, ends } = wholeJournal();
  const holed = Uint8Array.from(bytes);
  holed.fill(0, (ends[0] ?? 0) - 20, (ends[1] ?? 0) + 10);
  for (const chunkBytes of [1, 50, bytes.length]) {
    const { records, end } = readAll(holed, chunkBytes);
    assert.deepEqual(
      records.map(({ number }) => number),
      [3, 4],
    );
    assert.deepEqual([end.damages, end.flaw?.offset, end.ended], [1, fileHeader.length, true]);
  }
});

test('a flipped bit in the file header is refused', () => {
  for (let bit = 0; bit < fileHeader.length * 8; bit++) {
    const altered = Uint8Array.from(fileHeader);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(readFileHeader(altered).ok, false, `bit ${bit}`);
  }
});

test('another key, or the key with another header, opens nothing', () => {
  const { bytes } = wholeJournal();
  const otherKey = makeBlockCipher(new Uint8Array(32).fill(4), fileHeader);
  const otherTrack = makeBlockCipher(
    key,
    encodeFileHeader(encodeJournalFacts({ ...facts, trackId: 'u' })),
  );
  for (const opener of [otherKey, otherTrack]) {
    const { records, end } = readAll(bytes, bytes.length, opener);
    assert.equal(records.length, 0);
    assert.equal(end.flaw?.rule, 'tag');
  }
});

test('two tracks under one recording key never seal alike, although their blocks have the same numbers', () => {
  const other = encodeFileHeader(encodeJournalFacts({ ...facts, trackId: 'u' }));
  const place = { number: 0, timestamp: 0, monoUs: 0 };
  const mark = { kind: 'epoch' };
  const [one, two] = [cipher, makeBlockCipher(key, other)].map((sealer) =>
    hex(sealMark(sealer, place, mark).subarray(blockHeaderBytes)),
  );
  assert.notEqual(one, two);
});

test('the samples are not on disk in clear', () => {
  const block = new AudioBlock();
  const scratch = new BlockScratch();
  block.add('PCMU', 0, new Uint8Array(4000).fill(0x55), 0, 4000);
  block.stamp(4000, 1);
  const header = block.take(0, scratch.body);
  const size = sealBlock(
    cipher,
    header,
    scratch.body.subarray(0, header.bodyBytes),
    scratch.sealed,
  );
  assert.equal(size, blockHeaderBytes + 2 + 6 + 4000 + tagBytes);
  assert.equal(Buffer.from(scratch.sealed).indexOf(Buffer.alloc(8, 0x55)), -1);
});

test('blocks that were swapped, repeated or left out are noticed, and time never runs back', () => {
  const { bytes, ends } = wholeJournal();
  const blocks = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
  const [a = bytes, b = bytes, c = bytes, , e = bytes] = blocks;
  const rows: [Uint8Array[], number[]][] = [
    [
      [a, c, b],
      [0, 2],
    ],
    [[a, a], [0]],
    [[b], [1]],
    [
      [a, b, e],
      [0, 1, 4],
    ],
  ];
  for (const [order, numbers] of rows) {
    const { records, end } = readAll(Buffer.concat(order));
    assert.deepEqual(
      records.map(({ number }) => number),
      numbers,
    );
    assert.equal(end.flaw?.rule, 'number');
  }
});

test('bytes behind the end mark are refused', () => {
  const { bytes } = wholeJournal();
  assert.equal(readAll(Buffer.concat([bytes, bytes])).end.flaw?.rule, 'after-end');
});

test('facts longer than 4,096 bytes are refused at both ends', () => {
  const long = { ...facts, callId: 'x'.repeat(factsLimitBytes) };
  assert.throws(() => encodeJournalFacts(long), { code: 'journal/facts-too-long' });
  const claims = Uint8Array.from(fileHeader);
  new DataView(claims.buffer).setUint32(8, factsLimitBytes + 1);
  assert.deepEqual(readFileHeader(claims), { ok: false, error: 'length' });
});

test('random bytes and random headers never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      readFileHeader(bytes);
      readAll(bytes, 11);
      const likely = Buffer.concat([Buffer.from('43420100000000000000', 'hex'), bytes]);
      readAll(likely);
    }),
  );
});

test('an audio body whose table does not fit its samples is a flaw, even under a good tag', () => {
  const bodies = [
    '',
    '0000',
    '0001',
    '0001 00000000 0002 ff',
    '0001 00000000 0000',
    '0001 00000000 0001 ffff',
  ];
  const overlapping = '0002 00000000 0002 00000001 0001 ffffff';
  for (const text of [...bodies, overlapping]) {
    const body = bytesOf(text);
    const block = new Uint8Array(blockHeaderBytes + body.length + tagBytes);
    const header = { kind: 1, flags: 0, number: 0, bodyBytes: body.length, pairTicks: 0 };
    sealBlock(cipher, { ...header, timestamp: 0, monoUs: 0 }, body, block);
    assert.equal(readAll(block).end.flaw?.rule, 'body', text);
  }
});
