/** How long this process has been looking: what it has not seen while it slept, or while the database was away, says nothing. */
export class Vigil {
  readonly #gapMs: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #sinceMs = 0;

  /** @param gapMs looks further apart than this begin anew */
  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  /** Milliseconds since the last look. */
  pauseMs(nowMs: number): number {
    return nowMs - this.#lastMs;
  }

  /** @returns milliseconds of looking without a gap */
  look(nowMs: number): number {
    if (this.pauseMs(nowMs) > this.#gapMs) this.#sinceMs = nowMs;
    this.#lastMs = nowMs;
    return nowMs - this.#sinceMs;
  }
}
