import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceLatch } from './source-latch.ts';

const latchFor = (address = '198.51.100.7', port = 4000): SourceLatch => {
  const latch = new SourceLatch();
  latch.signal(address, port);
  return latch;
};

test('before a description nobody is the peer', () => {
  assert.equal(new SourceLatch().accepts('198.51.100.7', 4000, 0), false);
});

test('the signalled source is fixed at once, everybody else is a stranger', () => {
  const latch = latchFor();
  assert.equal(latch.accepts('198.51.100.7', 4000, 0), true);
  assert.equal(latch.isFirm, true);
  assert.equal(latch.accepts('198.51.100.7', 4002, 1), false);
  assert.equal(latch.accepts('203.0.113.9', 4000, 1), false);
});

test('another source is believed first on probation, then for good', () => {
  const latch = latchFor('10.0.0.5');
  assert.equal(latch.accepts('203.0.113.9', 61_000, 0), true);
  assert.deepEqual([latch.isFirm, latch.address, latch.port], [false, '203.0.113.9', 61_000]);
  assert.equal(latch.accepts('203.0.113.66', 1, 100), false);
  assert.equal(latch.accepts('203.0.113.9', 61_000, 3000), true);
  assert.equal(latch.isFirm, true);
  assert.equal(latch.accepts('10.0.0.5', 4000, 3001), false);
});

test('a repeated description changes nothing, a new one starts over', () => {
  const latch = latchFor();
  latch.accepts('198.51.100.7', 4000, 0);
  assert.equal(latch.signal('198.51.100.7', 4000), false);
  assert.equal(latch.isFirm, true);
  assert.equal(latch.signal('198.51.100.8', 4000), true);
  assert.equal(latch.isLatched, false);
  assert.deepEqual([latch.address, latch.port], ['198.51.100.8', 4000]);
});

test('after silence only a known host may come back from another port', () => {
  const latch = latchFor('10.0.0.5');
  latch.accepts('203.0.113.9', 61_000, 0);
  latch.reopen();
  assert.equal(latch.accepts('203.0.113.66', 61_000, 5000), false);
  assert.equal(latch.accepts('203.0.113.9', 62_000, 5000), true);
  assert.equal(latch.port, 62_000);
});

test('an IPv6 address is the same however it is written', () => {
  const latch = latchFor('2001:DB8:0:0::7');
  assert.equal(latch.accepts('2001:db8::7', 4000, 0), true);
  assert.equal(latch.isFirm, true);
});
