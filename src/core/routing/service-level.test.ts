import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceLevelOf } from './service-level.ts';

test('the service level is the share of callers answered within the threshold', () => {
  assert.equal(
    serviceLevelOf({ answered: 10, answeredInTime: 8, abandonedLate: 0, turnedAway: 0 }),
    0.8,
  );
});

test('who gives up after the threshold counts against the queue, who gives up at once does not', () => {
  assert.equal(
    serviceLevelOf({ answered: 8, answeredInTime: 8, abandonedLate: 2, turnedAway: 0 }),
    0.8,
  );
  assert.equal(
    serviceLevelOf({ answered: 8, answeredInTime: 8, abandonedLate: 0, turnedAway: 0 }),
    1,
  );
});

test('a queue that nobody has called yet has no service level, not one of 0 %', () => {
  assert.equal(
    serviceLevelOf({ answered: 0, answeredInTime: 0, abandonedLate: 0, turnedAway: 0 }),
    null,
  );
});

test('a queue that turns callers away because nobody is there answers fewer of them, and none when it answers nobody', () => {
  const counts = { answered: 3, answeredInTime: 3, abandonedLate: 0 };
  assert.equal(serviceLevelOf({ ...counts, turnedAway: 1 }), 0.75);
  assert.equal(
    serviceLevelOf({ answered: 0, answeredInTime: 0, abandonedLate: 0, turnedAway: 2 }),
    0,
  );
});
