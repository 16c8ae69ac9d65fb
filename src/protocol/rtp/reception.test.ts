import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RtpHeader } from './packet.ts';
import { Reception } from './reception.ts';

const header = (sequence: number, timestamp: number, ssrc = 1, marker = false): RtpHeader => ({
  payloadType: 0,
  marker,
  sequence: sequence & 0xffff,
  timestamp: timestamp >>> 0,
  ssrc,
});

const startingAt = (sequence: number, timestamp: number, packets: number): Reception => {
  const reception = new Reception();
  for (let i = 0; i < packets; i++)
    reception.accept(header(sequence + i, timestamp + i * 160), 1000 + i * 20);
  return reception;
};

test('extended counts grow through the wraps of sequence and timestamp', () => {
  const reception = startingAt(65_530, 2 ** 32 - 480, 10);
  assert.equal(reception.extendedSequence, 65_539);
  assert.equal(reception.extendedTimestamp, 2 ** 32 - 480 + 9 * 160);
  assert.equal(reception.lost, 0);
});

test('missing packets count as lost, late ones take that back', () => {
  const reception = startingAt(100, 0, 5);
  assert.equal(reception.accept(header(107, 7 * 160), 1140), 'order');
  assert.equal(reception.lost, 2);
  assert.equal(reception.accept(header(106, 6 * 160), 1141), 'order');
  assert.equal(reception.extendedSequence, 106);
  assert.equal(reception.extendedTimestamp, 6 * 160);
  assert.equal(reception.lost, 1);
  assert.equal(reception.takeFractionLost(), Math.floor(256 / 8));
  assert.equal(reception.takeFractionLost(), 0);
});

test('jitter is the smoothed difference of transit times (RFC 3550 A.8)', () => {
  const reception = new Reception();
  reception.accept(header(1, 0), 1000);
  reception.accept(header(2, 160), 1020);
  reception.accept(header(3, 320), 1050);
  // 10 ms late = 80 ticks; J = 80/16 = 5 ticks.
  assert.equal(reception.jitterTicks, 5);
});

test('a new SSRC is a new epoch whose media time goes on by the time that passed', () => {
  const reception = startingAt(100, 8000, 5);
  assert.equal(reception.accept(header(7, 123_456, 2), 1580), 'epoch');
  assert.equal(reception.extendedTimestamp, 8000 + 4 * 160 + 500 * 8);
  assert.equal(reception.accept(header(8, 123_616, 2), 1600), 'order');
  assert.equal(reception.extendedTimestamp, 8000 + 4 * 160 + 520 * 8);
  assert.equal(reception.lost, 0);
});

test('stragglers of the old SSRC do not switch back', () => {
  const reception = startingAt(100, 0, 5);
  reception.accept(header(7, 0, 2), 1100);
  assert.equal(reception.accept(header(105, 800, 1), 1105), 'stray');
  assert.equal(reception.ssrc, 2);
});

test('one packet far from the count is ignored, two in a row are a restart', () => {
  const reception = startingAt(100, 0, 5);
  assert.equal(reception.accept(header(40_000, 999_999), 1100), 'stray');
  assert.equal(reception.accept(header(105, 800), 1101), 'order');
  assert.equal(reception.accept(header(40_000, 999_999), 1120), 'stray');
  assert.equal(reception.accept(header(40_001, 1_000_159), 1140), 'epoch');
  assert.equal(reception.accept(header(40_002, 1_000_319), 1160), 'order');
  assert.equal(reception.lost, 0);
});

test('timestamps frozen during a hold are an epoch once the hold is over', () => {
  const reception = startingAt(100, 0, 5);
  reception.expectRestart();
  assert.equal(reception.accept(header(105, 800), 1080 + 5000), 'epoch');
  assert.equal(reception.extendedTimestamp, 4 * 160 + 5000 * 8);
});

test('a network stall of three seconds that ends in a burst moves nothing', () => {
  const reception = startingAt(100, 0, 5);
  for (let i = 5; i < 155; i++)
    assert.equal(reception.accept(header(100 + i, i * 160), 1080 + 3000), 'order');
  assert.equal(reception.extendedTimestamp, 154 * 160);
});

test('a long key press does not look like a restart of the timestamps', () => {
  const reception = startingAt(100, 0, 5);
  for (let i = 0; i < 250; i++) reception.accept(header(105 + i, 800), 1100 + i * 20, false);
  const after = header(355, 800 + 5000 * 8, 1, true);
  assert.equal(reception.accept(after, 1100 + 5000), 'order');
  assert.equal(reception.extendedTimestamp, 800 + 5000 * 8);
});
