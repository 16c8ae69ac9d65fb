/** How often a sign-in may fail, by account and by network address, in bounded memory. */
import type { Clock } from '#ports/clock.ts';

/** Failures within the window after which an account or an address has to wait. A person mistypes a password a few times, not ten. */
export const limits = { account: 10, address: 50, windowMs: 15 * 60_000 } as const;

/** Entries per kind; an attacker needs a new address for every fifty accounts, so this outlasts a large botnet in 10 MB. */
const MAX_ENTRIES = 20_000;

/**
 * Entries leave a map or set in the order in which they came. One look that goes on where it stopped: to begin anew each time would walk
 * over the place of all that left before, which an attacker could make us do at every guess.
 */
class Oldest {
  readonly #entries: ReadonlyMap<string, unknown> | ReadonlySet<string>;
  #left: Iterator<string>;

  constructor(entries: ReadonlyMap<string, unknown> | ReadonlySet<string>) {
    this.#entries = entries;
    this.#left = entries.keys();
  }

  /** The oldest; it has to be deleted, since it is named once. Null when there is none. */
  take(): string | null {
    let next = this.#left.next();
    if (next.done === true) {
      this.#left = this.#entries.keys();
      next = this.#left.next();
    }
    return next.done === true ? null : next.value;
  }
}

interface Tally {
  failures: number;
  readonly untilMonoMs: number;
}

class Tallies {
  readonly #max: number;
  readonly #clock: Clock;
  /** In the order of first failure, so the oldest is the next to expire. */
  readonly #tallies = new Map<string, Tally>();
  readonly #oldest = new Oldest(this.#tallies);

  constructor(max: number, clock: Clock) {
    this.#max = max;
    this.#clock = clock;
  }

  /** Milliseconds until the next try is taken, or 0. */
  waitMs(key: string): number {
    const tally = this.#current(key);
    return tally && tally.failures >= this.#max ? tally.untilMonoMs - this.#clock.monoMs() : 0;
  }

  failed(key: string): void {
    const tally = this.#current(key);
    if (tally) tally.failures++;
    else {
      this.#makeRoom();
      this.#tallies.set(key, { failures: 1, untilMonoMs: this.#clock.monoMs() + limits.windowMs });
    }
  }

  /** Takes one back. */
  forgive(key: string): void {
    const tally = this.#current(key);
    if (tally && tally.failures > 0) tally.failures--;
  }

  clear(key: string): void {
    this.#tallies.delete(key);
  }

  get size(): number {
    return this.#tallies.size;
  }

  #current(key: string): Tally | undefined {
    const tally = this.#tallies.get(key);
    if (tally && tally.untilMonoMs <= this.#clock.monoMs()) {
      this.#tallies.delete(key);
      return undefined;
    }
    return tally;
  }

  /** What is over may stay until then: it says nothing any more. */
  #makeRoom(): void {
    while (this.#tallies.size >= MAX_ENTRIES) this.#tallies.delete(this.#oldest.take() ?? '');
  }
}

const pairOf = (account: string, address: string): string => `${address} ${account}`;

export class SignInLimits {
  readonly #accounts: Tallies;
  /** An account as tried from an address that once knew its password: a stranger's guesses do not shut its owner out. */
  readonly #vouched: Tallies;
  readonly #addresses: Tallies;
  /** Account and address of sign-ins that succeeded, the oldest first. */
  readonly #known = new Set<string>();
  readonly #oldestKnown = new Oldest(this.#known);

  constructor(clock: Clock) {
    this.#vouched = new Tallies(limits.account, clock);
    this.#accounts = new Tallies(limits.account, clock);
    this.#addresses = new Tallies(limits.address, clock);
  }

  /** Seconds until this account may be tried from this address again; 0 = now. */
  waitSeconds(account: string, address: string): number {
    const [tallies, key] = this.#tallyOf(account, address);
    return Math.ceil(Math.max(tallies.waitMs(key), this.#addresses.waitMs(address)) / 1000);
  }

  /** Counted before the password is checked, so that a burst at once is limited like a sequence. */
  attempt(account: string, address: string): void {
    const [tallies, key] = this.#tallyOf(account, address);
    tallies.failed(key);
    this.#addresses.failed(address);
  }

  /**
   * A success forgives the account as tried from here. To the address it gives back its own attempt alone: the other guesses from there
   * were guesses, and an office that signs in behind one address made none.
   */
  succeeded(account: string, address: string): void {
    const [tallies, key] = this.#tallyOf(account, address);
    tallies.clear(key);
    this.#addresses.forgive(address);
    const pair = pairOf(account, address);
    this.#known.delete(pair);
    this.#known.add(pair);
    while (this.#known.size > MAX_ENTRIES) this.#known.delete(this.#oldestKnown.take() ?? '');
  }

  get entries(): number {
    return this.#accounts.size + this.#vouched.size + this.#addresses.size + this.#known.size;
  }

  #tallyOf(account: string, address: string): readonly [Tallies, string] {
    const pair = pairOf(account, address);
    return this.#known.has(pair) ? [this.#vouched, pair] : [this.#accounts, account];
  }
}
