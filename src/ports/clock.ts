/** Time as a value, so that an hour of drift is tested in a second. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. May jump; for humans and file names. */
  nowMs(): number;
  /** Milliseconds of a clock that never goes back; fractions carry microseconds. For every duration and deadline. */
  monoMs(): number;
  /** Calls back once, not before `delayMs` milliseconds. */
  setTimer(delayMs: number, callback: () => void): Timer;
}

export interface Timer {
  /** Idempotent; after it the callback does not run. */
  cancel(): void;
}
