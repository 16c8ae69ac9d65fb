/** SIP, SIPS and tel URIs: read, write, compare (RFC 3261 §19.1, RFC 3966 as far as a number needs it). */
import { isToken, malformed, parseHostPort } from './grammar.ts';
import { noParams, type Params } from './params.ts';

/** Escapes undone everywhere; `formatSipUri` puts them back where they are needed. */
export interface SipUri {
  /** Lower case: `sip`, `sips`, `tel` or whatever was written. */
  readonly scheme: string;
  /** Null when there is none; the number of a `tel` URI. */
  readonly user: string | null;
  readonly password: string | null;
  /** Lower case, IPv6 in its brackets; empty for schemes without one. */
  readonly host: string;
  readonly port: number | null;
  readonly params: Params;
  /** Behind `?`: header name in lower case → value. */
  readonly headers: ReadonlyMap<string, string>;
  /** What follows the colon of a scheme other than sip, sips and tel, untouched; else empty. */
  readonly opaque: string;
}

/** Host that a request to this URI is sent to first, IPv6 without its brackets; `maddr` goes before the host (RFC 3261 §19.1.1). */
export const hopHost = (uri: SipUri): string => {
  const host = uri.params.get('maddr') ?? uri.host;
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
};

const noHeaders: ReadonlyMap<string, string> = new Map();

/** RFC 3261 `user-unreserved`, `password`, `param-unreserved` and `hnv-unreserved`, each with `unreserved`. */
const userMarks = "-_.!~*'()&=+$,;?/";
const passwordMarks = "-_.!~*'()&=+$,";
const paramMarks = "-_.!~*'()[]/:&+$";
const headerMarks = "-_.!~*'()[]/?:+$";

const isAlphanumeric = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a);

const escapeExcept = (text: string, marks: string): string => {
  for (let i = 0; i < text.length; i++)
    if (!isAlphanumeric(text.charCodeAt(i)) && !marks.includes(text.charAt(i)))
      return escapeAll(text, marks);
  return text;
};

const escapeAll = (text: string, marks: string): string => {
  let escaped = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    escaped +=
      isAlphanumeric(byte) || marks.includes(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
};

/** The user part as it stands in a URI: everything but `user-unreserved` as UTF-8 percent escapes. */
export const escapeUser = (user: string): string => escapeExcept(user, userMarks);

/**
 * Undoes percent escapes.
 *
 * @throws {Fault} `sip/malformed` when a `%` has no two hex digits behind it, or the bytes are not UTF-8
 */
export const unescapeText = (text: string): string => {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('uri', 'percent escapes in UTF-8');
  }
};

/** Characters that end a URI in every text it can stand in; a control or a blank is as bad. */
const checkCharacters = (text: string): void => {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code === 0x22 || code === 0x3c || code === 0x3e || code === 0x7f)
      throw malformed('uri', 'no blanks, quotes or angle brackets');
  }
};

/** Reads `name=value;name…` between two indexes. */
const parseUriParams = (text: string, from: number, to: number): Params => {
  const params = new Map<string, string | null>();
  for (let at = from; at <= to;) {
    const semicolon = text.indexOf(';', at);
    const end = semicolon < 0 || semicolon > to ? to : semicolon;
    const equals = text.indexOf('=', at);
    const hasValue = equals >= 0 && equals < end;
    const name = unescapeText(text.slice(at, hasValue ? equals : end)).toLowerCase();
    if (name.length === 0) throw malformed('uri', 'parameter name');
    const value = hasValue ? unescapeText(text.slice(equals + 1, end)) : null;
    if (!params.has(name)) params.set(name, value);
    at = end + 1;
  }
  return params;
};

const parseUriHeaders = (text: string): ReadonlyMap<string, string> => {
  const headers = new Map<string, string>();
  for (const part of text.split('&')) {
    const equals = part.indexOf('=');
    if (equals <= 0) throw malformed('uri', 'header name=value');
    const name = unescapeText(part.slice(0, equals)).toLowerCase();
    if (!isToken(name)) throw malformed('uri', 'header name');
    headers.set(name, unescapeText(part.slice(equals + 1)));
  }
  return headers;
};

const parseUserInfo = (text: string): Pick<SipUri, 'user' | 'password'> => {
  const colon = text.indexOf(':');
  const user = unescapeText(colon < 0 ? text : text.slice(0, colon));
  if (user.length === 0) throw malformed('uri', 'user before @');
  return { user, password: colon < 0 ? null : unescapeText(text.slice(colon + 1)) };
};

const noUser = { user: null, password: null };

const parseHierarchy = (scheme: string, rest: string): SipUri => {
  const at = rest.indexOf('@');
  const { user, password } = at < 0 ? noUser : parseUserInfo(rest.slice(0, at));
  const question = rest.indexOf('?', at + 1);
  const end = question < 0 ? rest.length : question;
  const semicolon = rest.indexOf(';', at + 1);
  const hasParams = semicolon >= 0 && semicolon < end;
  const target = parseHostPort(rest.slice(at + 1, hasParams ? semicolon : end));
  if (target === null) throw malformed('uri', 'host and port');
  return {
    scheme,
    user,
    password,
    host: target.host.toLowerCase(),
    port: target.port,
    params: hasParams ? parseUriParams(rest, semicolon + 1, end) : noParams,
    headers: question < 0 ? noHeaders : parseUriHeaders(rest.slice(question + 1)),
    opaque: '',
  };
};

