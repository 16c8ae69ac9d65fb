/**
 * Typed views of the headers of a message: parsed when asked for, kept until that header changes. Each one throws
 * `sip/malformed` with the facts `{ header, rule }` when the header is missing or breaks its grammar.
 */
import { isToken, isWord, malformed, parseDecimal, skipBlanks, trimBlanks } from './grammar.ts';
import type { Headers, SipMessage } from './message.ts';
import { parseNameAddr, type NameAddr } from './name-addr.ts';
import { noParams, parseParams, type Params } from './params.ts';
import { formatVia, parseVia, type Via } from './via.ts';

type WithHeaders = Pick<SipMessage, 'headers'>;

const required = (headers: Headers, key: string): string => {
  const value = headers.get(key);
  if (value === undefined || value.length === 0) throw malformed(key, 'present');
  return value;
};

const readTopVia = (headers: Headers): Via => parseVia(required(headers, 'via'));
const readFrom = (headers: Headers): NameAddr => parseNameAddr(required(headers, 'from'), 'from');
const readTo = (headers: Headers): NameAddr => parseNameAddr(required(headers, 'to'), 'to');

/** The first Via. @throws {Fault} `sip/malformed` */
export const topVia = ({ headers }: WithHeaders): Via => headers.parsed('via', readTopVia);

/** Every Via in order; not kept. @throws {Fault} `sip/malformed` */
export const viasOf = ({ headers }: WithHeaders): Via[] => headers.all('via').map(parseVia);

/** Writes into the first Via where the request really came from (RFC 3261 §18.2.1, RFC 3581 §4). */
export const stampTopVia = (message: WithHeaders, address: string, port: number): void => {
  const via = topVia(message);
  const wantsPort = via.rport !== null;
  if (!wantsPort && via.host === address) return;
  const stamped = formatVia({ ...via, received: address, ...(wantsPort && { rport: port }) });
  message.headers.removeFirst('via');
  message.headers.prepend('via', stamped);
};

const viaOrNull = (text: string): Via | null => {
  try {
    return parseVia(text);
  } catch {
    return null;
  }
};

/** Max-Forwards ends at 255 (RFC 3261 §20.22), and every hop adds one Via: a longer list was made to cost time. */
const longestWay = 255;

/**
 * Makes the Vias of a broken request fit to be answered: the first keeps at least its sent-by, others that cannot be
 * read go.
 *
 * @returns false when not even the first sent-by can be read, so that there is nowhere to answer to, or when there are more
 *   than any way can have
 */
export const repairVias = ({ headers }: WithHeaders): boolean => {
  const [first, ...others] = headers.all('via');
  if (first === undefined || others.length >= longestWay) return false;
  const semicolon = first.indexOf(';');
  const sentBy = semicolon < 0 ? first : trimBlanks(first.slice(0, semicolon));
  const top = viaOrNull(first) === null ? sentBy : first;
  if (viaOrNull(top) === null) return false;
  const readable = others.filter((text) => viaOrNull(text) !== null);
  if (top === first && readable.length === others.length) return true;
  headers.set('via', [top, ...readable].join(', '));
  return true;
};

/** @throws {Fault} `sip/malformed` */
export const fromOf = ({ headers }: WithHeaders): NameAddr => headers.parsed('from', readFrom);

/** @throws {Fault} `sip/malformed` */
export const toOf = ({ headers }: WithHeaders): NameAddr => headers.parsed('to', readTo);

/** @throws {Fault} `sip/malformed` */
export const callIdOf = ({ headers }: WithHeaders): string => {
  const value = required(headers, 'call-id');
  const at = value.indexOf('@');
  const isLegal =
    at < 0 ? isWord(value) : isWord(value.slice(0, at)) && isWord(value.slice(at + 1));
  if (!isLegal) throw malformed('call-id', 'word or word@word');
  return value;
};

export interface CSeq {
  /** 0 to 2³¹ − 1 (§8.1.1.5). */
  readonly number: number;
  readonly method: string;
}

