/** What the four transaction machines of RFC 3261 §17 share: their timers, their flow and the way out. */
import type { Flow } from './flow.ts';
import { Timed } from './timing-wheel.ts';

/** The three values every timer of RFC 3261 §17 is made of, in milliseconds. */
export interface SipTimers {
  /** Round-trip estimate. */
  readonly t1: number;
  /** Longest interval between retransmissions of non-INVITE requests and INVITE responses. */
  readonly t2: number;
  /** Longest time a message stays in the network. */
  readonly t4: number;
}

/** @see RFC 3261 §17.1.1.1, table 4 in Appendix A */
export const standardTimers: SipTimers = { t1: 500, t2: 4000, t4: 5000 };

/** Timer D on unreliable transports: at least 32 s (RFC 3261 §17.1.1.2). */
export const timerDMs = 32_000;

/** What a transaction asks of its surroundings. One object serves all transactions of an endpoint. */
export interface TransactionHost {
  readonly timers: SipTimers;
  transmit(flow: Flow, bytes: Buffer): void;
  /** Fires the transaction at `dueAt`; `Infinity` stops it. */
  schedule(transaction: Transaction, dueAt: number): void;
  /** The transaction is over: take it out of the tables. Called once. */
  ended(transaction: Transaction): void;
}

/** Why a client transaction ended without a final response. */
export type ClientFailure = 'timeout' | 'transport';

/**
 * A transaction has at most two timers at a time: one that sends again (A, E, G) and one that ends the state (B, D, F, H, I, J,
 * K, L, M). Only the earlier one stands in the wheel.
 */
export abstract class Transaction extends Timed {
  /** Matching key in the table of its side (RFC 3261 §17.1.3, §17.2.3). */
  readonly key: string;
  readonly flow: Flow;
  protected readonly host: TransactionHost;
  /** Instant of the next retransmission, `Infinity` for none. */
  protected resendAt = Infinity;
  protected resendIntervalMs = 0;
  /** Instant at which the present state ends, `Infinity` for none. */
  protected expireAt = Infinity;

  constructor(key: string, flow: Flow, host: TransactionHost) {
    super();
    this.key = key;
    this.flow = flow;
    this.host = host;
  }

  /** The state's timer: time-out, or the end of absorbing retransmissions. */
  protected abstract expire(now: number): void;
  protected abstract resend(now: number): void;
  /** The transport says that the flow is gone (RFC 3261 §17.1.4, §17.2.4). */
  abstract flowFailed(now: number): void;

  override fire(now: number): void {
    if (now >= this.expireAt) {
      this.expireAt = Infinity;
      this.expire(now);
    } else if (now >= this.resendAt) {
      this.resend(now);
    }
    if (this.resendAt !== Infinity || this.expireAt !== Infinity) this.arm();
  }

  /** Puts the earlier of both instants into the wheel. */
  protected arm(): void {
    this.host.schedule(this, Math.min(this.resendAt, this.expireAt));
  }

  protected stopResending(): void {
    this.resendAt = Infinity;
  }

  /** The state ends after `delayMs`; zero ends it at once. */
  protected lingerFor(delayMs: number, now: number): void {
    this.stopResending();
    if (delayMs === 0) {
      this.expireAt = Infinity;
      this.expire(now);
      return;
    }
    this.expireAt = now + delayMs;
    this.arm();
  }

  /** Stops both timers and leaves the tables. */
  protected leave(): void {
    this.resendAt = Infinity;
    this.expireAt = Infinity;
    this.host.schedule(this, Infinity);
    this.host.ended(this);
  }
}
