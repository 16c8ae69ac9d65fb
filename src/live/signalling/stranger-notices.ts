/**
 * Tells the operator of calls from addresses that no trunk takes calls from: mostly a carrier whose address is not in the trunk's list. A
 * trunk with a password begins every call as a stranger, so who was challenged is told of only when no proof follows.
 */
import { Sparing } from '#base/sparing.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';

/** An address that keeps calling is one line in this time. */
const tellAgainMs = 60_000;
/** Addresses told of within that time: those of UDP can be invented without end. */
const mostAddresses = 60;
/** For the answer to our challenge: Timer B is 32 s, but who has a password answers at once. */
const proofMs = 4000;
/** Numbers are shorter; what strangers invent is not. */
const mostDigits = 40;

interface Waiting {
  readonly dialled: string;
  readonly dueAt: number;
}

export class StrangerNotices {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #told = new Sparing(tellAgainMs, mostAddresses);
  /** By address, in the order of their due times. */
  readonly #waiting = new Map<string, Waiting>();
  #timer: Timer | null = null;

  constructor({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  /** An INVITE of nobody we know was answered 401 or 403, or not at all. */
  called(address: string, dialled: string): void {
    if (this.#waiting.has(address) || this.#waiting.size >= mostAddresses) return;
    const dueAt = this.#clock.monoMs() + proofMs;
    this.#waiting.set(address, { dialled: dialled.slice(0, mostDigits), dueAt });
    if (this.#timer === null) this.#wait(proofMs);
  }

  /** A trunk has proven itself by its password. */
  proven(address: string): void {
    this.#waiting.delete(address);
  }

  close(): void {
    this.#timer?.cancel();
    this.#waiting.clear();
  }

  #wait(delayMs: number): void {
    this.#timer = this.#clock.setTimer(delayMs, () => {
      const now = this.#clock.monoMs();
      for (const [address, { dialled, dueAt }] of this.#waiting) {
        if (dueAt > now) break;
        this.#waiting.delete(address);
        this.#tell(address, dialled, now);
      }
      const [next] = this.#waiting.values();
      this.#timer = null;
      if (next !== undefined) this.#wait(Math.max(1, next.dueAt - now));
    });
  }

  #tell(address: string, dialled: string, now: number): void {
    if (this.#told.leftOut(address, now) === null) return;
    this.#log.warn('sip.stranger-refused', {
      address,
      dialled,
      why: 'no trunk takes calls from this address, and no password of a trunk followed',
    });
  }
}
