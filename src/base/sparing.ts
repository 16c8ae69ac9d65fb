/** What would be said again and again: the first of a kind, then one in a while that tells how many were left out. */

/** Kinds that are remembered, and so at most the lines of one pause. */
const mostKindsUsually = 50;

interface Kind {
  saidAtMs: number;
  leftOut: number;
}

export class Sparing {
  readonly #everyMs: number;
  readonly #mostKinds: number;
  /** In the order in which they were last said. */
  readonly #kinds = new Map<string, Kind>();

  /**
   * @param everyMs from one that is said to the next of its kind
   * @param mostKinds within that time; a further kind is not said, so that whoever invents kinds fills neither memory nor log
   */
  constructor(everyMs: number, mostKinds = mostKindsUsually) {
    this.#everyMs = everyMs;
    this.#mostKinds = mostKinds;
  }

  /**
   * @param nowMs of a clock that never goes back
   * @returns how many of this kind were left out since the last one; null: leave this one out as well
   */
  leftOut(kind: string, nowMs: number): number | null {
    const known = this.#kinds.get(kind);
    if (known !== undefined && nowMs - known.saidAtMs < this.#everyMs) {
      known.leftOut++;
      return null;
    }
    if (known === undefined && !this.#hasRoom(nowMs)) return null;
    this.#kinds.delete(kind);
    this.#kinds.set(kind, { saidAtMs: nowMs, leftOut: 0 });
    return known?.leftOut ?? 0;
  }

  #hasRoom(nowMs: number): boolean {
    if (this.#kinds.size < this.#mostKinds) return true;
    const [oldest] = this.#kinds;
    if (oldest === undefined || nowMs - oldest[1].saidAtMs < this.#everyMs) return false;
    return this.#kinds.delete(oldest[0]);
  }
}
