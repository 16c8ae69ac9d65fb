import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallingWindow, isOpen, nextOpening } from './calling-window.ts';
import { instantOf, isTimeZone, weekdayOf } from './local-time.ts';

const at = (text: string): number => Date.parse(text);
const everyDay = [1, 2, 3, 4, 5, 6, 7];
const office: readonly CallingWindow[] = [{ days: [1, 2, 3, 4, 5], from: '09:00', until: '17:00' }];

test('people are called by the clock on their own wall', () => {
  const monday = '2026-11-23T';
  for (const [zone, time, open] of [
    ['Asia/Jakarta', '01:59:59Z', false],
    ['Asia/Jakarta', '02:00:00Z', true],
    ['Asia/Jakarta', '09:59:59Z', true],
    ['Asia/Jakarta', '10:00:00Z', false],
    ['Asia/Jayapura', '00:00:00Z', true],
    ['America/Sao_Paulo', '11:00:00Z', false],
    ['America/Sao_Paulo', '12:00:00Z', true],
    ['Asia/Kolkata', '03:29:00Z', false],
    ['Asia/Kolkata', '03:30:00Z', true],
  ] as const)
    assert.equal(isOpen(office, zone, at(monday + time)), open, `${zone} ${time}`);
});

test('on the weekend the next opening is Monday morning; without windows it is now', () => {
  const saturday = at('2026-11-21T05:00:00Z');
  assert.equal(nextOpening(office, 'Asia/Jakarta', saturday), at('2026-11-23T02:00:00Z'));
  assert.equal(nextOpening([], 'Asia/Jakarta', saturday), saturday);
  assert.equal(isOpen([], 'Asia/Jakarta', saturday), true);
  const never = [{ days: [1], from: '10:00', until: '09:00' }];
  assert.equal(nextOpening(never, 'Asia/Jakarta', saturday), null);
});

test('a window until 24:00 closes at midnight', () => {
  const late = [{ days: [6], from: '22:00', until: '24:00' }];
  assert.equal(isOpen(late, 'Asia/Jakarta', at('2026-11-21T16:59:59Z')), true);
  assert.equal(isOpen(late, 'Asia/Jakarta', at('2026-11-21T17:00:00Z')), false);
});

test('an opening that the clock change skips is the next valid instant', () => {
  // Berlin, 29 March 2026: 02:00 becomes 03:00.
  const window = [{ days: everyDay, from: '02:30', until: '04:00' }];
  assert.equal(isOpen(window, 'Europe/Berlin', at('2026-03-29T00:59:59Z')), false);
  assert.equal(isOpen(window, 'Europe/Berlin', at('2026-03-29T01:00:00Z')), true);
  assert.equal(
    nextOpening(window, 'Europe/Berlin', at('2026-03-29T00:00:00Z')),
    at('2026-03-29T01:00:00Z'),
  );
  const skipped = [{ days: [7], from: '02:10', until: '02:50' }];
  assert.equal(isOpen(skipped, 'Europe/Berlin', at('2026-03-29T01:00:00Z')), false);
});

test('an hour that the clock change repeats opens once', () => {
  // New York, 1 November 2026: 02:00 becomes 01:00.
  const window = [{ days: everyDay, from: '01:30', until: '01:50' }];
  const first = at('2026-11-01T05:30:00Z');
  assert.equal(isOpen(window, 'America/New_York', first), true);
  assert.equal(isOpen(window, 'America/New_York', first + 3_600_000), false);
  const across = [{ days: everyDay, from: '01:30', until: '02:00' }];
  assert.equal(isOpen(across, 'America/New_York', at('2026-11-01T05:59:00Z')), true);
  assert.equal(isOpen(across, 'America/New_York', at('2026-11-01T06:10:00Z')), false);
  const long = [{ days: everyDay, from: '00:30', until: '03:00' }];
  assert.equal(isOpen(long, 'America/New_York', at('2026-11-01T06:30:00Z')), true);
});

test('zones and weekdays are read as ISO and IANA have them', () => {
  assert.equal(isTimeZone('Asia/Jakarta'), true);
  for (const zone of ['', '+07:00', 'Asia/Nowhere', 'x'.repeat(300)])
    assert.equal(isTimeZone(zone), false, zone);
  assert.equal(weekdayOf({ year: 2026, month: 11, day: 22 }), 7);
  const noon = instantOf({ year: 2026, month: 11, day: 21 }, 720, 'Asia/Kathmandu');
  assert.equal(noon, at('2026-11-21T06:15:00Z'));
});
