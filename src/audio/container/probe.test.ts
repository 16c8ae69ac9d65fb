import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  apeTag,
  dataChunk,
  fmtChunk,
  id3v1,
  id3v2,
  mp3File,
  riff,
  silentFrame,
  silentMp3,
  sineSamples,
  wavFile,
  wavOf,
} from '../../../tests/rig/audio-files.ts';
import type { AudioFlawRule } from './audio-facts.ts';
import { probeAudio } from './probe.ts';
import { decodeWav } from './wav.ts';

const rulesOf = (bytes: Uint8Array): readonly AudioFlawRule[] =>
  probeAudio(bytes).flaws.map(({ rule }) => rule);

test('an MP3 with a LAME tag lasts exactly as long as what was encoded', async () => {
  for (const seconds of [0.5, 1, 7.3, 60]) {
    const facts = probeAudio(await mp3File(sineSamples(seconds)));
    assert.deepEqual(facts, {
      kind: 'mp3',
      encoding: 'MPEG-2.5 Layer III',
      sampleRateHz: 8000,
      channels: 1,
      samples: seconds * 8000,
      durationMs: seconds * 1000,
      paddingMs: 0,
      flaws: [],
    });
  }
});

test('an MP3 without a tag is counted frame by frame, with three frames of doubt', () => {
  const { durationMs, samples, paddingMs, flaws } = probeAudio(silentMp3(100));
  assert.deepEqual(
    { durationMs, samples, paddingMs },
    { durationMs: 7200, samples: 57_600, paddingMs: 216 },
  );
  assert.deepEqual(flaws, []);
});

test('variable bit rate is counted by its frames, whatever their sizes', () => {
  const bytes = Buffer.concat([1, 4, 8, 14, 2].map((bitRate) => silentFrame({ bitRate })));
  const { durationMs, flaws } = probeAudio(bytes);
  assert.equal(durationMs, 5 * 72);
  assert.deepEqual(flaws, []);
});

test('a tag that claims another number of frames, or an absurd padding, changes nothing', async () => {
  const honest = await mp3File(sineSamples(2));
  const lying = Buffer.from(honest);
  const tag = lying.indexOf('Info');
  lying.writeUInt32BE(1, tag + 8);
  assert.equal(probeAudio(lying).durationMs, 2000);
  const lame = lying.indexOf('LAME') < 0 ? tag + 120 : lying.indexOf('LAME');
  lying.set([0xff, 0xff, 0xff], lame + 21);
  const { durationMs, paddingMs } = probeAudio(lying);
  assert.ok(durationMs >= 2000, 'no second of sound disappears behind a lie');
  assert.equal(paddingMs, 216);
});

test('tags before and behind the frames are no sound and no mistake', async () => {
  const mp3 = await mp3File(sineSamples(1));
  const files = [
    Buffer.concat([id3v2(300), mp3]),
    Buffer.concat([id3v2(20), id3v2(9), mp3, id3v1()]),
    Buffer.concat([mp3, apeTag(100), id3v1()]),
    Buffer.concat([apeTag(64), mp3, apeTag(10)]),
  ];
  for (const file of files) {
    const { durationMs, flaws } = probeAudio(file);
    assert.equal(durationMs, 1000);
    assert.deepEqual(flaws, []);
  }
});

const damaged: readonly (readonly [string, Buffer, readonly AudioFlawRule[]])[] = [
  ['cut off in its last frame', silentMp3(10).subarray(0, -7), ['cut-off']],
  ['cut off in the header of its last frame', silentMp3(10).subarray(0, -285), ['stray-bytes']],
  [
    'with text between frames',
    Buffer.concat([silentMp3(5), Buffer.from('hello'), silentMp3(5)]),
    ['stray-bytes'],
  ],
  [
    'with zeros before the frames',
    Buffer.concat([Buffer.alloc(100), silentMp3(9)]),
    ['stray-bytes'],
  ],
  [
    'with zeros behind the frames',
    Buffer.concat([silentMp3(9), Buffer.alloc(100)]),
    ['stray-bytes'],
  ],
  [
    'that changes its rate',
    Buffer.concat([silentMp3(5), silentMp3(5, { rate: 0 })]),
    ['mixed-frames'],
  ],
  [
    'that changes to stereo',
    Buffer.concat([silentMp3(5), silentMp3(5, { isStereo: true })]),
    ['mixed-frames'],
  ],
  ['in free format', silentMp3(5, { bitRate: 0, bytes: 200 }), ['free-format', 'no-audio']],
  ['of a tag alone', id3v2(200), ['no-audio']],
  [
    'whose tag goes on beyond its end',
    Buffer.concat([id3v2(10, 100_000), silentMp3(5)]),
    ['cut-off'],
  ],
];
for (const [name, file, rules] of damaged)
  test(`an MP3 ${name} says so`, () => {
    const { kind } = probeAudio(file);
    assert.equal(kind, 'mp3');
    assert.deepEqual(rulesOf(file), rules);
  });

