import type { Clock, Timer } from '#ports/clock.ts';

/** Longest delay `setTimeout` keeps; more would fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** CLOCK_MONOTONIC in milliseconds: the same origin in every thread, unlike `performance.now()`. */
const monoMs = (): number => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
};

const setTimer = (delayMs: number, callback: () => void): Timer => {
  const dueAtMonoMs = monoMs() + delayMs;
  const arm = (): NodeJS.Timeout => {
    const leftMs = Math.min(MAX_TIMEOUT_MS, Math.max(0, Math.ceil(dueAtMonoMs - monoMs())));
    return setTimeout(() => {
      // libuv counts whole milliseconds and may call up to one early; the promise is "not before".
      if (monoMs() < dueAtMonoMs) handle = arm();
      else callback();
    }, leftMs);
  };
  let handle = arm();
  return { cancel: () => clearTimeout(handle) };
};

/** The machine's own clocks. */
export const systemClock: Clock = { nowMs: () => Date.now(), monoMs, setTimer };
