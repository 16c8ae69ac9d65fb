import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ReorderWindow, type Pushed } from './reorder.ts';

const rig = () => {
  const heard: string[] = [];
  const window = new ReorderWindow({
    packet: (timestamp, _arrivalMs, _payloadType, bytes, at, length) =>
      void heard.push(`${timestamp}:${Buffer.from(bytes.subarray(at, at + length)).toString()}`),
    gap: (packets) => void heard.push(`gap ${packets}`),
  });
  const push = (sequence: number, arrivalMs = 0, length?: number): Pushed =>
    window.push({
      extendedSequence: sequence,
      extendedTimestamp: sequence * 160,
      arrivalMs,
      payloadType: 0,
      bytes: Buffer.from(length === undefined ? `p${sequence}` : 'x'.repeat(length)),
      payloadAt: 0,
      payloadLength: length ?? `p${sequence}`.length,
    });
  return { heard, window, push };
};

test('packets that overtook one another come out in order with their bytes', () => {
  const { heard, push } = rig();
  assert.deepEqual(
    [1, 3, 4, 2, 5].map((n) => push(n)),
    ['delivered', 'held', 'held', 'delivered', 'delivered'],
  );
  assert.deepEqual(heard, ['160:p1', '320:p2', '480:p3', '640:p4', '800:p5']);
});

test('copies and packets behind the reader are told apart and dropped', () => {
  const { heard, push } = rig();
  assert.deepEqual(
    [1, 3, 3, 2, 1].map((n) => push(n)),
    ['delivered', 'held', 'duplicate', 'delivered', 'late'],
  );
  assert.equal(heard.length, 3);
});

test('a gap is given up when the window is full', () => {
  const { heard, push } = rig();
  push(1);
  for (let n = 3; n <= 18; n++) push(n);
  assert.deepEqual(heard.slice(0, 3), ['160:p1', 'gap 1', '480:p3']);
  assert.equal(heard.at(-1), '2880:p18');
});

test('a gap is given up when its time is over, and not before', () => {
  const { heard, window, push } = rig();
  push(1, 0);
  push(3, 40);
  window.expire(40);
  assert.equal(heard.length, 1);
  window.expire(41);
  assert.deepEqual(heard, ['160:p1', 'gap 1', '480:p3']);
  assert.equal(push(2), 'late');
});

test('a jump beyond the window is one gap', () => {
  const { heard, push } = rig();
  push(1);
  assert.equal(push(1000), 'delivered');
  assert.deepEqual(heard, ['160:p1', 'gap 998', '160000:p1000']);
});

test('a packet too long to hold is refused only ahead of a gap', () => {
  const { push } = rig();
  assert.equal(push(1, 0, 1400), 'delivered');
  assert.equal(push(3, 0, 1400), 'too-long');
});

test('every packet pushed is either delivered once, in order, or refused; every missing number is in a gap', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 120 }),
      (sequences) => {
        const { heard, window, push } = rig();
        const refused = sequences
          .map((n) => push(n))
          .filter((what) => what === 'late' || what === 'duplicate');
        window.flush();
        const delivered = heard
          .filter((row) => !row.startsWith('gap'))
          .map((row) => Number.parseInt(row, 10) / 160);
        assert.equal(delivered.length + refused.length, sequences.length);
        assert.deepEqual(
          delivered,
          [...new Set(delivered)].sort((a, b) => a - b),
        );
        const gaps = heard
          .filter((row) => row.startsWith('gap'))
          .reduce((sum, row) => sum + Number(row.slice(4)), 0);
        const span = (delivered.at(-1) ?? 0) - (delivered[0] ?? 0) + 1;
        assert.equal(delivered.length + gaps, span);
      },
    ),
    { numRuns: 500 },
  );
});
