/** The strict judge of what the tolerant scanner let through (RFC 3261 §8.2, §18.3; RFC 4475). */
import { Fault, asFault } from '#base/fault.ts';
import { isToken, malformed } from './grammar.ts';
import {
  callIdOf,
  contactExpiresOf,
  contactQOf,
  contactsOf,
  contentLengthOf,
  contentTypeOf,
  cseqOf,
  expiresOf,
  fromOf,
  maxForwardsOf,
  recordRoutesOf,
  repairVias,
  routesOf,
  toOf,
  topVia,
} from './headers.ts';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';
import { reasonPhrase } from './reason-phrases.ts';
import { parseSipUri } from './uri.ts';

export type Verdict =
  | { readonly kind: 'accept' }
  /** Answer with this status, unless the request is an ACK. */
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly reason: string;
      readonly fault: Fault;
    }
  /** Stay silent and count it. */
  | { readonly kind: 'drop'; readonly fault: Fault };

const accepted: Verdict = { kind: 'accept' };

/** Headers of which a message has no more than one (§7.3.1, table 2). */
const atMostOne = [
  ...['from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length', 'content-type', 'expires'],
];

/** A branch that starts with the cookie promises to be unique; the bare cookie breaks the promise (§8.1.1.7). */
const cookie = 'z9hG4bK';

/** The first Via is the one we answer by. Those below it are only carried back, so nobody here reads them. */
const checkTopVia = (message: SipMessage): void => {
  if (topVia(message).branch === cookie)
    throw malformed('via', 'something behind the magic cookie of the branch');
};

const checkTag = (header: string, tag: string | null): void => {
  if (tag !== null && !isToken(tag)) throw malformed(header, 'tag is a token');
};

const checkContacts = (message: SipMessage): void => {
  const contacts = contactsOf(message);
  if (contacts === '*') {
    if (message.kind === 'request' && message.method !== 'REGISTER')
      throw malformed('contact', '* in a REGISTER only');
    return;
  }
  for (const contact of contacts) {
    contactExpiresOf(contact);
    contactQOf(contact);
  }
};

/** What requests and responses have in common. Throws the first fault. */
const checkHeaders = (message: SipMessage): void => {
  const { headers } = message;
  for (const name of atMostOne)
    if (headers.isRepeated(name)) throw malformed(name, 'one value only');
  checkTopVia(message);
  checkTag('from', fromOf(message).tag);
  checkTag('to', toOf(message).tag);
  callIdOf(message);
  cseqOf(message);
  contentLengthOf(message);
  checkContacts(message);
  recordRoutesOf(message);
  if (message.body.length > 0) contentTypeOf(message);
};

/** §8.2.2.1: a scheme we cannot route is 416; a URI that breaks the grammar, or carries headers (§19.1.1), is 400. */
const checkTarget = (request: SipRequest): Fault | null => {
  const uri = parseSipUri(request.uri);
  if (uri.headers.size > 0) throw malformed('start-line', 'no headers in the Request-URI');
  if (uri.scheme === 'sip' || uri.scheme === 'sips' || uri.scheme === 'tel') return null;
  const facts = { scheme: uri.scheme };
  return new Fault('sip/uri-scheme', `no route for ${uri.scheme}`, { blame: 'peer', facts });
};

const checkRequest = (request: SipRequest): Fault | null => {
  if (!isToken(request.method)) throw malformed('start-line', 'method');
  const unroutable = checkTarget(request);
  checkHeaders(request);
  if (cseqOf(request).method !== request.method) throw malformed('cseq', 'method of the request');
  maxForwardsOf(request);
  expiresOf(request);
  routesOf(request);
  return unroutable;
};

const refusal = (status: number, fault: Fault): Verdict => {
  const rule = fault.facts['rule'];
  const header = fault.facts['header'];
  const isNamed = typeof rule === 'string' && typeof header === 'string';
  const detail = status === 400 && isNamed ? ` (${header}: ${rule})` : '';
  return { kind: 'refuse', status, reason: `${reasonPhrase(status)}${detail}`, fault };
};

/**
 * Judges a request before any transaction sees it. Extensions, methods and Max-Forwards 0 are the endpoint's to refuse:
 * they are no faults of the message.
 *
 * What RFC 2543 peers leave out is accepted: branch, From tag, Max-Forwards, Contact.
 *
 * @returns `refuse` with 400 or 416; `drop` for an ACK, or when no Via says where an answer goes. The Vias of a refused
 *   request are repaired, so that the answer can be written
 */
export const validateRequest = (request: SipRequest): Verdict => {
  try {
    const unroutable = checkRequest(request);
    if (unroutable === null) return accepted;
    return request.method === 'ACK'
      ? { kind: 'drop', fault: unroutable }
      : refusal(416, unroutable);
  } catch (thrown) {
    const fault = asFault(thrown, 'sip/malformed');
    const isAnswerable = request.method !== 'ACK' && repairVias(request);
    return isAnswerable ? refusal(400, fault) : { kind: 'drop', fault };
  }
};

/**
 * Judges a response: nobody answers a response, so it is accepted or dropped (§18.1.2). One with a second Via was meant
 * for somebody behind us, and we are no proxy (§8.1.3.3).
 */
export const validateResponse = (response: SipResponse): Verdict => {
  try {
    checkHeaders(response);
    if (response.headers.all('via').length > 1) throw malformed('via', 'ours alone in a response');
    return accepted;
  } catch (thrown) {
    return { kind: 'drop', fault: asFault(thrown, 'sip/malformed') };
  }
};
