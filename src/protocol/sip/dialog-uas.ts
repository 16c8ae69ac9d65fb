/** An INVITE that reached us: ringing, the answer or the refusal, and what the caller does meanwhile. */
import { Dialog, type Reach } from './dialog.ts';
import { InviteUsage, type InviteUsageUser, type UsageEnd } from './dialog-usage.ts';
import { attachSdp, type EndpointCore, sdpOf } from './endpoint-core.ts';
import type { Flow } from './flow.ts';
import type { SipRequest } from './message.ts';
import { answerTerms } from './session-timer.ts';
import { Timed } from './timing-wheel.ts';
import type { InviteServerTransaction } from './transaction-server-invite.ts';
import { writeMessage } from './write.ts';

/** Proxies give up on an INVITE that is silent for three minutes; a provisional each minute keeps it (RFC 3261 §13.3.1.1). */
const keepRingingMs = 60_000;

export interface IncomingInviteUser extends InviteUsageUser {
  /** CANCEL, or BYE on the early dialog: 487 is out already. */
  onCancelled(text: string, now: number): void;
}

/** One UAS side of an INVITE outside a dialog (RFC 3261 §13.3). */
export class IncomingInvite extends Timed implements InviteUsageUser {
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly localTag: string;
  readonly #core: EndpointCore;
  readonly #server: InviteServerTransaction;
  readonly #reach: Reach;
  readonly #onDecided: () => void;
  #user: IncomingInviteUser | null = null;
  #usage: InviteUsage | null = null;
  #lastProvisional: { readonly status: number; readonly bytes: Buffer } | null = null;
  #isDecided = false;

  constructor(
    core: EndpointCore,
    start: {
      readonly request: SipRequest;
      readonly flow: Flow;
      readonly server: InviteServerTransaction;
      readonly localTag: string;
      readonly reach: Reach;
      /** The final response is out: a CANCEL has nothing to cancel any more. */
      readonly onDecided: () => void;
    },
  ) {
    super();
    this.#core = core;
    this.request = start.request;
    this.flow = start.flow;
    this.#server = start.server;
    this.localTag = start.localTag;
    this.#reach = start.reach;
    this.#onDecided = start.onDecided;
  }

  /** The offer, or null when the caller wants ours. */
  get sdp(): Buffer | null {
    return sdpOf(this.request);
  }

  /** The dialog's usage once a tagged response is out. */
  get usage(): InviteUsage | null {
    return this.#usage;
  }

  /** No final response is out yet. */
  get isOpen(): boolean {
    return !this.#isDecided;
  }

  /** Before any other method; the same object hears about the dialog later on. */
  attach(user: IncomingInviteUser): void {
    this.#user = user;
  }

  /** 180, or 183 with a session description: early media. Repeated each minute. */
  ring(status: number, sdp: Buffer | null, now: number): void {
    if (this.#isDecided) return;
    const bytes = this.#withDialog(status, sdp);
    this.#lastProvisional = { status, bytes };
    this.#server.respond(status, bytes, now);
    this.#core.wheel.schedule(this, now + keepRingingMs);
  }

  /** 200. Repeated until the ACK comes; then `onConfirmed`. */
  accept(sdp: Buffer, now: number): void {
    if (this.#isDecided) return;
    this.#decide();
    const { terms, headers } = answerTerms(this.request);
    const bytes = this.#withDialog(200, sdp, headers);
    this.#server.respond(200, bytes, now);
    this.#usage?.confirmAsServer(this.request, this.flow, { bytes, sdp, terms }, now);
  }

  /** A final refusal; the early dialog, if any, is gone. */
  refuse(
    status: number,
    now: number,
    options: {
      readonly reason?: string;
      readonly headers?: readonly (readonly [string, string])[];
    } = {},
  ): void {
    if (this.#isDecided) return;
    this.#decide();
    const response = this.#core.answer(this.request, status, { ...options, toTag: this.localTag });
    this.#server.respond(status, writeMessage(response), now);
    this.#usage?.drop();
    this.#usage = null;
  }

  /** The endpoint's 200 to the CANCEL is out. A CANCEL behind the final response changes nothing (RFC 3261 §9.2). */
  cancel(text: string, now: number): void {
    if (this.#isDecided) return;
    this.refuse(487, now);
    this.#user?.onCancelled(text, now);
  }

  /** Another minute of ringing. */
  override fire(now: number): void {
    if (this.#isDecided || this.#lastProvisional === null) return;
    this.#server.respond(this.#lastProvisional.status, this.#lastProvisional.bytes, now);
    this.#core.wheel.schedule(this, now + keepRingingMs);
  }

  onConfirmed(sdp: Buffer | null, now: number): void {
    this.#user?.onConfirmed(sdp, now);
  }

  onOffer(sdp: Buffer | null, now: number): void {
    this.#user?.onOffer(sdp, now);
  }

  onEnded(end: UsageEnd, now: number): void {
    if (this.#isDecided) {
      this.#user?.onEnded(end, now);
      return;
    }
    // BYE of the caller on the early dialog (RFC 3261 §15): the INVITE itself still wants its answer.
    this.#usage = null;
    this.cancel(end.text, now);
  }

  #decide(): void {
    this.#isDecided = true;
    this.#core.wheel.stop(this);
    this.#lastProvisional = null;
    this.#onDecided();
  }

  #withDialog(
    status: number,
    sdp: Buffer | null,
    headers: readonly (readonly [string, string])[] = [],
  ): Buffer {
    this.#usage ??= this.#openDialog();
    const response = this.#core.answer(this.request, status, {
      toTag: this.localTag,
      headers: [['Contact', this.#core.contact(this.flow)], ...headers],
    });
    if (sdp) attachSdp(response, sdp);
    return writeMessage(response);
  }

  #openDialog(): InviteUsage {
    const dialog = Dialog.ofServer(this.request, this.localTag, this.flow);
    dialog.reach = this.#reach;
    const usage = new InviteUsage(this.#core, dialog, this);
    this.#core.follow(dialog);
    return usage;
  }
}
