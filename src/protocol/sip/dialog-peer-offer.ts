/** An offer of the peer inside a dialog (re-INVITE or UPDATE) that waits for the call's answer. */
import type { EndpointCore } from './endpoint-core.ts';
import type { SipRequest } from './message.ts';
import { Timed } from './timing-wheel.ts';
import type { InviteServerTransaction } from './transaction-server-invite.ts';
import type { ServerTransaction } from './transaction-server.ts';
import { writeMessage } from './write.ts';

/** Longer than any answer of ours takes, and well before the peer of an UPDATE gives up by itself (64·T1, RFC 3261 §17.1.2.2). */
const answerWithinMs = 10_000;
/** A re-INVITE that takes longer gets 100, or its sender repeats it (RFC 3261 §17.2.1). */
const tryingAfterMs = 200;
/** Longest Retry-After of a 500 to an offer that came while another one is open (RFC 3261 §14.2). */
const overlapRetrySeconds = 10;

/** Answered exactly once: by the call, by a refusal, or by 504 when the call stays silent. The dialog goes on in any case. */
export class PeerOffer extends Timed {
  readonly request: SipRequest;
  readonly server: InviteServerTransaction | ServerTransaction;
  readonly #core: EndpointCore;
  #onOverdue: (now: number) => void = () => undefined;
  #overdueAt = 0;

  constructor(
    core: EndpointCore,
    request: SipRequest,
    server: InviteServerTransaction | ServerTransaction,
  ) {
    super();
    this.#core = core;
    this.request = request;
    this.server = server;
  }

  /** @param onOverdue called unless `settle` comes within ten seconds */
  expectAnswer(onOverdue: (now: number) => void, now: number): void {
    this.#onOverdue = onOverdue;
    this.#overdueAt = now + answerWithinMs;
    const isInvite = this.request.method === 'INVITE';
    this.#core.wheel.schedule(this, isInvite ? now + tryingAfterMs : this.#overdueAt);
  }

  /** The answer is on its way. Idempotent. */
  settle(): void {
    this.#core.wheel.stop(this);
  }

  refuse(status: number, now: number, headers: readonly (readonly [string, string])[] = []): void {
    this.settle();
    const response = this.#core.answer(this.request, status, { headers });
    this.server.respond(status, writeMessage(response), now);
  }

  /** Another offer is open: try again after a time of its own (RFC 3261 §14.2). */
  refuseOverlap(now: number): void {
    const seconds = Math.floor(this.#core.random() * (overlapRetrySeconds + 1));
    this.refuse(500, now, [['Retry-After', String(seconds)]]);
  }

  fire(now: number): void {
    if (now < this.#overdueAt) {
      this.server.respond(100, writeMessage(this.#core.answer(this.request, 100)), now);
      this.#core.wheel.schedule(this, this.#overdueAt);
      return;
    }
    this.#core.noteOddity('unanswered-offer', this.server.flow);
    this.#onOverdue(now);
  }
}
