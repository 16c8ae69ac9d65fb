/** Inclusive range of UDP ports; `{ first: 0, last: 0 }` lets the system choose (tests). */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The even ports of a range that belong to one worker, longest unused first: a late packet of an ended call must not meet the next
 * call on the same port.
 */
export class PortPairs {
  readonly #free: number[] = [];
  readonly #isAny: boolean;

  /** @param share this worker's place @param shares number of workers: every worker takes each n-th pair */
  constructor(range: PortRange, share = 0, shares = 1) {
    this.#isAny = range.first === 0;
    const first = range.first + (range.first % 2);
    for (let port = first, pair = 0; port + 1 <= range.last && !this.#isAny; port += 2, pair++)
      if (pair % shares === share) this.#free.push(port);
  }

  /** Pairs not in use; infinite when the system chooses. */
  get freePairs(): number {
    return this.#isAny ? Infinity : this.#free.length;
  }

  /** @returns the RTP port, 0 when the system is to choose, or undefined when all are in use */
  take(): number | undefined {
    return this.#isAny ? 0 : this.#free.shift();
  }

  give(port: number): void {
    if (!this.#isAny) this.#free.push(port);
  }
}
