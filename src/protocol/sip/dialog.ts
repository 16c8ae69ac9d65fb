/**
 * A dialog: what both ends remember about each other so that the next request reaches the right place in the right order.
 *
 * @see RFC 3261 §12
 */
import type { Flow } from './flow.ts';
import { callIdOf, contactsOf, cseqOf, fromOf, toOf } from './headers.ts';
import { Headers, type SipRequest, type SipResponse } from './message.ts';
import { parseNameAddr } from './name-addr.ts';
import { formatSipUri, parseSipUri, type SipUri } from './uri.ts';

/**
 * How far a dialog follows the Contact and Record-Route of its peer: not at all, since the peer is reached only the way it came
 * (NAT, or one of its connections); to other ports of the address it came from; or to wherever they lead.
 */
export type Reach = 'flow' | 'address' | 'anywhere';

export interface DialogStart {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Whole From value of the requests we send, tag included. */
  readonly localParty: string;
  /** Whole To value of the requests we send, tag included. */
  readonly remoteParty: string;
  readonly remoteTarget: string;
  readonly routeSet: readonly string[];
  readonly localSequence: number;
  readonly remoteSequence: number | null;
  readonly flow: Flow;
  /** We made the Call-ID: decides who waits longer after a glare (RFC 3261 §14.1). */
  readonly weCalled: boolean;
}

/** Contact of a message as a URI; undefined when there is none or it is `*`. */
export const contactTarget = (message: SipRequest | SipResponse): string | undefined => {
  const contacts = contactsOf(message);
  const first = contacts === '*' ? undefined : contacts[0];
  return first === undefined ? undefined : formatSipUri(first.uri);
};

/** The URI of a Route value; a quoted display name before it may hold angle brackets of its own. */
const routeUri = (route: string): SipUri => parseNameAddr(route, 'route').uri;

/** @see RFC 3261 §12.1 */
export class Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly localParty: string;
  readonly remoteParty: string;
  readonly weCalled: boolean;
  readonly routeSet: readonly string[];
  remoteTarget: string;
  localSequence: number;
  remoteSequence: number | null;
  /** Where the next request goes; the endpoint moves it when the target does. */
  flow: Flow;
  reach: Reach = 'anywhere';

  constructor(start: DialogStart) {
    this.callId = start.callId;
    this.localTag = start.localTag;
    this.remoteTag = start.remoteTag;
    this.localParty = start.localParty;
    this.remoteParty = start.remoteParty;
    this.remoteTarget = start.remoteTarget;
    this.routeSet = start.routeSet;
    this.localSequence = start.localSequence;
    this.remoteSequence = start.remoteSequence;
    this.flow = start.flow;
    this.weCalled = start.weCalled;
  }

  /** Of an INVITE that we answer (RFC 3261 §12.1.1). */
  static ofServer(request: SipRequest, localTag: string, flow: Flow): Dialog {
    return new Dialog({
      callId: callIdOf(request),
      localTag,
      remoteTag: fromOf(request).tag ?? '',
      localParty: `${request.headers.get('To') ?? ''};tag=${localTag}`,
      remoteParty: request.headers.get('From') ?? '',
      remoteTarget: contactTarget(request) ?? formatSipUri(fromOf(request).uri),
      routeSet: request.headers.all('Record-Route'),
      localSequence: 0,
      remoteSequence: cseqOf(request).number,
      flow,
      weCalled: false,
    });
  }

  /** Of a response with To tag to an INVITE of ours (RFC 3261 §12.1.2). */
  static ofClient(request: SipRequest, response: SipResponse, flow: Flow): Dialog {
    return new Dialog({
      callId: callIdOf(request),
      localTag: fromOf(request).tag ?? '',
      remoteTag: toOf(response).tag ?? '',
      localParty: request.headers.get('From') ?? '',
      remoteParty: response.headers.get('To') ?? '',
      remoteTarget: contactTarget(response) ?? request.uri,
      routeSet: response.headers.all('Record-Route').reverse(),
      localSequence: cseqOf(request).number,
      remoteSequence: null,
      flow,
      weCalled: true,
    });
  }

  /** Key in the endpoint's table. Both tags are needed: forks share ours. */
  get key(): string {
    return `${this.localTag}|${this.remoteTag}`;
  }

  /** Where a request of this dialog is sent first (RFC 3261 §8.1.2). */
  nextHop(): SipUri {
    const [first] = this.routeSet;
    return first === undefined ? parseSipUri(this.remoteTarget) : routeUri(first);
  }

  /**
   * Target refresh (RFC 3261 §12.2.1.2, §12.2.2).
   *
   * @returns whether the target moved
   */
  refreshTarget(message: SipRequest | SipResponse): boolean {
    const target = contactTarget(message);
    if (target === undefined || target === this.remoteTarget) return false;
    this.remoteTarget = target;
    return true;
  }

  /**
   * A request of this dialog (RFC 3261 §12.2.1.1), loose and strict routing alike.
   *
   * @param sequence of the INVITE for an ACK; by default the next of ours
   */
  makeRequest(method: string, via: string, sequence?: number): SipRequest {
    const headers = new Headers();
    headers.append('Via', via);
    const uri = this.#route(headers);
    headers.append('Max-Forwards', '70');
    headers.append('From', this.localParty);
    headers.append('To', this.remoteParty);
    headers.append('Call-ID', this.callId);
    headers.append('CSeq', `${sequence ?? ++this.localSequence} ${method}`);
    return { kind: 'request', method, uri, headers, body: Buffer.alloc(0) };
  }

  /** Writes Route and says the Request-URI; a first route without `lr` takes that place (RFC 3261 §12.2.1.1). */
  #route(headers: Headers): string {
    const [first, ...rest] = this.routeSet;
    if (first === undefined) return this.remoteTarget;
    const uri = routeUri(first);
    const isLoose = uri.params.has('lr');
    const routes = isLoose ? this.routeSet : [...rest, `<${this.remoteTarget}>`];
    for (const route of routes) headers.append('Route', route);
    return isLoose ? this.remoteTarget : formatSipUri(uri);
  }
}
