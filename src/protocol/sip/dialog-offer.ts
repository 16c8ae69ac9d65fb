/** Our re-INVITEs inside a dialog: one at a time, glare waited out (RFC 3261 §14.1). */
import type { Dialog } from './dialog.ts';
import { attachSdp, type EndpointCore, sdpOf } from './endpoint-core.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { askTerms, type SessionTerms } from './session-timer.ts';
import { Timed } from './timing-wheel.ts';

/** The peer's answer, or the status that refused the offer. */
export type OfferOutcome =
  | { readonly ok: true; readonly sdp: Buffer | null }
  | { readonly ok: false; readonly status: number };

interface Offer {
  readonly sdp: Buffer;
  readonly done: (outcome: OfferOutcome, now: number) => void;
  attempts: number;
  mayAuthorize: boolean;
}

/** What the offers need of the usage they belong to. */
export interface OfferContext {
  /** An offer of the peer, or an answer of ours without its ACK, is open. */
  isBusy(): boolean;
  acknowledge(response: SipResponse, now: number): void;
  /** The peer no longer knows the dialog, or does not answer: end it. */
  lost(why: string, now: number): void;
  /** What the session timer stands at; each re-INVITE refreshes it (RFC 4028 §7.4). */
  terms(): SessionTerms | null;
  agreed(response: SipResponse, now: number): void;
  readonly authorize: ((request: SipRequest, challenge: SipResponse) => boolean) | null;
}

/** Glare again and again means two robots in step; then the offer fails with 491. */
const longestGlare = 5;
/** More waiting offers than this is a caller that does not wait for its answers. */
const longestQueue = 8;

/** Sends offers in order. */
export class OutgoingOffers extends Timed {
  readonly #core: EndpointCore;
  readonly #dialog: Dialog;
  readonly #context: OfferContext;
  readonly #queue: Offer[] = [];
  #inFlight: Offer | null = null;
  #isWaiting = false;
  #isStopped = false;

  constructor(core: EndpointCore, dialog: Dialog, context: OfferContext) {
    super();
    this.#core = core;
    this.#dialog = dialog;
    this.#context = context;
  }

  /** A re-INVITE of ours has no final response yet. */
  get isOpen(): boolean {
    return this.#inFlight !== null;
  }

  send(sdp: Buffer, done: Offer['done'], now: number): void {
    if (this.#queue.length >= longestQueue) {
      done({ ok: false, status: 491 }, now);
      return;
    }
    this.#queue.push({ sdp, done, attempts: 0, mayAuthorize: true });
    this.resume(now);
  }

  /** Tries the next offer; called whenever the dialog has become free. */
  resume(now: number): void {
    if (this.#inFlight || this.#isWaiting || this.#isStopped || this.#context.isBusy()) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.#inFlight = next;
    this.#transmit(next, null, now);
  }

  /** The dialog ends: nothing more is sent, waiting offers fail with 487. Idempotent. */
  stop(now = 0): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#core.wheel.stop(this);
    const open = this.#inFlight;
    this.#inFlight = null;
    if (open) open.done({ ok: false, status: 487 }, now);
    for (const offer of this.#queue.splice(0)) offer.done({ ok: false, status: 487 }, now);
  }

  /** The wait after a glare is over. */
  override fire(now: number): void {
    this.#isWaiting = false;
    this.resume(now);
  }

  #transmit(offer: Offer, repetition: SipRequest | null, now: number): void {
    const { flow } = this.#dialog;
    const request = repetition ?? this.#dialog.makeRequest('INVITE', this.#core.newVia(flow));
    if (repetition === null) {
      request.headers.append('Contact', this.#core.contact(flow));
      for (const [name, value] of askTerms(this.#context.terms()))
        request.headers.append(name, value);
      this.#core.finishRequest(request);
      attachSdp(request, offer.sdp);
    }
    this.#core.layer.sendInvite(
      request,
      flow,
      {
        onResponse: (response, at) => this.#receive(offer, request, response, at),
        onFailure: (_why, at) => this.#fail(offer, 408, at),
      },
      now,
    );
  }

  #receive(offer: Offer, request: SipRequest, response: SipResponse, now: number): void {
    const { status } = response;
    if (status < 200) return;
    if (status < 300) {
      this.#context.acknowledge(response, now);
      if (this.#inFlight !== offer) return;
      if (this.#dialog.refreshTarget(response)) this.#core.follow(this.#dialog);
      this.#context.agreed(response, now);
      this.#settle(offer, { ok: true, sdp: sdpOf(response) }, now);
    } else if (this.#inFlight === offer) this.#refused(offer, request, response, now);
  }

  #refused(offer: Offer, request: SipRequest, response: SipResponse, now: number): void {
    const { status } = response;
    if (status === 491 && offer.attempts < longestGlare) this.#waitOutGlare(offer, now);
    else if (
      (status === 401 || status === 407) &&
      offer.mayAuthorize &&
      this.#context.authorize?.(request, response) === true
    ) {
      offer.mayAuthorize = false;
      request.headers.set('CSeq', `${++this.#dialog.localSequence} INVITE`);
      request.headers.set('Via', this.#core.newVia(this.#dialog.flow));
      this.#transmit(offer, request, now);
    } else this.#fail(offer, status, now);
  }

  /** The side that made the Call-ID waits 2.1–4 s, the other 0–2 s, in steps of 10 ms (RFC 3261 §14.1). */
  #waitOutGlare(offer: Offer, now: number): void {
    const steps = this.#dialog.weCalled
      ? 210 + Math.floor(this.#core.random() * 191)
      : Math.floor(this.#core.random() * 201);
    offer.attempts++;
    this.#inFlight = null;
    this.#isWaiting = true;
    this.#queue.unshift(offer);
    this.#core.wheel.schedule(this, now + steps * 10);
  }

  #fail(offer: Offer, status: number, now: number): void {
    if (this.#inFlight !== offer) return;
    this.#settle(offer, { ok: false, status }, now);
    // RFC 3261 §12.2.1.2: 481, 408 or no answer at all means that the peer lost the dialog.
    if (status === 481) this.#context.lost('the peer no longer knows this dialog', now);
    if (status === 408) this.#context.lost('the peer did not answer a re-INVITE', now);
  }

  #settle(offer: Offer, outcome: OfferOutcome, now: number): void {
    this.#inFlight = null;
    offer.done(outcome, now);
    this.resume(now);
  }
}
