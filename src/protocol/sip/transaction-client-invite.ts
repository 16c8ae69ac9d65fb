/**
 * INVITE client transaction.
 *
 *     calling ──1xx──▶ proceeding ──3xx–6xx──▶ completed ──D──▶ terminated
 *        └──────2xx───────┴──▶ accepted ──M──▶ terminated
 *
 * @see RFC 3261 §17.1.1 figure 5; RFC 6026 §7.2 (accepted, timer M)
 */
import type { SipResponse } from './message.ts';
import { ClientMachine, type ClientStart, type ClientUser } from './transaction-client-machine.ts';
import { timerDMs, type TransactionHost } from './transaction.ts';

export interface InviteClientStart extends ClientStart {
  /** ACK for a final refusal, built only when one arrives (RFC 3261 §17.1.1.3). */
  readonly makeAck: (response: SipResponse) => Buffer;
}

/** @see RFC 3261 §17.1.1 */
export class InviteClientTransaction extends ClientMachine<
  'calling' | 'proceeding' | 'completed' | 'accepted'
> {
  readonly #makeAck: (response: SipResponse) => Buffer;

  constructor(start: InviteClientStart, user: ClientUser, host: TransactionHost) {
    super('calling', start, user, host);
    this.#makeAck = start.makeAck;
  }

  override receive(response: SipResponse, now: number): void {
    switch (this.state) {
      case 'calling':
      case 'proceeding':
        this.#undecided(response, now);
        return;
      case 'accepted':
        if (response.status >= 200 && response.status < 300) this.user.onResponse(response, now);
        return;
      case 'completed':
        if (response.status >= 300) this.transmit();
        return;
      case 'terminated':
        return;
    }
  }

  /** After a CANCEL that nobody answers: gives up without telling the user (RFC 3261 §9.1, last paragraph). */
  abandon(): void {
    if (this.state === 'calling' || this.state === 'proceeding') this.terminate();
  }

  override flowFailed(now: number): void {
    if (this.state === 'calling' || this.state === 'proceeding') this.fail('transport', now);
    else if (this.state === 'completed') this.terminate();
  }

  /** Timer A: calling only; doubles without a cap. */
  protected override resend(now: number): void {
    this.transmit();
    this.resendIntervalMs *= 2;
    this.resendAt = now + this.resendIntervalMs;
  }

  /** Timer B in calling, D in completed, M in accepted. */
  protected override expire(now: number): void {
    if (this.state === 'calling') this.fail('timeout', now);
    else this.terminate();
  }

  #undecided(response: SipResponse, now: number): void {
    const { status } = response;
    if (status < 200) {
      this.state = 'proceeding';
      this.bytes = null;
      this.stopResending();
      this.expireAt = Infinity;
      this.host.schedule(this, Infinity);
    } else if (status < 300) {
      this.state = 'accepted';
      this.bytes = null;
      this.lingerFor(64 * this.host.timers.t1, now);
    } else {
      this.state = 'completed';
      this.bytes = this.#makeAck(response);
      this.transmit();
      this.lingerFor(this.flow.reliable ? 0 : timerDMs, now);
    }
    this.user.onResponse(response, now);
  }
}