test('the length of an MP3 of two rates is the sum of both', () => {
  const mixed = Buffer.concat([silentMp3(50), silentMp3(50, { rate: 1 })]);
  const { durationMs } = probeAudio(mixed);
  assert.ok(Math.abs(durationMs - 50 * 72 - 50 * 48) < 1e-6, String(durationMs));
});

test('all frames of a damaged MP3 are counted, so that its length is judged too', () => {
  const file = Buffer.concat([silentMp3(400), Buffer.alloc(33), silentMp3(500)]);
  const { durationMs, flaws } = probeAudio(file);
  assert.equal(durationMs, 900 * 72);
  assert.deepEqual(flaws, [{ rule: 'stray-bytes', offset: 400 * 288 }]);
});

test('MPEG Layer II is not taken for MP3', () => {
  const frame = Buffer.alloc(144);
  frame.set([0xff, 0xe5, 0x48, 0xc0]);
  assert.equal(
    probeAudio(Buffer.concat([frame, frame, frame])).kind,
    'unknown',
    'wrong frame length',
  );
  const right = Buffer.alloc(576);
  right.set([0xff, 0xe5, 0x48, 0xc0]);
  const facts = probeAudio(Buffer.concat([right, right, right]));
  assert.equal(facts.kind, 'mpeg-layer-2');
});

test('a WAV of each permitted encoding is exact to the sample', () => {
  const shapes = [
    [1, 8, 'PCM 8-bit'],
    [1, 16, 'PCM 16-bit'],
    [1, 24, 'PCM 24-bit'],
    [1, 32, 'PCM 32-bit'],
    [3, 32, 'float 32-bit'],
    [6, 8, 'A-law'],
    [7, 8, 'µ-law'],
  ] as const;
  for (const [tag, bits, encoding] of shapes) {
    const facts = probeAudio(wavOf({ tag, bits, dataBytes: (8000 * bits) / 8 }));
    assert.equal(facts.encoding, encoding);
    assert.equal(facts.samples, 8000);
    assert.equal(facts.durationMs, 1000);
    assert.deepEqual(facts.flaws, []);
  }
});

test('a WAV that was streamed lasts to the end of the file', () => {
  const { samples, flaws } = probeAudio(wavOf({ dataBytes: 3200, claims: 0xffff_ffff }));
  assert.equal(samples, 1600);
  assert.deepEqual(flaws, []);
});

const badWavs: readonly (readonly [string, Buffer, readonly AudioFlawRule[]])[] = [
  ['whose samples are not all there', wavOf({ dataBytes: 1000, claims: 2000 }), ['cut-off']],
  ['of half a sample', wavOf({ dataBytes: 1001 }), ['data-length']],
  ['with samples before their format', riff(dataChunk(), fmtChunk()), ['fmt-missing']],
  ['with no samples', riff(fmtChunk()), ['no-audio']],
  ['with no format', riff(dataChunk()), ['fmt-missing']],
  [
    'with two formats',
    riff(fmtChunk(), fmtChunk({ sampleRateHz: 16_000 }), dataChunk()),
    ['chunk-repeated'],
  ],
  ['with two lots of samples', riff(fmtChunk(), dataChunk(), dataChunk()), ['chunk-repeated']],
  ['with a lying block alignment', wavOf({ blockAlign: 4 }), ['block-align']],
  ['of MP3', wavOf({ tag: 0x55 }), ['encoding']],
  ['of ADPCM', wavOf({ tag: 0x11, bits: 4 }), ['encoding']],
  ['of GSM', wavOf({ tag: 0x31, bits: 0 }), ['encoding']],
  ['of 64-bit floats', wavOf({ tag: 3, bits: 64 }), ['encoding']],
  ['of nothing', wavOf({ dataBytes: 0 }), ['no-audio']],
];
for (const [name, file, rules] of badWavs)
  test(`a WAV ${name} says so`, () => {
    assert.equal(probeAudio(file).kind, 'wav');
    assert.deepEqual(rulesOf(file), rules);
  });

