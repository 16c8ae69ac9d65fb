/** A 2xx of ours that nobody has acknowledged yet: the dialog repeats it, on every transport (RFC 3261 §13.3.1.4). */
import type { EndpointCore } from './endpoint-core.ts';
import type { Flow } from './flow.ts';
import { Timed } from './timing-wheel.ts';

/** Repeats a 2xx after T1, doubling up to T2, until the ACK comes or 64·T1 have passed. */
export class UnacknowledgedAnswer extends Timed {
  /** CSeq number that the ACK will carry. */
  readonly sequence: number;
  /** The INVITE had no offer, so the ACK brings the answer. */
  readonly expectsAnswer: boolean;
  readonly #core: EndpointCore;
  readonly #flow: Flow;
  readonly #bytes: Buffer;
  readonly #onGiveUp: (now: number) => void;
  #intervalMs: number;
  readonly #giveUpAt: number;

  constructor(
    core: EndpointCore,
    answer: {
      readonly sequence: number;
      readonly expectsAnswer: boolean;
      readonly flow: Flow;
      readonly bytes: Buffer;
      readonly onGiveUp: (now: number) => void;
    },
    now: number,
  ) {
    super();
    this.#core = core;
    this.sequence = answer.sequence;
    this.expectsAnswer = answer.expectsAnswer;
    this.#flow = answer.flow;
    this.#bytes = answer.bytes;
    this.#onGiveUp = answer.onGiveUp;
    this.#intervalMs = core.timers.t1;
    this.#giveUpAt = now + 64 * core.timers.t1;
    core.wheel.schedule(this, now + this.#intervalMs);
  }

  /** The ACK is here, or the dialog is over. Idempotent. */
  stop(): void {
    this.#core.wheel.stop(this);
  }

  override fire(now: number): void {
    if (now >= this.#giveUpAt) {
      this.#onGiveUp(now);
      return;
    }
    this.#core.transmit(this.#flow, this.#bytes);
    this.#intervalMs = Math.min(this.#intervalMs * 2, this.#core.timers.t2);
    this.#core.wheel.schedule(this, Math.min(now + this.#intervalMs, this.#giveUpAt));
  }
}
