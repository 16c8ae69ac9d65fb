import type { Clock } from '#ports/clock.ts';

/** Ranges of one listening lie closer together than this; pausing for longer is listening again. */
const SAME_USE_MS = 10 * 60_000;
/** Listeners at once of a large installation, several times over; about 2 MB. */
const MAX_USES = 10_000;

/** Tells the first request of a use from the ones that go on with it, in bounded memory. */
export class RecentUses {
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #lastAtMonoMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this use was not seen within the last minutes. Seen now either way. */
  isNew(use: string): boolean {
    const now = this.#clock.monoMs();
    const last = this.#lastAtMonoMs.get(use);
    this.#lastAtMonoMs.delete(use);
    this.#lastAtMonoMs.set(use, now);
    if (this.#lastAtMonoMs.size > MAX_USES) {
      const [oldest] = this.#lastAtMonoMs.keys();
      if (oldest !== undefined) this.#lastAtMonoMs.delete(oldest);
    }
    return last === undefined || now - last > SAME_USE_MS;
  }
}