test('other formats are called by their names, also behind an ID3 tag', () => {
  const heads = [
    ['OggS', 'ogg'],
    ['fLaC', 'flac'],
    ['\0\0\0\x20ftypM4A ', 'mp4'],
    ['FORM\0\0\0\0AIFF', 'aiff'],
    ['#!AMR\n', 'amr'],
    ['RF64\xff\xff\xff\xffWAVE', 'rf64'],
    ['RIFX\0\0\0\0WAVE', 'rifx'],
    ['\xff\xf1\x50\x80', 'aac'],
    ['\x1a\x45\xdf\xa3', 'webm'],
  ] as const;
  for (const [text, kind] of heads) {
    const bytes = Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(200)]);
    assert.equal(probeAudio(bytes).kind, kind);
  }
  assert.equal(
    probeAudio(Buffer.concat([id3v2(50), Buffer.from('fLaC'), Buffer.alloc(50)])).kind,
    'flac',
  );
  for (const text of ['', 'x', 'hello world', '<html>', 'PK\x03\x04'])
    assert.equal(probeAudio(Buffer.from(text, 'latin1')).kind, 'unknown');
});

test('the beginning of a file that is longer is not called damaged', async () => {
  const mp3 = (await mp3File(sineSamples(20))).subarray(0, 10_001);
  assert.deepEqual(probeAudio(mp3, false).flaws, []);
  assert.deepEqual(probeAudio(wavFile(sineSamples(1)).subarray(0, 5001), false).flaws, []);
});

test('whatever bytes come, the probe answers and counts no more than is there', async () => {
  const true_ = [
    await mp3File(sineSamples(0.5)),
    wavFile(sineSamples(0.2)),
    wavOf({ tag: 7, bits: 8 }),
  ];
  const mutated = fc
    .tuple(
      fc.constantFrom(...true_),
      fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 12 }),
      fc.nat(3000),
      fc.uint8Array({ maxLength: 40 }),
    )
    .map(([file, changes, cut, tail]) => {
      const bytes = Buffer.from(file);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return Buffer.concat([bytes.subarray(0, bytes.length - (cut % 50)), tail]);
    });
  fc.assert(
    fc.property(
      fc.oneof(mutated, fc.uint8Array({ maxLength: 400 })),
      fc.boolean(),
      (bytes, isWhole) => {
        const facts = probeAudio(bytes, isWhole);
        assert.ok(Number.isFinite(facts.durationMs) && facts.durationMs >= 0);
        assert.ok(facts.samples >= 0);
        if (facts.kind === 'wav') assert.ok(facts.samples <= bytes.length);
        // What passes is what the decoder of WAV takes, sample for sample.
        if (facts.kind === 'wav' && isWhole && facts.flaws.length === 0) {
          const read = decodeWav(bytes);
          assert.ok(read.ok, JSON.stringify(read));
          assert.equal(read.value.info.frames, facts.samples);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('a megabyte of the worst bytes is walked in no time', () => {
  const size = 1_048_576;
  const sync = Buffer.alloc(size, 0xff);
  const broken = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) broken.set([0xff, 0xe3, 0x48, 0xc1], at);
  const chunks = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), Buffer.alloc(size - 12)]);
  const tags = Buffer.concat(Array.from({ length: 10_000 }, () => id3v2(0)));
  for (const hostile of [sync, broken, chunks, tags, Buffer.concat([silentMp3(1), sync])]) {
    const startedAt = performance.now();
    probeAudio(hostile);
    // A hundred times what it takes; squared in the size it would be minutes.
    assert.ok(performance.now() - startedAt < 2000);
  }
});
