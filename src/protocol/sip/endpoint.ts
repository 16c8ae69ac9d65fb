/**
 * The SIP endpoint: bytes of any peer in, transactions and dialogs kept, and what is left for the call handed to its user.
 * No socket and no clock inside: `now` comes with every call, in monotonic milliseconds.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { IncomingInvite } from './dialog-uas.ts';
import { OutgoingInvite, type OutgoingInviteOrder, type OutgoingInviteUser } from './dialog-uac.ts';
import type { Dialog, Reach } from './dialog.ts';
import type { AnswerOptions, DialogUser, EndpointCore, Oddity } from './endpoint-core.ts';
import type { Flow } from './flow.ts';
import { callIdOf, fromOf, maxForwardsOf, stampTopVia, tokensOf, toOf, topVia } from './headers.ts';
import { makeResponse } from './make.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { parseMessage, type ParseResult } from './parse.ts';
import { isTooBrief, leastSeconds } from './session-timer.ts';
import type { TimingWheel } from './timing-wheel.ts';
import { newBranch, newTag } from './tokens.ts';
import { TransactionLayer } from './transaction-layer.ts';
import { standardTimers, type SipTimers } from './transaction.ts';
import { hopHost, type SipUri } from './uri.ts';
import { validateRequest, validateResponse } from './validate.ts';
import { writeMessage } from './write.ts';

/** What the user of the endpoint says to a request that no transaction and no dialog knows. */
export type Admission =
  | {
      readonly kind: 'accept';
      /** Of the dialog that an INVITE makes. */
      readonly reach: Reach;
    }
  /** Answered without keeping any state (RFC 3261 §8.2.7): floods cost us nothing but the answer. */
  | { readonly kind: 'answer'; readonly response: SipResponse }
  | { readonly kind: 'drop' };

/** Whoever the endpoint works for. Methods are called from within `receive` and `advance`, never later. */
export interface EndpointUser {
  /** INVITE and REGISTER outside a dialog, valid and new. */
  admit(request: SipRequest, flow: Flow, now: number): Admission;
  /** An admitted INVITE; its 100 goes out by itself when no answer does. Attach a user to it before returning. */
  onInvite(invite: IncomingInvite, now: number): void;
  /** An admitted REGISTER; the returned response is sent. */
  onRegister(request: SipRequest, flow: Flow, now: number): SipResponse;
  /** For metrics: what was dropped or refused without the user, by rule. */
  onOddity(what: Oddity, flow: Flow): void;
}

export interface EndpointTransport {
  send(flow: Flow, bytes: Buffer): void;
  /** The flow to a UDP peer; never waits. */
  datagramFlow(address: string, port: number): Flow;
  /**
   * Finds the flow to this next hop and calls back, at once when it is known. Null: it cannot be reached, or may not.
   *
   * @param seenAt address at which the peer that names the hop was seen
   */
  findFlow(hop: SipUri, then: (flow: Flow | null) => void, seenAt: string): void;
}

export interface EndpointOptions {
  readonly transport: EndpointTransport;
  readonly user: EndpointUser;
  readonly wheel: TimingWheel;
  /** Host and port that peers reach us at: Via and Contact. */
  readonly publicHost: string;
  readonly publicPort: number;
  /** Server and User-Agent. */
  readonly product: string;
  readonly timers?: SipTimers;
  readonly random?: () => number;
}

/** What we do (RFC 3261 §20.5). */
const allowed = 'INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, REGISTER';
/** Methods with a standard of their own that we do not take part in: 405; any other word: 501 (RFC 3261 §8.2.1, §21.5.2). */
const knownElsewhere = new Set(['PRACK', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'MESSAGE', 'REFER']);
const outsideDialogs = new Set(['INVITE', 'OPTIONS', 'REGISTER']);
const insideOnly = new Set(['BYE', 'UPDATE', 'INFO']);
const supportedOptions = new Set(['timer']);

