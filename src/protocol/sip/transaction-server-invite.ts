/**
 * INVITE server transaction.
 *
 *     proceeding ──3xx–6xx──▶ completed ──ACK──▶ confirmed ──I──▶ terminated
 *         │                       └──H──▶ terminated (nobody acknowledged)
 *         └──2xx──▶ accepted ──L──▶ terminated
 *
 * @see RFC 3261 §17.2.1 figure 7; RFC 6026 §7.1 (accepted, timer L)
 */
import { Transaction } from './transaction.ts';

/** An answer within this time makes the 100 needless; without one the 100 goes out before the caller would ask again. */
export const tryingAfterMs = 200;

/** @see RFC 3261 §17.2.1 */
export class InviteServerTransaction extends Transaction {
  state: 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated' = 'proceeding';
  /** What a retransmitted INVITE gets again; nothing once a 2xx is out, since those belong to the dialog. */
  #lastResponse: Buffer | null = null;
  /** The 100 that is due unless somebody answers before. */
  #trying: (() => Buffer) | null = null;

  /** Owes the caller a 100: sent after 200 ms, or when the INVITE comes again, unless a response was sent before (§17.2.1). */
  owe(trying: () => Buffer, now: number): void {
    this.#trying = trying;
    this.resendAt = now + tryingAfterMs;
    this.arm();
  }

  /** Sends a response. After a final one only further 2xx pass (the dialog's retransmissions, RFC 6026 §7.1). */
  respond(status: number, bytes: Buffer, now: number): void {
    if (this.state === 'accepted') {
      if (status >= 200 && status < 300) this.host.transmit(this.flow, bytes);
      return;
    }
    if (this.state !== 'proceeding') return;
    if (this.#trying !== null) this.#oweNothing();
    this.host.transmit(this.flow, bytes);
    if (status < 200) this.#lastResponse = bytes;
    else if (status < 300) this.#accept(now);
    else this.#complete(bytes, now);
  }

  /** The same INVITE again. */
  receiveAgain(): void {
    if (this.state !== 'proceeding' && this.state !== 'completed') return;
    if (this.#trying !== null) this.#try();
    else if (this.#lastResponse !== null) this.host.transmit(this.flow, this.#lastResponse);
  }

  /**
   * ACK with this transaction's branch: only a refusal is acknowledged that way.
   *
   * @returns true when it was ours to absorb
   */
  receiveAck(now: number): boolean {
    if (this.state === 'completed') {
      this.state = 'confirmed';
      this.#lastResponse = null;
      this.lingerFor(this.flow.reliable ? 0 : this.host.timers.t4, now);
    }
    return this.state !== 'accepted';
  }

  override flowFailed(): void {
    // RFC 3261 §17.2.4: what cannot be delivered ends the transaction; before the final response the TU decides.
    if (this.state === 'completed') this.#terminate();
  }

  /** The 100 while proceeding; timer G: completed on unreliable transports. */
  protected override resend(now: number): void {
    if (this.state === 'proceeding') {
      this.#try();
      return;
    }
    if (this.#lastResponse !== null) this.host.transmit(this.flow, this.#lastResponse);
    this.resendIntervalMs = Math.min(this.resendIntervalMs * 2, this.host.timers.t2);
    this.resendAt = now + this.resendIntervalMs;
  }

  /** Timer H in completed, I in confirmed, L in accepted. */
  protected override expire(): void {
    this.#terminate();
  }

  #try(): void {
    const bytes = this.#trying?.();
    this.#oweNothing();
    if (bytes === undefined) return;
    this.#lastResponse = bytes;
    this.host.transmit(this.flow, bytes);
  }

  #oweNothing(): void {
    this.#trying = null;
    this.stopResending();
    this.arm();
  }

  #accept(now: number): void {
    this.state = 'accepted';
    this.#lastResponse = null;
    this.lingerFor(64 * this.host.timers.t1, now);
  }

  #complete(bytes: Buffer, now: number): void {
    const { t1 } = this.host.timers;
    this.state = 'completed';
    this.#lastResponse = bytes;
    if (!this.flow.reliable) {
      this.resendIntervalMs = t1;
      this.resendAt = now + t1;
    }
    this.expireAt = now + 64 * t1;
    this.arm();
  }

  #terminate(): void {
    this.state = 'terminated';
    this.#lastResponse = null;
    this.#trying = null;
    this.leave();
  }
}
