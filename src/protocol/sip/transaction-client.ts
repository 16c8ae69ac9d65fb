/**
 * Non-INVITE client transaction.
 *
 *     trying ──1xx──▶ proceeding ──final──▶ completed ──K──▶ terminated
 *        └──────final──────────────────────────┘
 *
 * @see RFC 3261 §17.1.2 figure 6
 */
import type { Flow } from './flow.ts';
import type { SipResponse } from './message.ts';
import { type ClientFailure, Transaction, type TransactionHost } from './transaction.ts';

/** Who sent the request. */
export interface ClientUser {
  /** Each provisional and the one final response. */
  onResponse(response: SipResponse, now: number): void;
  /** No final response will come: timer F, or the flow is gone. */
  onFailure(why: ClientFailure, now: number): void;
}

/** @see RFC 3261 §17.1.2 */
export class ClientTransaction extends Transaction {
  state: 'trying' | 'proceeding' | 'completed' | 'terminated' = 'trying';
  readonly #user: ClientUser;
  #bytes: Buffer | null;

  constructor(
    start: { readonly key: string; readonly flow: Flow; readonly bytes: Buffer },
    user: ClientUser,
    host: TransactionHost,
  ) {
    super(start.key, start.flow, host);
    this.#bytes = start.bytes;
    this.#user = user;
  }

  /** Sends the request; timer E (unreliable transports) and timer F start. */
  start(now: number): void {
    const { t1 } = this.host.timers;
    this.#transmit();
    if (!this.flow.reliable) {
      this.resendIntervalMs = t1;
      this.resendAt = now + t1;
    }
    this.expireAt = now + 64 * t1;
    this.arm();
  }

  receive(response: SipResponse, now: number): void {
    switch (this.state) {
      case 'trying':
      case 'proceeding':
        this.#undecided(response, now);
        return;
      case 'completed':
      case 'terminated':
        return;
    }
  }

  override flowFailed(now: number): void {
    if (this.state === 'trying' || this.state === 'proceeding') this.#fail('transport', now);
  }

  /** Timer E: in trying min(2·E, T2); in proceeding T2. */
  protected override resend(now: number): void {
    const { t2 } = this.host.timers;
    this.#transmit();
    this.resendIntervalMs =
      this.state === 'proceeding' ? t2 : Math.min(this.resendIntervalMs * 2, t2);
    this.resendAt = now + this.resendIntervalMs;
  }

  /** Timer F before a final response, K after it. */
  protected override expire(now: number): void {
    if (this.state === 'completed') this.#terminate();
    else this.#fail('timeout', now);
  }

  #undecided(response: SipResponse, now: number): void {
    if (response.status < 200) {
      this.state = 'proceeding';
    } else {
      this.state = 'completed';
      this.#bytes = null;
      this.lingerFor(this.flow.reliable ? 0 : this.host.timers.t4, now);
    }
    this.#user.onResponse(response, now);
  }

  #transmit(): void {
    if (this.#bytes !== null) this.host.transmit(this.flow, this.#bytes);
  }

  #fail(why: ClientFailure, now: number): void {
    this.#terminate();
    this.#user.onFailure(why, now);
  }

  #terminate(): void {
    this.state = 'terminated';
    this.#bytes = null;
    this.leave();
  }
}
