/** What both client machines share: the request, sent until there is an answer, and whoever waits for it. */
import type { Flow } from './flow.ts';
import type { SipResponse } from './message.ts';
import { type ClientFailure, Transaction, type TransactionHost } from './transaction.ts';

/** Who sent the request. */
export interface ClientUser {
  /** Each provisional and the one final response; of an INVITE also each 2xx, retransmitted or from another fork. */
  onResponse(response: SipResponse, now: number): void;
  /** No final response will come: timer B or F, or the flow is gone. */
  onFailure(why: ClientFailure, now: number): void;
}

export interface ClientStart {
  readonly key: string;
  readonly flow: Flow;
  readonly bytes: Buffer;
}

/** @see RFC 3261 §17.1 */
export abstract class ClientMachine<State extends string> extends Transaction {
  state: State | 'terminated';
  protected readonly user: ClientUser;
  /** The request while it may have to be sent again; null when there is nothing more to send. */
  protected bytes: Buffer | null;

  constructor(first: State, start: ClientStart, user: ClientUser, host: TransactionHost) {
    super(start.key, start.flow, host);
    this.state = first;
    this.bytes = start.bytes;
    this.user = user;
  }

  /** Sends the request; timer A or E (unreliable transports) and timer B or F start. */
  start(now: number): void {
    const { t1 } = this.host.timers;
    this.transmit();
    if (!this.flow.reliable) {
      this.resendIntervalMs = t1;
      this.resendAt = now + t1;
    }
    this.expireAt = now + 64 * t1;
    this.arm();
  }

  abstract receive(response: SipResponse, now: number): void;

  protected transmit(): void {
    if (this.bytes !== null) this.host.transmit(this.flow, this.bytes);
  }

  protected fail(why: ClientFailure, now: number): void {
    this.terminate();
    this.user.onFailure(why, now);
  }

  protected terminate(): void {
    this.state = 'terminated';
    this.bytes = null;
    this.leave();
  }
}
