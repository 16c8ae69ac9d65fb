import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '#ports/clock.ts';
import { silentLog } from '../../../tests/rig/silent.ts';
import { StrangerNotices } from './stranger-notices.ts';

/** Stands still until it is moved on. */
const movedClock = () => {
  let nowMs = 0;
  const timers = new Set<{ readonly dueAt: number; readonly callback: () => void }>();
  const clock: Clock = {
    nowMs: () => nowMs,
    monoMs: () => nowMs,
    setTimer: (delayMs, callback) => {
      const timer = { dueAt: nowMs + delayMs, callback };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
  };
  const move = (ms: number): void => {
    for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 100)
      for (const timer of timers)
        if (timer.dueAt <= nowMs && timers.delete(timer)) timer.callback();
  };
  return { clock, move, timers };
};

const room = () => {
  const log = silentLog();
  const { clock, move, timers } = movedClock();
  const notices = new StrangerNotices({ log, clock });
  const told = (): unknown[] => log.events.map(({ facts }) => facts?.['address']);
  return { notices, move, timers, told, log };
};

test('an address that keeps calling is told once a minute', () => {
  const { notices, move, told, log } = room();
  for (let second = 0; second < 150; second++) {
    notices.called('192.0.2.7', '+12025550123');
    move(1000);
  }
  assert.deepEqual(told(), ['192.0.2.7', '192.0.2.7', '192.0.2.7']);
  assert.equal(log.events[0]?.event, 'sip.stranger-refused');
  assert.equal(log.events[0].facts?.['dialled'], '+12025550123');
});

test('a trunk that proves itself by its password is not told', () => {
  const { notices, move, told } = room();
  notices.called('192.0.2.7', '1000');
  notices.called('192.0.2.8', '1000');
  move(100);
  notices.proven('192.0.2.7');
  move(10_000);
  assert.deepEqual(told(), ['192.0.2.8']);
});

test('addresses without end are sixty lines a minute, and nothing is left when it closes', () => {
  const { notices, move, timers, told } = room();
  for (let second = 0; second < 59; second++) {
    for (let host = 0; host < 250; host++) notices.called(`198.51.${second}.${host}`, '900');
    move(1000);
  }
  assert.equal(told().length, 60);
  notices.called('192.0.2.7', '1000');
  notices.close();
  assert.equal(timers.size, 0);
});
