/** How long this machine lets a process wait that has something to do: what a test of instants has to allow, and no more. */
export interface Lateness {
  /** Ends the watch. @returns the longest since it began, milliseconds */
  readonly stop: () => number;
}

const everyMs = 5;

/** Between `watchLateness` and `stop` the test itself must only wait: what it reckons meanwhile would count. */
export const watchLateness = (): Lateness => {
  let dueMs = performance.now() + everyMs;
  let worstMs = 0;
  const look = (): void => {
    const nowMs = performance.now();
    worstMs = Math.max(worstMs, nowMs - dueMs);
    dueMs = nowMs + everyMs;
  };
  const timer = setInterval(look, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return worstMs;
    },
  };
};
