/**
 * The INVITE usage of a dialog (RFC 5057 §3.1): what happens between the first 2xx and BYE. New offers both ways, their
 * acknowledgement, and the end.
 */
import { UnacknowledgedAnswer } from './dialog-answer.ts';
import { OutgoingOffers, type OfferOutcome } from './dialog-offer.ts';
import { PeerOffer } from './dialog-peer-offer.ts';
import type { Dialog } from './dialog.ts';
import { attachSdp, type DialogUser, type EndpointCore, sdpOf } from './endpoint-core.ts';
import type { Flow } from './flow.ts';
import { cseqOf } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { SessionRefresh } from './dialog-refresh.ts';
import { answerTerms, isTooBrief, leastSeconds, type SessionTerms } from './session-timer.ts';
import { writeMessage } from './write.ts';

/** Why a confirmed dialog is over. */
export interface UsageEnd {
  readonly by: 'peer' | 'network';
  readonly how: 'bye' | 'session-expired' | 'no-ack' | 'timeout' | 'transport';
  /** Reason header of the BYE, or our own sentence. */
  readonly text: string;
}

/** Whoever holds the call's end of the dialog. */
export interface InviteUsageUser {
  /** The ACK of a 2xx of ours; with the answer when the INVITE had no offer. */
  onConfirmed(sdp: Buffer | null, now: number): void;
  /**
   * The peer wants to change the media; `answer` or `refuse` exactly once, within ten seconds: then it gets 504 and nothing has
   * changed. Null: it asks us for an offer.
   */
  onOffer(sdp: Buffer | null, now: number): void;
  /** Once, unless we said BYE ourselves. */
  onEnded(end: UsageEnd, now: number): void;
}

/** Puts credentials on a repetition of `request`; false when there are none. */
export type Authorize = (request: SipRequest, challenge: SipResponse) => boolean;

/** @see RFC 3261 §13.3, §14, §15; RFC 3311 */
export class InviteUsage implements DialogUser {
  readonly dialog: Dialog;
  readonly #core: EndpointCore;
  readonly #user: InviteUsageUser;
  readonly #authorize: Authorize | null;
  readonly #offers: OutgoingOffers;
  readonly #refresh: SessionRefresh;
  #state: 'early' | 'confirmed' | 'ending' | 'ended' = 'early';
  #unacknowledged: UnacknowledgedAnswer | null = null;
  #pending: PeerOffer | null = null;
  #acknowledgement: { readonly sequence: number; readonly bytes: Buffer } | null = null;
  /** BYE waits until our 2xx is acknowledged (RFC 3261 §15). */
  #byeText: string | null = null;

