import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  alawSilence,
  alawToLinear,
  alawToUlaw,
  convertG711,
  decodeG711,
  encodeG711,
  linearToAlaw,
  linearToUlaw,
  ulawSilence,
  ulawToAlaw,
  ulawToLinear,
} from './g711.ts';

const codes = Array.from({ length: 256 }, (_, code) => code);
const at = (table: Int16Array | Uint8Array, index: number): number => table[index] ?? NaN;

test('µ-law decodes to the values of table 2, times four', () => {
  // code, value at decoder output (G.711 table 2a column 8, and its mirror 2b), in 14-bit units
  const rows: [number, number][] = [
    [0x80, 8031],
    [0x8f, 4191],
    [0x9f, 2079],
    [0xaf, 1023],
    [0xbf, 495],
    [0xcf, 231],
    [0xdf, 99],
    [0xef, 33],
    [0xfe, 2],
    [0xff, 0],
    [0x00, -8031],
    [0x7e, -2],
  ];
  for (const [code, value] of rows) assert.equal(at(ulawToLinear, code), value * 4, `code ${code}`);
});

test('A-law decodes to the values of table 1, times eight', () => {
  // code after inversion of the even bits, value at decoder output in 12-bit magnitude units
  const rows: [number, number][] = [
    [0xff ^ 0x55, 4032],
    [0xf0 ^ 0x55, 2112],
    [0xe0 ^ 0x55, 1056],
    [0xd0 ^ 0x55, 528],
    [0xc0 ^ 0x55, 264],
    [0xb0 ^ 0x55, 132],
    [0xa0 ^ 0x55, 66],
    [0x80 ^ 0x55, 1],
    [0x00 ^ 0x55, -1],
    [0x7f ^ 0x55, -4032],
  ];
  for (const [code, value] of rows) assert.equal(at(alawToLinear, code), value * 8, `code ${code}`);
});

test('every code survives decoding and encoding; only the negative zero of µ-law becomes positive', () => {
  for (const code of codes) {
    assert.equal(linearToUlaw(at(ulawToLinear, code)), code === 0x7f ? 0xff : code);
    assert.equal(linearToAlaw(at(alawToLinear, code)), code);
  }
});

test('encoding is monotonic and within half a step of every 16-bit sample', () => {
  let lastUlaw = -Infinity;
  let lastAlaw = -Infinity;
  for (let sample = -32_768; sample <= 32_767; sample++) {
    const ulaw = at(ulawToLinear, linearToUlaw(sample));
    const alaw = at(alawToLinear, linearToAlaw(sample));
    assert.ok(ulaw >= lastUlaw && alaw >= lastAlaw, `not monotonic at ${sample}`);
    lastUlaw = ulaw;
    lastAlaw = alaw;
    // Half an interval is 1/32 of where the segment begins, which µ-law counts from its bias of 132; overload adds 644
    const overload = Math.max(0, Math.abs(sample) - 32_124);
    assert.ok(
      Math.abs(ulaw - sample) <= (Math.abs(sample) + 132) / 32 + overload,
      `µ-law ${sample} → ${ulaw}`,
    );
    assert.ok(
      Math.abs(alaw - sample) <= Math.max(8, Math.abs(sample) / 32),
      `A-law ${sample} → ${alaw}`,
    );
  }
});

test('silence stays silence between the laws and in the decoder', () => {
  assert.equal(at(ulawToLinear, ulawSilence), 0);
  assert.equal(at(ulawToAlaw, ulawSilence), alawSilence);
  assert.ok(Math.abs(at(ulawToLinear, at(alawToUlaw, alawSilence))) <= 8);
});

test('conversion between the laws costs no more than one coarser step', () => {
  for (const code of codes) {
    const ulaw = at(ulawToLinear, code);
    const alaw = at(alawToLinear, code);
    assert.ok(Math.abs(at(alawToLinear, at(ulawToAlaw, code)) - ulaw) <= 16 + Math.abs(ulaw) / 31);
    assert.ok(Math.abs(at(ulawToLinear, at(alawToUlaw, code)) - alaw) <= 16 + Math.abs(alaw) / 31);
  }
});

test('block functions touch exactly the stretch they are given', () => {
  const source = Uint8Array.of(0x00, 0x80, 0xff, 0x00);
  const linear = new Int16Array(5).fill(7);
  decodeG711('PCMU', source, linear, { sourceAt: 1, targetAt: 2, length: 2 });
  assert.deepEqual([...linear], [7, 7, 32_124, 0, 7]);
  const encoded = new Uint8Array(4).fill(9);
  encodeG711('PCMA', linear, encoded, { sourceAt: 2, targetAt: 1, length: 2 });
  assert.deepEqual([...encoded], [9, 0xaa, alawSilence, 9]);
  convertG711(alawToUlaw, encoded, encoded, { sourceAt: 1, targetAt: 1, length: 1 });
  assert.equal(encoded[1], at(alawToUlaw, 0xaa));
});