/** @see RFC 3261 §8.2 */
export class SipEndpoint implements EndpointCore {
  readonly timers: SipTimers;
  readonly wheel: TimingWheel;
  readonly layer: TransactionLayer;
  readonly #options: EndpointOptions;
  readonly #transport: EndpointTransport;
  readonly #user: EndpointUser;
  readonly #dialogs = new Map<string, DialogUser>();
  readonly #invites = new Map<string, IncomingInvite>();
  /** Stateless answers to one request must carry one To tag, also when it comes again. */
  readonly #tagSecret = randomBytes(16);
  readonly #sentBy: string;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#transport = options.transport;
    this.#user = options.user;
    this.wheel = options.wheel;
    this.timers = options.timers ?? standardTimers;
    this.#sentBy = `${options.publicHost}:${options.publicPort}`;
    this.layer = new TransactionLayer({
      timers: this.timers,
      wheel: options.wheel,
      transmit: (flow, bytes) => this.#transport.send(flow, bytes),
    });
  }

  /** Dialogs that live, early ones included. */
  get dialogCount(): number {
    return this.#dialogs.size;
  }

  random(): number {
    return this.#options.random?.() ?? Math.random();
  }

  /** One datagram, or one message out of a connection's stream. Never throws on what a peer wrote. */
  receive(flow: Flow, bytes: Buffer, now: number): void {
    this.receiveParsed(flow, parseMessage(bytes), now);
  }

  receiveParsed(flow: Flow, result: ParseResult, now: number): void {
    if (!result.ok) {
      this.#user.onOddity('unparsable', flow);
      const { answerable } = result;
      if (answerable && answerable.method !== 'ACK') this.#refuse(answerable, result.status, flow);
    } else if (result.message.kind === 'response') this.#receiveResponse(result.message, flow, now);
    else this.#receiveRequest(result.message, flow, now);
  }

  /** A connection closed. */
  flowFailed(flow: Flow, now: number): void {
    this.layer.flowFailed(flow, now);
  }

  /** Sends an INVITE outside a dialog. */
  invite(order: OutgoingInviteOrder, user: OutgoingInviteUser, now: number): OutgoingInvite {
    const invite = new OutgoingInvite(this, order, user);
    invite.start(now);
    return invite;
  }

  transmit(flow: Flow, bytes: Buffer): void {
    this.#transport.send(flow, bytes);
  }

  newVia(flow: Flow): string {
    return `SIP/2.0/${flow.reliable ? 'TCP' : 'UDP'} ${this.#sentBy};rport;branch=${newBranch()}`;
  }

  contact(flow: Flow): string {
    return flow.reliable
      ? `<sip:callreel@${this.#sentBy};transport=tcp>`
      : `<sip:callreel@${this.#sentBy}>`;
  }

  answer(request: SipRequest, status: number, options: AnswerOptions = {}): SipResponse {
    const { reason, toTag, headers = [], body } = options;
    const own: (readonly [string, string])[] = [...headers];
    const isMethodRefused = status === 405 || status === 501;
    const introduces = status > 100 && status < 300 && request.method !== 'BYE';
    if (isMethodRefused || introduces) own.push(['Allow', allowed]);
    if (introduces) own.push(['Supported', 'timer']);
    own.push(['Server', this.#options.product]);
    return makeResponse(request, status, reason, {
      ...(toTag !== undefined && { toTag }),
      headers: own,
      ...(body && { content: body }),
    });
  }

  noteOddity(what: Oddity, flow: Flow): void {
    this.#user.onOddity(what, flow);
  }

  finishRequest(request: SipRequest): void {
    if (request.method === 'INVITE') {
      request.headers.append('Allow', allowed);
      request.headers.append('Supported', 'timer');
    }
    request.headers.append('User-Agent', this.#options.product);
  }

  addDialog(user: DialogUser): void {
    this.#dialogs.set(user.dialog.key, user);
  }

  removeDialog(user: DialogUser): void {
    if (this.#dialogs.get(user.dialog.key) === user) this.#dialogs.delete(user.dialog.key);
  }

  follow(dialog: Dialog): void {
    if (dialog.reach === 'flow') return;
    const hop = dialog.nextHop();
    const { flow } = dialog;
    const isThere = hopHost(hop) === flow.remoteAddress;
    if (isThere ? (hop.port ?? 5060) === flow.remotePort : dialog.reach === 'address') return;
    const moved = (found: Flow | null): void => {
      if (found) dialog.flow = found;
    };
    this.#transport.findFlow(hop, moved, flow.remoteAddress);
  }

  /** The To tag of a stateless answer: the same for the same request. */
  statelessTag(request: SipRequest): string {
    const branch = request.headers.get('Via') ?? '';
    const callId = request.headers.get('Call-ID') ?? '';
    const digest = createHmac('sha256', this.#tagSecret).update(branch).update(callId).digest();
    return digest.toString('hex', 0, 8);
  }

  #receiveResponse(response: SipResponse, flow: Flow, now: number): void {
    if (validateResponse(response).kind !== 'accept') this.#user.onOddity('invalid-response', flow);
    else if (!this.layer.receiveResponse(response, now))
      this.#user.onOddity('stray-response', flow);
  }

  #receiveRequest(request: SipRequest, flow: Flow, now: number): void {
    const verdict = validateRequest(request);
    if (verdict.kind !== 'accept') {
      this.#user.onOddity('malformed', flow);
      if (verdict.kind === 'refuse' && request.method !== 'ACK')
        this.#refuse(request, verdict.status, flow, verdict.reason);
      return;
    }
    stampTopVia(request, flow.remoteAddress, flow.remotePort);
    if (this.layer.absorb(request, now)) return;
    const answerFlow = this.#answerFlow(request, flow);
    if (request.method === 'CANCEL') this.#receiveCancel(request, answerFlow, now);
    else if (toOf(request).tag !== null) this.#receiveInDialog(request, answerFlow, now);
    else this.#receiveOutside(request, answerFlow, now);
  }

  /** Responses go to the source address, and to its port only when the peer asked for that (RFC 3261 §18.2.2, RFC 3581). */
  #answerFlow(request: SipRequest, flow: Flow): Flow {
    if (flow.reliable) return flow;
    const via = topVia(request);
    const port = via.rport === null ? (via.port ?? 5060) : flow.remotePort;
    return port === flow.remotePort ? flow : this.#transport.datagramFlow(flow.remoteAddress, port);
  }

  #receiveCancel(request: SipRequest, flow: Flow, now: number): void {
    const server = this.layer.inviteOf(request);
    if (server === undefined) {
      this.#refuse(request, 481, flow);
      return;
    }
    const invite = this.#invites.get(server.key);
    const toTag = invite?.localTag ?? this.statelessTag(request);
    this.transmit(flow, writeMessage(this.answer(request, 200, { toTag })));
    invite?.cancel(request.headers.get('Reason') ?? '', now);
  }

  #receiveInDialog(request: SipRequest, flow: Flow, now: number): void {
    const key = `${toOf(request).tag ?? ''}|${fromOf(request).tag ?? ''}`;
    const user = this.#dialogs.get(key);
    if (user !== undefined && user.dialog.callId === callIdOf(request)) {
      if (!this.#refusesExtensions(request, flow)) user.receive(request, flow, now);
      return;
    }
    if (request.method === 'ACK') this.#user.onOddity('stray-ack', flow);
    else {
      this.#user.onOddity('unknown-dialog', flow);
      this.#refuse(request, 481, flow);
    }
  }

  #receiveOutside(request: SipRequest, flow: Flow, now: number): void {
    const { method } = request;
    if (method === 'ACK') {
      this.#user.onOddity('stray-ack', flow);
      return;
    }
    if (!outsideDialogs.has(method)) {
      this.#user.onOddity('unsupported', flow);
      const status = insideOnly.has(method) ? 481 : knownElsewhere.has(method) ? 405 : 501;
      this.#refuse(request, status, flow);
      return;
    }
    if (this.#refusesExtensions(request, flow)) return;
    if (method === 'OPTIONS') {
      this.#answerOptions(request, flow);
      return;
    }
    if (maxForwardsOf(request) === 0) {
      this.#refuse(request, 483, flow);
      return;
    }
    if (method === 'INVITE' && isTooBrief(request)) {
      this.#refuse(request, 422, flow, undefined, [['Min-SE', String(leastSeconds)]]);
      return;
    }
    if (this.layer.isMerged(request)) {
      this.#user.onOddity('merged', flow);
      this.#refuse(request, 482, flow);
      return;
    }
    this.#admit(request, flow, now);
  }

  #admit(request: SipRequest, flow: Flow, now: number): void {
    const admission = this.#user.admit(request, flow, now);
    if (admission.kind === 'drop') return;
    if (admission.kind === 'answer') {
      this.transmit(flow, writeMessage(admission.response));
      return;
    }
    if (request.method === 'REGISTER') {
      const server = this.layer.open(request, flow);
      const response = this.#user.onRegister(request, flow, now);
      server.respond(response.status, writeMessage(response), now);
      return;
    }
    const server = this.layer.openInvite(request, flow);
    server.owe(() => writeMessage(this.answer(request, 100)), now);
    const invite = new IncomingInvite(this, {
      request,
      flow,
      server,
      localTag: newTag(),
      reach: admission.reach,
      onDecided: () => this.#invites.delete(server.key),
    });
    this.#invites.set(server.key, invite);
    this.#user.onInvite(invite, now);
  }

  /** 200 with what an INVITE would be told (RFC 3261 §11.2); stateless, so that probes cost nothing. */
  #answerOptions(request: SipRequest, flow: Flow): void {
    const response = this.answer(request, 200, {
      toTag: this.statelessTag(request),
      headers: [
        ['Accept', 'application/sdp'],
        ['Contact', this.contact(flow)],
      ],
    });
    this.transmit(flow, writeMessage(response));
  }

  /** 420 for an extension we do not know (RFC 3261 §8.2.2.3); ACK and CANCEL are never refused so. */
  #refusesExtensions(request: SipRequest, flow: Flow): boolean {
    if (request.method === 'ACK' || !request.headers.has('Require')) return false;
    const unknown = tokensOf(request, 'Require').filter((option) => !supportedOptions.has(option));
    if (unknown.length === 0) return false;
    this.#user.onOddity('unsupported', flow);
    this.#refuse(request, 420, flow, undefined, [['Unsupported', unknown.join(', ')]]);
    return true;
  }

  #refuse(
    request: SipRequest,
    status: number,
    flow: Flow,
    reason?: string,
    headers: readonly (readonly [string, string])[] = [],
  ): void {
    const response = this.answer(request, status, {
      toTag: this.statelessTag(request),
      headers,
      ...(reason !== undefined && { reason }),
    });
    this.transmit(this.#answerFlowOrSource(request, flow), writeMessage(response));
  }

  #answerFlowOrSource(request: SipRequest, flow: Flow): Flow {
    try {
      return this.#answerFlow(request, flow);
    } catch {
      // The Via cannot be read: the way back is the way it came.
      return flow;
    }
  }
}
