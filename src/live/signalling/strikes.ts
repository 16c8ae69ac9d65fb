/** Counts misdeeds per source within a time window, in bounded memory. */

/** 10,000 sources of some 100 bytes: about a megabyte; the oldest goes first. */
const mostSources = 10_000;

interface Strikes {
  count: number;
  until: number;
  /** Whom it claimed to be. */
  readonly name: string;
}

export class StrikeTable {
  readonly #windowMs: number;
  /** In the order of the last strike, since each strike puts its source at the end. */
  readonly #sources = new Map<string, Strikes>();

  /** @param windowMs silence after which a source starts anew */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  count(source: string, now: number): number {
    const strikes = this.#sources.get(source);
    return strikes && strikes.until > now ? strikes.count : 0;
  }

  /**
   * @param name whom the source claims to be, for `forgetNamed`
   * @returns the count with this strike
   */
  strike(source: string, now: number, name = ''): number {
    const count = this.count(source, now) + 1;
    this.#sources.delete(source);
    if (this.#sources.size >= mostSources) {
      const oldest = this.#sources.keys().next().value;
      if (oldest !== undefined) this.#sources.delete(oldest);
    }
    this.#sources.set(source, { count, until: now + this.#windowMs, name });
    return count;
  }

  forget(source: string): void {
    this.#sources.delete(source);
  }

  /** Forgets every source that last claimed one of these names. */
  forgetNamed(names: ReadonlySet<string>): void {
    for (const [source, { name }] of this.#sources)
      if (names.has(name)) this.#sources.delete(source);
  }
}
