/**
 * Non-INVITE server transaction.
 *
 *     trying ──1xx──▶ proceeding ──final──▶ completed ──J──▶ terminated
 *        └──────final──────────────────────────┘
 *
 * @see RFC 3261 §17.2.2 figure 8
 */
import { Transaction } from './transaction.ts';

/** @see RFC 3261 §17.2.2 */
export class ServerTransaction extends Transaction {
  state: 'trying' | 'proceeding' | 'completed' | 'terminated' = 'trying';
  #lastResponse: Buffer | null = null;

  /** Sends a response; anything after the final one is dropped. */
  respond(status: number, bytes: Buffer, now: number): void {
    if (this.state !== 'trying' && this.state !== 'proceeding') return;
    this.#lastResponse = bytes;
    this.host.transmit(this.flow, bytes);
    if (status < 200) {
      this.state = 'proceeding';
      return;
    }
    this.state = 'completed';
    this.lingerFor(this.flow.reliable ? 0 : 64 * this.host.timers.t1, now);
  }

  /** The same request again: silence in trying, else the last response. */
  receiveAgain(): void {
    if (this.#lastResponse !== null) this.host.transmit(this.flow, this.#lastResponse);
  }

  override flowFailed(): void {
    if (this.state === 'completed') this.#terminate();
  }

  protected override resend(): void {
    // Non-INVITE responses are repeated only when the request is (RFC 3261 §17.2.2).
  }

  /** Timer J. */
  protected override expire(): void {
    this.#terminate();
  }

  #terminate(): void {
    this.state = 'terminated';
    this.#lastResponse = null;
    this.leave();
  }
}
