/**
 * INVITE client transaction.
 *
 *     calling ──1xx──▶ proceeding ──3xx–6xx──▶ completed ──D──▶ terminated
 *        └──────2xx───────┴──▶ accepted ──M──▶ terminated
 *
 * @see RFC 3261 §17.1.1 figure 5; RFC 6026 §7.2 (accepted, timer M)
 */
import type { Flow } from './flow.ts';
import type { SipResponse } from './message.ts';
import { type ClientFailure, timerDMs, Transaction, type TransactionHost } from './transaction.ts';

/** Who sent the INVITE. */
export interface InviteClientUser {
  /** Each provisional, each 2xx (retransmitted or from another fork, too), and one final refusal. */
  onResponse(response: SipResponse, now: number): void;
  /** No final response will come: timer B, or the flow is gone. */
  onFailure(why: ClientFailure, now: number): void;
}

export interface InviteClientStart {
  readonly key: string;
  readonly flow: Flow;
  readonly bytes: Buffer;
  /** ACK for a final refusal, built only when one arrives (RFC 3261 §17.1.1.3). */
  readonly makeAck: (response: SipResponse) => Buffer;
}

/** @see RFC 3261 §17.1.1 */
export class InviteClientTransaction extends Transaction {
  state: 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated' = 'calling';
  readonly #user: InviteClientUser;
  readonly #makeAck: (response: SipResponse) => Buffer;
  /** The INVITE while it may have to be sent again, then the ACK of a refusal. */
  #bytes: Buffer | null;

  constructor(start: InviteClientStart, user: InviteClientUser, host: TransactionHost) {
    super(start.key, start.flow, host);
    this.#bytes = start.bytes;
    this.#makeAck = start.makeAck;
    this.#user = user;
  }

  /** Sends the INVITE; timer A (unreliable transports) and timer B start. */
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
      case 'calling':
      case 'proceeding':
        this.#undecided(response, now);
        return;
      case 'accepted':
        if (response.status >= 200 && response.status < 300) this.#user.onResponse(response, now);
        return;
      case 'completed':
        if (response.status >= 300) this.#transmit();
        return;
      case 'terminated':
        return;
    }
  }

  /** After a CANCEL that nobody answers: gives up without telling the user (RFC 3261 §9.1, last paragraph). */
  abandon(): void {
    if (this.state === 'calling' || this.state === 'proceeding') this.#terminate();
  }

  override flowFailed(now: number): void {
    if (this.state === 'calling' || this.state === 'proceeding') this.#fail('transport', now);
    else if (this.state === 'completed') this.#terminate();
  }

  /** Timer A: calling only; doubles without a cap. */
  protected override resend(now: number): void {
    this.#transmit();
    this.resendIntervalMs *= 2;
    this.resendAt = now + this.resendIntervalMs;
  }

  /** Timer B in calling, D in completed, M in accepted. */
  protected override expire(now: number): void {
    if (this.state === 'calling') this.#fail('timeout', now);
    else this.#terminate();
  }

  #undecided(response: SipResponse, now: number): void {
    const { status } = response;
    if (status < 200) {
      this.state = 'proceeding';
      this.#bytes = null;
      this.stopResending();
      this.expireAt = Infinity;
      this.host.schedule(this, Infinity);
    } else if (status < 300) {
      this.state = 'accepted';
      this.#bytes = null;
      this.lingerFor(64 * this.host.timers.t1, now);
    } else {
      this.state = 'completed';
      this.#bytes = this.#makeAck(response);
      this.#transmit();
      this.lingerFor(this.flow.reliable ? 0 : timerDMs, now);
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
