import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantOf, localOf } from './zone.ts';

test('a time written in the tenant’s zone is the instant that its clocks show', () => {
  assert.equal(instantOf('2026-11-21T09:30', 'Asia/Jakarta'), Date.UTC(2026, 10, 21, 2, 30));
  assert.equal(instantOf('2026-07-01T00:00', 'America/Sao_Paulo'), Date.UTC(2026, 6, 1, 3));
  assert.equal(instantOf('2026-11-21T09:30', 'Asia/Kathmandu'), Date.UTC(2026, 10, 21, 3, 45));
});

test('an instant is written back as it was read, in summer and in winter', () => {
  for (const local of ['2026-01-15T23:59', '2026-07-15T00:00'])
    for (const zone of ['Europe/Berlin', 'America/New_York', 'UTC', 'Australia/Lord_Howe'])
      assert.equal(localOf(instantOf(local, zone) ?? 0, zone), local, zone);
});

test('a time that the clock change skips comes after it, a doubled one means the first', () => {
  assert.equal(instantOf('2026-03-29T02:30', 'Europe/Berlin'), Date.UTC(2026, 2, 29, 1, 30));
  assert.equal(instantOf('2026-10-25T02:30', 'Europe/Berlin'), Date.UTC(2026, 9, 25, 0, 30));
});

test('half a time is no time', () => {
  assert.equal(instantOf('2026-03-29', 'UTC'), null);
  assert.equal(instantOf('', 'UTC'), null);
});
