/** An INVITE of ours: early dialogs of every fork, CANCEL, and the dialog that the first 2xx makes. */
import { Dialog, type Reach } from './dialog.ts';
import { type Authorize, InviteUsage, type InviteUsageUser } from './dialog-usage.ts';
import { attachSdp, type EndpointCore, sdpOf } from './endpoint-core.ts';
import type { Flow } from './flow.ts';
import { toOf } from './headers.ts';
import { makeRequest } from './make.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { askTerms, minSeOfRefusal } from './session-timer.ts';
import { Timed } from './timing-wheel.ts';
import { makeCancel } from './transaction-ack.ts';
import type { InviteClientTransaction } from './transaction-client-invite.ts';
import type { ClientFailure } from './transaction.ts';

export interface OutgoingInviteOrder {
  readonly uri: string;
  /** From with our tag. */
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly flow: Flow;
  /** Of the dialogs that this INVITE makes. */
  readonly reach: Reach;
  /** Route, P-Asserted-Identity, Privacy and the like, in order. */
  readonly headers: readonly (readonly [string, string])[];
  readonly sdp: Buffer;
  /** Answers a 401 or 407, once. */
  readonly authorize: Authorize | null;
}

export interface OutgoingInviteUser extends InviteUsageUser {
  /** 101–199, also from further forks. */
  onProvisional(status: number, sdp: Buffer | null, now: number): void;
  /** The first 2xx; its ACK is out. */
  onAnswered(sdp: Buffer | null, now: number): void;
  /** The final refusal. */
  onRefused(response: SipResponse, now: number): void;
  onFailure(why: ClientFailure, now: number): void;
}

/** Forks that nobody can want: each one costs a dialog until the INVITE ends. */
const mostEarlyDialogs = 16;

/** One UAC side of an INVITE outside a dialog (RFC 3261 §13.2). */
export class OutgoingInvite extends Timed {
  readonly #core: EndpointCore;
  readonly #order: OutgoingInviteOrder;
  readonly #user: OutgoingInviteUser;
  readonly #early = new Map<string, InviteUsage>();
  #sequence = 1;
  #request: SipRequest | null = null;
  #client: InviteClientTransaction | null = null;
  #mayAuthorize: boolean;
  #hasProvisional = false;
  /** A 422 was obeyed already. */
  #hasLengthened = false;
  /** Cancelled by us: the user hears nothing more. */
  #isCancelled = false;
  #cancelText = '';
  #cancelCause = 487;
  #usage: InviteUsage | null = null;

  constructor(core: EndpointCore, order: OutgoingInviteOrder, user: OutgoingInviteUser) {
    super();
    this.#core = core;
    this.#order = order;
    this.#user = user;
    this.#mayAuthorize = order.authorize !== null;
  }

  /** The dialog once the first 2xx is here. */
  get usage(): InviteUsage | null {
    return this.#usage;
  }

  start(now: number): void {
    const { uri, from, to, callId, flow, headers, sdp } = this.#order;
    const request = makeRequest({
      method: 'INVITE',
      uri,
      via: this.#core.newVia(flow),
      from,
      to,
      callId,
      cseq: this.#sequence,
      extra: headers,
    });
    request.headers.append('Contact', this.#core.contact(flow));
    for (const [name, value] of askTerms(null)) request.headers.append(name, value);
    this.#core.finishRequest(request);
    attachSdp(request, sdp);
    this.#send(request, now);
  }

  /**
   * CANCEL, as soon as the standard allows it; a 2xx that comes all the same gets ACK and BYE. Idempotent; the user hears
   * nothing more.
   *
   * @param cause of the Reason header: 200 tells a phone that another one answered, so that it notes no missed call (RFC 3326)
   */
  cancel(text: string, now: number, cause = 487): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#cancelText = text;
    this.#cancelCause = cause;
    if (this.#usage) this.#usage.bye(text, now);
    else if (this.#hasProvisional) this.#sendCancel(now);
    // RFC 3261 §9.1: without a provisional response there is nothing to cancel yet; timer B ends it otherwise.
  }

  /** 64·T1 after the CANCEL and no final response: the transaction counts as cancelled (RFC 3261 §9.1). */
  override fire(): void {
    this.#client?.abandon();
    this.#dropEarly(null);
  }

  #send(request: SipRequest, now: number): void {
    this.#request = request;
    this.#client = this.#core.layer.sendInvite(
      request,
      this.#order.flow,
      {
        onResponse: (response, at) => this.#receive(response, at),
        onFailure: (why, at) => this.#fail(why, at),
      },
      now,
    );
  }

