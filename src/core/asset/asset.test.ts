import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { brokenFileRules, isConvertible, sentenceOf, type ProbedFile } from './file-rules.ts';
import { adviceOn, type SoundFacts } from './sound.ts';
import { readDescription, readName } from './words.ts';

const right: ProbedFile = {
  kind: 'mp3',
  encoding: 'MPEG-2.5 Layer III',
  sampleRateHz: 8000,
  channels: 1,
  durationMs: 30_000,
  paddingMs: 0,
  flaws: [],
};
const rulesOf = (probed: Partial<ProbedFile>, name = 'a.mp3', sizeBytes: number | null = 1000) =>
  brokenFileRules({ name, sizeBytes, probed: { ...right, ...probed } }).map(({ rule }) => rule);

test('a file is refused by every rule it breaks, and by no other', () => {
  assert.deepEqual(rulesOf({}), []);
  assert.deepEqual(rulesOf({ durationMs: 60_000 }), []);
  assert.deepEqual(rulesOf({ durationMs: 60_000.125 }), ['duration']);
  assert.deepEqual(rulesOf({ durationMs: 60_200, paddingMs: 216 }), []);
  assert.deepEqual(rulesOf({}, 'a.mp3', 1_048_576), []);
  assert.deepEqual(rulesOf({}, 'a.mp3', 1_048_577), ['file-size']);
  assert.deepEqual(
    rulesOf({ sampleRateHz: 44_100, channels: 2, durationMs: 90_000 }, 'a.wav', null),
    ['file-ending', 'sample-rate', 'channels', 'duration', 'file-size'],
  );
});

test('the ending counts whatever its case, the last one only, and must be there', () => {
  for (const name of ['a.MP3', 'a.b.mp3', '.mp3', 'März.Mp3'])
    assert.deepEqual(rulesOf({}, name), []);
  for (const name of ['a', 'a.mp3.exe', 'mp3', 'a.mp3 ', ''])
    assert.deepEqual(rulesOf({}, name), ['file-ending']);
});

test('conversion is offered for what it can mend: the format, not the length', () => {
  const of = (probed: Partial<ProbedFile>) =>
    isConvertible(
      brokenFileRules({ name: 'a.mp3', sizeBytes: 5, probed: { ...right, ...probed } }),
    );
  assert.equal(of({ kind: 'ogg' }), true);
  assert.equal(of({ sampleRateHz: 16_000, channels: 2 }), true);
  assert.equal(of({ durationMs: 61_000 }), false);
});

test('each rule has a sentence that names what was found', () => {
  const broken = brokenFileRules({
    name: 'x',
    sizeBytes: null,
    probed: {
      ...right,
      sampleRateHz: 48_000,
      channels: 6,
      durationMs: 60_001,
      flaws: [{ rule: 'encoding', offset: 0 }],
    },
  });
  const text = broken.map(sentenceOf).join(' ');
  for (const word of ['48000 Hz', '6 channels', '60.01 s', '1 MB', '.mp3'])
    assert.ok(text.includes(word), text);
});

test('names hold one to twenty characters of any script, counted after trimming', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', '一', '😀', 'é', '٣'), { maxLength: 25 }),
      (signs) => {
        const read = readName(`  ${signs.join('')} `);
        assert.equal(read.ok, signs.length >= 1 && signs.length <= 20);
        if (read.ok) assert.equal(read.value, signs.join(''));
      },
    ),
  );
  for (const blank of ['', '   ', '\u3000', '\u200b', '\u2060\ufeff'])
    assert.equal(readName(blank).ok, false);
  for (const odd of ['a\u0000', 'a\nb', 'a\u0007', '\ud800'])
    assert.deepEqual(readName(odd), { ok: false, error: 'not-text' });
});

test('descriptions hold up to a hundred characters, line breaks among them', () => {
  assert.deepEqual(readDescription(' '), { ok: true, value: '' });
  assert.deepEqual(readDescription('a\r\nb'), { ok: true, value: 'a\nb' });
  assert.equal(readDescription('😀'.repeat(100)).ok, true);
  assert.deepEqual(readDescription('😀'.repeat(101)), { ok: false, error: 'too-long' });
});

test('advice is given where a listener would notice, and never on a good recording', () => {
  const good: SoundFacts = {
    speechDbfs: -24,
    peakDbfs: -9,
    clippedSamples: 0,
    leadingSilenceMs: 200,
    trailingSilenceMs: 500,
    longestPauseMs: 700,
  };
  const of = (facts: Partial<SoundFacts>) => adviceOn({ ...good, ...facts });
  assert.deepEqual(of({}), []);
  assert.deepEqual(of({ speechDbfs: null }), ['silent']);
  assert.deepEqual(of({ speechDbfs: -45 }), ['quiet']);
  assert.deepEqual(of({ speechDbfs: -8, clippedSamples: 200 }), ['clipped', 'loud']);
  assert.deepEqual(of({ leadingSilenceMs: 2500, longestPauseMs: 4000, trailingSilenceMs: 9000 }), [
    'starts-late',
    'long-pause',
    'ends-late',
  ]);
});
