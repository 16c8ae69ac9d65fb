import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sparing } from './sparing.ts';

test('the first of a kind is said, then one a minute with how many were left out between', () => {
  const sparing = new Sparing(60_000);
  assert.equal(sparing.leftOut('away', 0), 0);
  for (let second = 1; second < 60; second++)
    assert.equal(sparing.leftOut('away', second * 1000), null);
  assert.equal(sparing.leftOut('full', 30_000), 0, 'each kind for itself');
  assert.equal(sparing.leftOut('away', 60_000), 59);
  assert.equal(sparing.leftOut('away', 60_001), null);
  assert.equal(sparing.leftOut('away', 200_000), 1);
});

test('whoever invents kinds fills neither memory nor log', () => {
  const sparing = new Sparing(60_000, 3);
  const said = (nowMs: number): number =>
    Array.from({ length: 1000 }, (_, kind) => sparing.leftOut(`${nowMs} ${kind}`, nowMs)).filter(
      (leftOut) => leftOut !== null,
    ).length;
  assert.equal(said(0), 3);
  assert.equal(said(59_999), 0);
  assert.equal(said(60_000), 3);
});