  #receive(response: SipResponse, now: number): void {
    const { status } = response;
    if (status < 200) this.#provisional(response, now);
    else if (status < 300) this.#accepted(response, now);
    else this.#refused(response, now);
  }

  #provisional(response: SipResponse, now: number): void {
    const isFirst = !this.#hasProvisional;
    this.#hasProvisional = true;
    if (this.#isCancelled) {
      if (isFirst) this.#sendCancel(now);
      return;
    }
    if (response.status === 100) return;
    const { tag } = toOf(response);
    if (tag !== null) this.#openEarly(tag, response);
    this.#user.onProvisional(response.status, sdpOf(response), now);
  }

  #accepted(response: SipResponse, now: number): void {
    const tag = toOf(response).tag ?? '';
    if (this.#usage?.dialog.remoteTag === tag) {
      this.#usage.acknowledge(response, now);
      return;
    }
    const isFirst = this.#usage === null;
    const usage = this.#early.get(tag) ?? this.#openDialog(response);
    this.#early.delete(tag);
    usage.confirmAsClient(response, this.#order.sdp, now);
    if (!isFirst || this.#isCancelled) {
      // A second fork answered, or the 2xx crossed our CANCEL (RFC 3261 §13.2.2.4): acknowledge and end it.
      if (isFirst) this.#usage = usage;
      usage.bye(this.#isCancelled ? this.#cancelText : 'answered elsewhere', now);
      this.#core.wheel.stop(this);
      return;
    }
    this.#usage = usage;
    this.#dropEarly(usage);
    this.#user.onAnswered(sdpOf(response), now);
  }

  #refused(response: SipResponse, now: number): void {
    this.#core.wheel.stop(this);
    this.#dropEarly(null);
    const { status } = response;
    const request = this.#request;
    if (this.#isCancelled || request === null) return;
    if (
      (status === 401 || status === 407) &&
      this.#mayAuthorize &&
      this.#order.authorize?.(request, response) === true
    ) {
      this.#mayAuthorize = false;
      this.#sendAgain(request, now);
    } else if (status === 422 && !this.#hasLengthened) {
      this.#hasLengthened = true;
      for (const [name, value] of askTerms(null, minSeOfRefusal(response)))
        request.headers.set(name, value);
      this.#sendAgain(request, now);
    } else this.#user.onRefused(response, now);
  }

  /** The same call, asked again: a new transaction, the next CSeq (RFC 3261 §8.1.3.5). */
  #sendAgain(request: SipRequest, now: number): void {
    this.#hasProvisional = false;
    this.#sequence++;
    request.headers.set('CSeq', `${this.#sequence} INVITE`);
    request.headers.set('Via', this.#core.newVia(this.#order.flow));
    this.#send(request, now);
  }

  #fail(why: ClientFailure, now: number): void {
    this.#core.wheel.stop(this);
    this.#dropEarly(null);
    if (!this.#isCancelled) this.#user.onFailure(why, now);
  }

  #sendCancel(now: number): void {
    if (this.#request === null) return;
    const cancel = makeCancel(this.#request);
    const text = this.#cancelText.replace(/[^\x20-\x7e]|["\\]/g, '');
    cancel.headers.append('Reason', `SIP;cause=${this.#cancelCause};text="${text}"`);
    const ignore = (): void => undefined;
    this.#core.layer.send(cancel, this.#order.flow, { onResponse: ignore, onFailure: ignore }, now);
    this.#core.wheel.schedule(this, now + 64 * this.#core.timers.t1);
  }

  #openEarly(tag: string, response: SipResponse): void {
    if (this.#early.has(tag) || this.#early.size >= mostEarlyDialogs) return;
    this.#early.set(tag, this.#openDialog(response));
  }

  #openDialog(response: SipResponse): InviteUsage {
    const request = this.#request;
    if (request === null) throw new Error('a response before its request');
    const dialog = Dialog.ofClient(request, response, this.#order.flow);
    dialog.reach = this.#order.reach;
    return new InviteUsage(this.#core, dialog, this.#user, this.#order.authorize);
  }

  #dropEarly(survivor: InviteUsage | null): void {
    for (const usage of this.#early.values()) if (usage !== survivor) usage.drop();
    this.#early.clear();
  }
}
