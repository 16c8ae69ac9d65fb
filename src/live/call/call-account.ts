import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { CallId } from '#core/ids.ts';
import type { Clock } from '#ports/clock.ts';
import type { Ledger } from '#ports/ledger.ts';
import type { Log } from '#ports/log.ts';

type WithoutStamp<Entry> = Entry extends unknown ? Omit<Entry, 'callId' | 'at'> : never;

/** What happened, without the call and the time that the account adds. */
export type CallFact = WithoutStamp<LedgerEntry>;

/** One call's writing into the ledger. A disk that refuses never stops the call: the ledger keeps the entry and alarms. */
export class CallAccount {
  readonly #callId: CallId;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #log: Log;
  #hasComplained = false;

  constructor(callId: CallId, world: { ledger: Ledger; clock: Clock; log: Log }) {
    this.#callId = callId;
    this.#ledger = world.ledger;
    this.#clock = world.clock;
    this.#log = world.log;
  }

  /** @param at wall milliseconds; now, unless the fact is older than its writing */
  write(fact: CallFact, at = this.#clock.nowMs()): void {
    try {
      this.#ledger.append({ ...fact, callId: this.#callId, at });
    } catch (thrown) {
      if (this.#hasComplained) return;
      this.#hasComplained = true;
      this.#log.error('call.ledger-unwritable', { callId: this.#callId, error: String(thrown) });
    }
  }
}
