import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeWav, readWav, wavHeader } from './wav.ts';

const bytesOf = (text: string): Uint8Array => Buffer.from(text.replaceAll(/#.*$|\s/gm, ''), 'hex');

const stereo = bytesOf(`
  52494646 2c000000 57415645 # RIFF, 44 bytes follow, WAVE
  666d7420 10000000          # fmt, 16 bytes
  0100 0200                  # PCM, stereo
  401f0000 007d0000          # 8,000 Hz, 32,000 bytes/s
  0400 1000                  # 4 bytes per frame, 16 bits
  64617461 08000000          # data, 8 bytes
  0100 ffff 0080 ff7f        # frames (1, −1) and (−32768, 32767)`);

const file = (format: string, data: string, extra = ''): Uint8Array => {
  const fmt = bytesOf(format);
  const body = bytesOf(data);
  const head = Buffer.alloc(8);
  head.write('data');
  head.writeUInt32LE(body.length, 4);
  const fmtHead = Buffer.alloc(8);
  fmtHead.write('fmt ');
  fmtHead.writeUInt32LE(fmt.length, 4);
  return Buffer.concat([stereo.subarray(0, 12), fmtHead, fmt, bytesOf(extra), head, body]);
};
const mono = (tag: string, bits: number): string => {
  const rest = Buffer.alloc(12);
  rest.writeUInt32LE(8000, 0);
  rest.writeUInt32LE((8000 * bits) / 8, 4);
  rest.writeUInt16LE(bits / 8, 8);
  rest.writeUInt16LE(bits, 10);
  return `${tag} 0100 ${rest.toString('hex')}`;
};
const decoded = (bytes: Uint8Array): number[][] => {
  const result = decodeWav(bytes);
  assert.ok(result.ok, result.ok ? '' : result.error.rule);
  return result.value.channels.map((samples) => [...samples]);
};
const ruleOf = (bytes: Uint8Array): string => {
  const result = readWav(bytes);
  return result.ok ? 'sound' : result.error.rule;
};

test('the header in bytes, and the file behind it', () => {
  assert.deepEqual(
    Buffer.from(wavHeader({ sampleRateHz: 8000, channels: 2, frames: 2 })),
    stereo.subarray(0, 44),
  );
  assert.deepEqual(decoded(stereo), [
    [1, -32_768],
    [-1, 32_767],
  ]);
});

test('a header whose length was not known yet reads to the end of the file', () => {
  const open = Buffer.concat([wavHeader({ sampleRateHz: 8000, channels: 2 }), stereo.subarray(44)]);
  assert.deepEqual(decoded(open), decoded(stereo));
});

test('a long file is read from its beginning alone', () => {
  const header = wavHeader({ sampleRateHz: 8000, channels: 1, frames: 28_800_000 });
  const read = readWav(header, 44 + 57_600_000);
  assert.ok(read.ok);
  assert.equal(read.value.frames, 28_800_000);
  assert.equal(ruleOf(header), 'data-length');
});

test('more than 4 GiB is refused instead of wrapping', () => {
  const shape = { sampleRateHz: 8000, channels: 2, frames: 2 ** 30 };
  assert.throws(() => wavHeader(shape), { code: 'wav/too-long' });
});

test('every encoding telephony calls WAV decodes to s16', () => {
  const guid = '00000000 1000 8000 00aa00389b71';
  const rows: [string, Uint8Array, number[]][] = [
    ['PCM 8', file(mono('0100', 8), '80 00 ff'), [0, -32_768, 32_512]],
    ['PCM 24', file(mono('0100', 24), 'ff0100 000080'), [1, -32_768]],
    ['PCM 32', file(mono('0100', 32), 'ffff0100 00000080'), [1, -32_768]],
    [
      'float',
      file(mono('0300', 32), '0000003f 000080bf 0000803f 0000c07f'),
      [16_384, -32_768, 32_767, 0],
    ],
    ['A-law', file(mono('0600', 8), 'd5 aa'), [8, 32_256]],
    ['µ-law', file(mono('0700', 8), 'ff 80'), [0, 32_124]],
    [
      'extensible µ-law',
      file(`${mono('feff', 8)} 1600 0800 04000000 0700 ${guid}`, 'ff 00'),
      [0, -32_124],
    ],
  ];
  for (const [name, bytes, samples] of rows) assert.deepEqual(decoded(bytes), [samples], name);
});

test('chunks that are not ours are stepped over, odd ones with their pad byte', () => {
  const extra = '4c495354 03000000 616263 00'; // LIST, three bytes and the pad
  assert.deepEqual(decoded(file(mono('0700', 8), 'ff', extra)), [[0]]);
});

test('each broken rule is named', () => {
  const rows: [string, Uint8Array][] = [
    ['not-riff', new Uint8Array(0)],
    ['not-riff', Buffer.from('RIFX\0\0\0\0WAVE')],
    ['not-wave', Buffer.from('RIFF\0\0\0\0AVI ')],
    ['fmt-missing', stereo.subarray(0, 12)],
    ['fmt-missing', Buffer.concat([stereo.subarray(0, 12), stereo.subarray(36)])],
    ['fmt-length', file('0100 0100', 'ff')],
    ['fmt-repeated', Buffer.concat([stereo.subarray(0, 36), stereo.subarray(12)])],
    ['data-missing', stereo.subarray(0, 36)],
    ['data-length', stereo.subarray(0, 51)],
    ['data-length', file(mono('0100', 16), 'ffffff')],
    ['chunk-length', stereo.subarray(0, 30)],
    ['encoding', file(mono('1100', 8), 'ff')], // IMA ADPCM
    ['encoding', file(mono('feff', 8), 'ff')], // extensible without its extension
    ['bits', file(mono('0700', 16), 'ffff')],
    ['channels', file('0100 0000 401f0000 00000000 0000 1000', '')],
    ['sample-rate', file('0100 0100 00000000 00000000 0200 1000', '')],
    ['block-align', file('0100 0100 401f0000 803e0000 0400 1000', '')],
  ];
  for (const [rule, bytes] of rows) assert.equal(ruleOf(bytes), rule);
});

test('no bytes make the reader throw or read outside of the file', () => {
  fc.assert(
    fc.property(fc.nat(stereo.length - 1), fc.nat(255), fc.nat(stereo.length), (at, value, cut) => {
      const altered = Uint8Array.from(stereo);
      altered[at] = value;
      const result = decodeWav(altered.subarray(0, cut));
      if (result.ok) assert.ok(result.value.info.dataOffset + result.value.info.dataBytes <= cut);
    }),
    { numRuns: 3000 },
  );
});