  constructor(
    core: EndpointCore,
    dialog: Dialog,
    user: InviteUsageUser,
    authorize: Authorize | null = null,
  ) {
    this.#core = core;
    this.dialog = dialog;
    this.#user = user;
    this.#authorize = authorize;
    this.#offers = new OutgoingOffers(core, dialog, {
      isBusy: () => this.#pending !== null || this.#unacknowledged !== null,
      acknowledge: (response, now) => this.acknowledge(response, now),
      lost: (why, now) => this.#endByNetwork('timeout', why, now),
      authorize,
      terms: () => this.#refresh.terms,
      agreed: (response, now) => this.#refresh.agreed(response, now),
    });
    this.#refresh = new SessionRefresh(core, dialog, {
      reoffer: (sdp, now) => this.offer(sdp, () => undefined, now),
      lost: (why, now) => this.#endByNetwork('session-expired', why, now),
      authorize,
    });
    core.addDialog(this);
  }

  get isConfirmed(): boolean {
    return this.#state === 'confirmed';
  }

  /** Our 2xx to the INVITE that made the dialog: it is repeated until the ACK comes. */
  confirmAsServer(
    request: SipRequest,
    flow: Flow,
    answer: { readonly bytes: Buffer; readonly sdp: Buffer; readonly terms: SessionTerms },
    now: number,
  ): void {
    this.#state = 'confirmed';
    const { bytes, sdp, terms } = answer;
    this.#refresh.learn(request, sdp);
    this.#refresh.start(terms, now);
    this.#awaitAck(request, flow, bytes, now);
  }

  /** The peer's 2xx to our INVITE: acknowledges it at once, since our offer was in the INVITE. */
  confirmAsClient(response: SipResponse, sdp: Buffer, now: number): void {
    this.#state = 'confirmed';
    this.#refresh.learn(response, sdp);
    this.#refresh.agreed(response, now);
    this.dialog.refreshTarget(response);
    this.#core.follow(this.dialog);
    this.acknowledge(response, now);
  }

  /** ACK of a 2xx, the same bytes for each repetition of it (RFC 3261 §13.2.2.4). */
  acknowledge(response: SipResponse, _now: number): void {
    const sequence = cseqOf(response).number;
    if (this.#acknowledgement?.sequence !== sequence) {
      const { dialog } = this;
      const ack = dialog.makeRequest('ACK', this.#core.newVia(dialog.flow), sequence);
      this.#acknowledgement = { sequence, bytes: writeMessage(ack) };
    }
    this.#core.transmit(this.dialog.flow, this.#acknowledgement.bytes);
  }

  /** Sends a new offer by re-INVITE. Glare is retried inside (RFC 3261 §14.1). */
  offer(sdp: Buffer, done: (outcome: OfferOutcome, now: number) => void, now: number): void {
    if (this.#state !== 'confirmed') done({ ok: false, status: 481 }, now);
    else {
      this.#refresh.localSdp = sdp;
      this.#offers.send(sdp, done, now);
    }
  }

  /** Accepts the peer's offer, or gives ours when it asked for one. */
  answer(sdp: Buffer, now: number): void {
    const pending = this.#takePending();
    if (pending === null) return;
    const { request, server } = pending;
    const { terms, headers } = answerTerms(request);
    const response = this.#core.answer(request, 200, {
      headers: [['Contact', this.#core.contact(server.flow)], ...headers],
    });
    this.#refresh.localSdp = sdp;
    this.#refresh.start(terms, now);
    attachSdp(response, sdp);
    const bytes = writeMessage(response);
    server.respond(200, bytes, now);
    if (request.method === 'INVITE') this.#awaitAck(request, server.flow, bytes, now);
  }

  /** Refuses the peer's offer; the dialog goes on as it was. */
  refuse(status: number, now: number): void {
    this.#takePending()?.refuse(status, now);
  }

  /** Ends the dialog from our side. Idempotent; the user is told nothing more. */
  bye(text: string, now: number): void {
    if (this.#state === 'ended' || this.#state === 'ending') return;
    this.#state = 'ending';
    this.#byeText = text;
    this.#offers.stop();
    this.#refresh.stop();
    this.refuse(487, now);
    if (this.#unacknowledged === null) this.#sendBye(now);
  }

  /** Forgets an early dialog whose INVITE ended otherwise. */
  drop(): void {
    this.#finish();
  }

  receive(request: SipRequest, flow: Flow, now: number): void {
    if (request.method === 'ACK') {
      this.#receiveAck(request, now);
      return;
    }
    if (this.#isStale(request)) {
      this.#answerAtOnce(request, flow, 500, now);
      return;
    }
    this.dialog.remoteSequence = cseqOf(request).number;
    if (this.#state === 'ending' && request.method !== 'BYE') {
      this.#answerAtOnce(request, flow, 481, now);
      return;
    }
    if ((request.method === 'INVITE' || request.method === 'UPDATE') && isTooBrief(request)) {
      this.#answerAtOnce(request, flow, 422, now, [['Min-SE', String(leastSeconds)]]);
      return;
    }
    this.#receiveInOrder(request, flow, now);
  }

  #receiveInOrder(request: SipRequest, flow: Flow, now: number): void {
    switch (request.method) {
      case 'BYE':
        this.#receiveBye(request, flow, now);
        return;
      case 'INVITE':
        this.#receiveReinvite(request, flow, now);
        return;
      case 'UPDATE':
        this.#receiveUpdate(request, flow, now);
        return;
      case 'OPTIONS':
        this.#answerAtOnce(request, flow, 200, now);
        return;
      case 'INFO':
        // No Info Package is agreed (RFC 6086 §4.2.2); an empty one is a keep-alive of older phones.
        this.#answerAtOnce(request, flow, request.body.length === 0 ? 200 : 415, now);
        return;
      default:
        this.#answerAtOnce(request, flow, 405, now);
    }
  }

  #isStale(request: SipRequest): boolean {
    const { remoteSequence } = this.dialog;
    return remoteSequence !== null && cseqOf(request).number <= remoteSequence;
  }

  #receiveAck(request: SipRequest, now: number): void {
    const waiting = this.#unacknowledged;
    if (waiting === null || cseqOf(request).number !== waiting.sequence) return;
    waiting.stop();
    this.#unacknowledged = null;
    if (this.#state === 'ending') {
      this.#sendBye(now);
      return;
    }
    this.#user.onConfirmed(waiting.expectsAnswer ? sdpOf(request) : null, now);
    this.#offers.resume(now);
  }

  #receiveBye(request: SipRequest, flow: Flow, now: number): void {
    this.#answerAtOnce(request, flow, 200, now);
    const wasOurs = this.#state === 'ending';
    this.refuse(487, now);
    if (wasOurs) {
      // Both hung up at the same moment; ours still waits for its answer or was never sent.
      if (this.#unacknowledged !== null) this.#finish();
      return;
    }
    const text = request.headers.get('Reason') ?? '';
    this.#finish();
    this.#user.onEnded({ by: 'peer', how: 'bye', text }, now);
  }

  #receiveReinvite(request: SipRequest, flow: Flow, now: number): void {
    const server = this.#core.layer.openInvite(request, flow);
    const offer = new PeerOffer(this.#core, request, server);
    if (this.#offers.isOpen) offer.refuse(491, now);
    else if (this.#pending !== null || this.#unacknowledged !== null || this.#state === 'early')
      offer.refuseOverlap(now);
    else this.#hear(offer, now);
  }

  #receiveUpdate(request: SipRequest, flow: Flow, now: number): void {
    const sdp = sdpOf(request);
    if (sdp === null) {
      this.#refreshTarget(request);
      const { terms, headers } = answerTerms(request);
      const contact = ['Contact', this.#core.contact(flow)] as const;
      this.#answerAtOnce(request, flow, 200, now, [contact, ...headers]);
      if (this.#state === 'confirmed') this.#refresh.start(terms, now);
      return;
    }
    const offer = new PeerOffer(this.#core, request, this.#core.layer.open(request, flow));
    if (this.#offers.isOpen || this.#state === 'early') offer.refuse(491, now);
    else if (this.#pending !== null || this.#unacknowledged?.expectsAnswer === true)
      offer.refuseOverlap(now);
    else this.#hear(offer, now);
  }

  #hear(offer: PeerOffer, now: number): void {
    this.#refreshTarget(offer.request);
    this.#pending = offer;
    offer.expectAnswer((at) => this.refuse(504, at), now);
    this.#user.onOffer(sdpOf(offer.request), now);
  }

  #refreshTarget(message: SipRequest): void {
    if (this.dialog.refreshTarget(message)) this.#core.follow(this.dialog);
  }

  #answerAtOnce(
    request: SipRequest,
    flow: Flow,
    status: number,
    now: number,
    headers: readonly (readonly [string, string])[] = [],
  ): void {
    const response = this.#core.answer(request, status, { headers });
    const server =
      request.method === 'INVITE'
        ? this.#core.layer.openInvite(request, flow)
        : this.#core.layer.open(request, flow);
    server.respond(status, writeMessage(response), now);
  }

  #awaitAck(request: SipRequest, flow: Flow, bytes: Buffer, now: number): void {
    this.#unacknowledged = new UnacknowledgedAnswer(
      this.#core,
      {
        sequence: cseqOf(request).number,
        expectsAnswer: sdpOf(request) === null,
        flow,
        bytes,
        onGiveUp: (at) => this.#giveUpWaiting(at),
      },
      now,
    );
  }

  /** RFC 3261 §13.3.1.4: no ACK within 64·T1 ends the dialog by BYE. */
  #giveUpWaiting(now: number): void {
    this.#unacknowledged = null;
    if (this.#state === 'ending') this.#sendBye(now);
    else this.#endByNetwork('no-ack', 'our answer was never acknowledged', now);
  }

  #endByNetwork(how: UsageEnd['how'], text: string, now: number): void {
    if (this.#state !== 'confirmed') return;
    this.bye(text, now);
    this.#user.onEnded({ by: 'network', how, text }, now);
  }

  #sendBye(now: number): void {
    const { dialog } = this;
    const request = dialog.makeRequest('BYE', this.#core.newVia(dialog.flow));
    if (this.#byeText) request.headers.append('Reason', `SIP;text="${quotable(this.#byeText)}"`);
    this.#core.finishRequest(request);
    this.#sendByeRequest(request, true, now);
  }

  #sendByeRequest(request: SipRequest, mayAuthorize: boolean, now: number): void {
    const finish = (): void => this.#finish();
    const onResponse = (response: SipResponse, at: number): void => {
      if (response.status < 200) return;
      const challenged = response.status === 401 || response.status === 407;
      if (challenged && mayAuthorize && this.#authorize?.(request, response) === true) {
        request.headers.set('CSeq', `${++this.dialog.localSequence} BYE`);
        request.headers.set('Via', this.#core.newVia(this.dialog.flow));
        this.#sendByeRequest(request, false, at);
      } else finish();
    };
    this.#core.layer.send(request, this.dialog.flow, { onResponse, onFailure: finish }, now);
  }

  #takePending(): PeerOffer | null {
    const pending = this.#pending;
    this.#pending = null;
    pending?.settle();
    return pending;
  }

  #finish(): void {
    this.#state = 'ended';
    this.#takePending();
    this.#unacknowledged?.stop();
    this.#unacknowledged = null;
    this.#offers.stop();
    this.#refresh.stop();
    this.#core.removeDialog(this);
  }
}

/** What may stand between quotes. */
const quotable = (text: string): string => text.replace(/[^\x20-\x7e]|["\\]/g, '');
