import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clocks } from './clocks.ts';

const span = (callFrom: number, callTo: number, mediaFrom: number, mediaTo: number) => ({
  callMs: { from: callFrom, to: callTo },
  mediaMs: { from: mediaFrom, to: mediaTo },
});

test('both clocks agree while nothing was taken out of the file', () => {
  const clocks = new Clocks([span(0, 5000, 0, 5000), span(4000, 60_000, 4000, 60_000)]);
  assert.deepEqual(clocks.takenOut, []);
  assert.equal(clocks.mediaAt(83_000), 83_000);
  assert.equal(clocks.callAt(83_000), 83_000);
});

test('after a payment that was taken out, a link to call time finds its place in the shorter file', () => {
  const clocks = new Clocks([
    span(0, 10_000, 0, 10_000),
    span(10_000, 40_000, 10_000, 10_000),
    span(40_000, 60_000, 10_000, 30_000),
  ]);
  assert.deepEqual(clocks.takenOut, [{ fromMs: 10_000, toMs: 40_000 }]);
  assert.equal(clocks.mediaAt(45_000), 15_000);
  assert.equal(clocks.mediaAt(25_000), 10_000, 'inside the gap: its seam');
  assert.equal(clocks.callAt(9999), 9999);
  assert.equal(clocks.callAt(15_000), 45_000);
});

test('two gaps add up', () => {
  const clocks = new Clocks([
    span(0, 1000, 0, 1000),
    span(1000, 3000, 1000, 1000),
    span(3000, 5000, 1000, 3000),
    span(5000, 6000, 3000, 3000),
    span(6000, 9000, 3000, 6000),
  ]);
  assert.equal(clocks.callAt(6000), 9000);
  assert.equal(clocks.mediaAt(9000), 6000);
  assert.equal(clocks.mediaAt(4000), 2000);
});
