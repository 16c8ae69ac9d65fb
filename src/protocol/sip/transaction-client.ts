/**
 * Non-INVITE client transaction.
 *
 *     trying ──1xx──▶ proceeding ──final──▶ completed ──K──▶ terminated
 *        └──────final──────────────────────────┘
 *
 * @see RFC 3261 §17.1.2 figure 6
 */
import type { SipResponse } from './message.ts';
import { ClientMachine, type ClientStart, type ClientUser } from './transaction-client-machine.ts';
import type { TransactionHost } from './transaction.ts';

/** @see RFC 3261 §17.1.2 */
export class ClientTransaction extends ClientMachine<'trying' | 'proceeding' | 'completed'> {
  constructor(start: ClientStart, user: ClientUser, host: TransactionHost) {
    super('trying', start, user, host);
  }

  override receive(response: SipResponse, now: number): void {
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
    if (this.state === 'trying' || this.state === 'proceeding') this.fail('transport', now);
  }

  /** Timer E: in trying min(2·E, T2); in proceeding T2. */
  protected override resend(now: number): void {
    const { t2 } = this.host.timers;
    this.transmit();
    this.resendIntervalMs =
      this.state === 'proceeding' ? t2 : Math.min(this.resendIntervalMs * 2, t2);
    this.resendAt = now + this.resendIntervalMs;
  }

  /** Timer F before a final response, K after it. */
  protected override expire(now: number): void {
    if (this.state === 'completed') this.terminate();
    else this.fail('timeout', now);
  }

  #undecided(response: SipResponse, now: number): void {
    if (response.status < 200) {
      this.state = 'proceeding';
    } else {
      this.state = 'completed';
      this.bytes = null;
      this.lingerFor(this.flow.reliable ? 0 : this.host.timers.t4, now);
    }
    this.user.onResponse(response, now);
  }
}