const readCSeq = (headers: Headers): CSeq => {
  const text = required(headers, 'cseq');
  let at = 0;
  while (text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at++;
  const number = readNumber(text.slice(0, at), 'cseq', 0x7fff_ffff);
  const method = text.slice(skipBlanks(text, at));
  if (method.length + at === text.length || !isToken(method))
    throw malformed('cseq', 'number and method');
  return { number, method };
};

/** @throws {Fault} `sip/malformed` */
export const cseqOf = ({ headers }: WithHeaders): CSeq => headers.parsed('cseq', readCSeq);

const stripZeros = (digits: string): string => digits.replace(/^0+(?=[0-9])/, '');

const readNumber = (text: string, header: string, max: number): number => {
  const value = parseDecimal(text.length > 10 ? stripZeros(text) : text);
  if (value < 0 || value > max) throw malformed(header, `number between 0 and ${max}`);
  return value;
};

const numberOf = (headers: Headers, key: string, max: number): number | undefined => {
  const text = headers.get(key);
  return text === undefined ? undefined : readNumber(text, key, max);
};

/** 0–255, or undefined when there is none (RFC 2543 peers). @throws {Fault} `sip/malformed` */
export const maxForwardsOf = ({ headers }: WithHeaders): number | undefined =>
  numberOf(headers, 'max-forwards', 255);

/** Bytes, or undefined when there is none. @throws {Fault} `sip/malformed` */
export const contentLengthOf = ({ headers }: WithHeaders): number | undefined =>
  numberOf(headers, 'content-length', 0xffff_ffff);

/** §20.19: more than 2³² − 1 seconds counts as 2³² − 1; anything but digits is malformed. */
const readSeconds = (text: string, header: string): number => {
  if (!/^[0-9]+$/.test(text)) throw malformed(header, 'seconds');
  return Math.min(Number(text), 0xffff_ffff);
};

/** Seconds of the Expires header, or undefined when there is none. @throws {Fault} `sip/malformed` */
export const expiresOf = ({ headers }: WithHeaders): number | undefined => {
  const text = headers.get('expires');
  return text === undefined ? undefined : readSeconds(text, 'expires');
};

/** Seconds of Min-Expires, or undefined when there is none. @throws {Fault} `sip/malformed` */
export const minExpiresOf = ({ headers }: WithHeaders): number | undefined => {
  const text = headers.get('min-expires');
  return text === undefined ? undefined : readSeconds(text, 'min-expires');
};

/** Seconds of the `expires` parameter of a Contact, or undefined. @throws {Fault} `sip/malformed` */
export const contactExpiresOf = (contact: NameAddr): number | undefined => {
  const value = contact.params.get('expires');
  return value === undefined || value === null ? undefined : readSeconds(value, 'contact');
};

/** The `q` parameter of a Contact, 0 to 1; 1 when there is none. @throws {Fault} `sip/malformed` */
export const contactQOf = (contact: NameAddr): number => {
  const value = contact.params.get('q');
  if (value === undefined) return 1;
  if (value === null || !/^(0(\.[0-9]{0,3})?|1(\.0{0,3})?)$/.test(value))
    throw malformed('contact', 'q between 0 and 1');
  return Number(value);
};

const readContacts = (headers: Headers): NameAddr[] | '*' => {
  const values = headers.all('contact');
  if (values.length === 1 && values[0] === '*') return '*';
  return values.map((value) => parseNameAddr(value, 'contact'));
};

/** All contacts in order, or `*`; an empty list when there is none. @throws {Fault} `sip/malformed` */
export const contactsOf = ({ headers }: WithHeaders): readonly NameAddr[] | '*' =>
  headers.parsed('contact', readContacts);

const readAddresses =
  (key: string) =>
  (headers: Headers): NameAddr[] =>
    headers.all(key).map((value) => parseNameAddr(value, key));
const readRoutes = readAddresses('route');
const readRecordRoutes = readAddresses('record-route');
const readAssertedIdentities = readAddresses('p-asserted-identity');

/** Route set as received, in order. @throws {Fault} `sip/malformed` */
export const routesOf = ({ headers }: WithHeaders): readonly NameAddr[] =>
  headers.parsed('route', readRoutes);

/** Record-Route in the order of the message. @throws {Fault} `sip/malformed` */
export const recordRoutesOf = ({ headers }: WithHeaders): readonly NameAddr[] =>
  headers.parsed('record-route', readRecordRoutes);

/** P-Asserted-Identity (RFC 3325), to be believed from trunks only. @throws {Fault} `sip/malformed` */
export const assertedIdentitiesOf = ({ headers }: WithHeaders): readonly NameAddr[] =>
  headers.parsed('p-asserted-identity', readAssertedIdentities);

export interface ContentType {
  /** `application/sdp`, lower case, without blanks. */
  readonly mediaType: string;
  readonly params: Params;
}

const readContentType = (headers: Headers): ContentType => {
  const text = required(headers, 'content-type');
  const semicolon = text.indexOf(';');
  const [type = '', subtype = '', ...more] = (semicolon < 0 ? text : text.slice(0, semicolon))
    .split('/')
    .map(trimBlanks);
  if (!isToken(type) || !isToken(subtype) || more.length > 0)
    throw malformed('content-type', 'type/subtype');
  const params = semicolon < 0 ? noParams : parseParams(text, semicolon, 'content-type');
  return { mediaType: `${type}/${subtype}`.toLowerCase(), params };
};

/** Undefined when there is none. @throws {Fault} `sip/malformed` */
export const contentTypeOf = ({ headers }: WithHeaders): ContentType | undefined =>
  headers.has('content-type') ? headers.parsed('content-type', readContentType) : undefined;

/** Option tags of Require, Supported, Proxy-Require, Unsupported or any other list of tokens; lower case. */
export const tokensOf = ({ headers }: WithHeaders, name: string): string[] =>
  headers
    .all(name)
    .filter((tag) => tag.length > 0)
    .map((tag) => tag.toLowerCase());