const parseTel = (rest: string): SipUri => {
  const semicolon = rest.indexOf(';');
  const number = semicolon < 0 ? rest : rest.slice(0, semicolon);
  if (!/^\+?[0-9A-Fa-f*#().-]+$/.test(number)) throw malformed('uri', 'telephone number');
  const params = semicolon < 0 ? noParams : parseUriParams(rest, semicolon + 1, rest.length);
  return { ...emptyUri, scheme: 'tel', user: number, params };
};

const emptyUri: SipUri = {
  scheme: 'sip',
  user: null,
  password: null,
  host: '',
  port: null,
  params: noParams,
  headers: noHeaders,
  opaque: '',
};

const schemeEnd = (text: string): number => {
  const colon = text.indexOf(':');
  if (colon <= 0 || !/^[a-z]$/i.test(text.charAt(0))) return -1;
  for (let i = 1; i < colon; i++) {
    const code = text.charCodeAt(i);
    if (!isAlphanumeric(code) && code !== 0x2b && code !== 0x2d && code !== 0x2e) return -1;
  }
  return colon;
};

/**
 * Reads a URI. Other schemes than sip, sips and tel are kept as `opaque`, so that whoever routes can answer 416.
 * More is accepted than the standard's user part allows (a dialled `#`, for one), never a blank, quote or bracket.
 *
 * @throws {Fault} `sip/malformed`
 */
export const parseSipUri = (text: string): SipUri => {
  if (text.startsWith('sip:')) {
    checkCharacters(text);
    return parseHierarchy('sip', text.slice(4));
  }
  const colon = schemeEnd(text);
  if (colon < 0) throw malformed('uri', 'scheme and colon');
  checkCharacters(text);
  const scheme = text.slice(0, colon).toLowerCase();
  const rest = text.slice(colon + 1);
  if (scheme === 'sip' || scheme === 'sips') return parseHierarchy(scheme, rest);
  if (scheme === 'tel') return parseTel(rest);
  if (rest.length === 0) throw malformed('uri', 'something behind the scheme');
  return { ...emptyUri, scheme, opaque: rest };
};

/** A SIP URI from its parts: `makeSipUri({ user: '1000', host: '192.0.2.1' })`. */
export const makeSipUri = (parts: Partial<SipUri> & { readonly host: string }): SipUri => ({
  ...emptyUri,
  ...parts,
});

const formatUriParams = (params: Params): string => {
  let text = '';
  for (const [name, value] of params) {
    text += `;${escapeExcept(name, paramMarks)}`;
    if (value !== null) text += `=${escapeExcept(value, paramMarks)}`;
  }
  return text;
};

/** The URI as text; `parseSipUri` of it gives an equal value. */
export const formatSipUri = (uri: SipUri): string => {
  if (uri.scheme === 'tel') return `tel:${uri.user ?? ''}${formatUriParams(uri.params)}`;
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return `${uri.scheme}:${uri.opaque}`;
  let text = `${uri.scheme}:`;
  if (uri.user !== null) {
    text += escapeUser(uri.user);
    if (uri.password !== null) text += `:${escapeExcept(uri.password, passwordMarks)}`;
    text += '@';
  }
  text += uri.host;
  if (uri.port !== null) text += `:${uri.port}`;
  text += formatUriParams(uri.params);
  let sign = '?';
  for (const [name, value] of uri.headers) {
    text += `${sign}${escapeExcept(name, headerMarks)}=${escapeExcept(value, headerMarks)}`;
    sign = '&';
  }
  return text;
};

/** Parameters that make two URIs differ even when only one of them has it (§19.1.4). */
const decisiveParams = ['user', 'ttl', 'method', 'maddr', 'transport'];

const sameFolded = (a: string | null | undefined, b: string | null | undefined): boolean =>
  (a ?? '').toLowerCase() === (b ?? '').toLowerCase();

const sameParams = (a: Params, b: Params): boolean =>
  decisiveParams.every((name) => a.has(name) === b.has(name)) &&
  [...a].every(([name, value]) => !b.has(name) || sameFolded(value, b.get(name)));

const sameHeaders = (a: SipUri['headers'], b: SipUri['headers']): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);

/** Whether two URIs name the same resource: RFC 3261 §19.1.4 for sip and sips, the same letters for the rest. */
export const sameSipUri = (a: SipUri, b: SipUri): boolean =>
  a.scheme === b.scheme &&
  a.user === b.user &&
  a.password === b.password &&
  a.host === b.host &&
  a.port === b.port &&
  a.opaque === b.opaque &&
  sameParams(a.params, b.params) &&
  sameHeaders(a.headers, b.headers);
