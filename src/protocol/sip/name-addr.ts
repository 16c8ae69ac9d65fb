/** `"Display name" <uri>;params`, the shape of From, To, Contact, Route and their kin (RFC 3261 §20.10). */
import { asFault } from '#base/fault.ts';
import { isToken, malformed, skipBlanks, trimBlanks } from './grammar.ts';
import { formatParams, noParams, parseParams, type Params } from './params.ts';
import { closingQuote, quote, unquoteBetween } from './quoting.ts';
import { formatSipUri, parseSipUri, type SipUri } from './uri.ts';

export interface NameAddr {
  /** Without quotes; empty when there is none. */
  readonly displayName: string;
  readonly uri: SipUri;
  /** Null when there is no `tag` parameter. */
  readonly tag: string | null;
  /** Parameters of the header, not of the URI; `tag` among them. */
  readonly params: Params;
}

interface Display {
  readonly displayName: string;
  /** Index of the opening angle bracket, or -1 for a URI without brackets. */
  readonly bracket: number;
}

const quotedDisplay = (text: string, header: string): Display => {
  const close = closingQuote(text, 0);
  const bracket = skipBlanks(text, close + 1);
  if (close < 0 || text.charCodeAt(bracket) !== 0x3c)
    throw malformed(header, 'closed quotes before an address in angle brackets');
  return { displayName: unquoteBetween(text, 0, close), bracket };
};

/** Without quotes the standard allows tokens only; phones write letters beyond ASCII and parentheses too. */
const plainDisplay = (text: string, header: string): Display => {
  const bracket = text.indexOf('<');
  if (bracket < 0) return { displayName: '', bracket };
  const displayName = trimBlanks(text.slice(0, bracket));
  if (/[",:;>\\]/.test(displayName)) throw malformed(header, 'display name');
  return { displayName, bracket };
};

const make = (displayName: string, uri: SipUri, params: Params): NameAddr => {
  const tag = params === noParams ? null : (params.get('tag') ?? null);
  return { displayName, uri, tag, params };
};

/** A fault inside the URI is told of the header it stands in. */
const parseUriOf = (text: string, header: string): SipUri => {
  try {
    return parseSipUri(text);
  } catch (thrown) {
    throw malformed(header, `URI: ${String(asFault(thrown, 'sip/malformed').facts['rule'])}`);
  }
};

/** Without angle brackets, parameters belong to the header, and the URI may hold neither `?` nor `,` (§20). */
const parseBare = (text: string, header: string): NameAddr => {
  const semicolon = text.indexOf(';');
  const address = semicolon < 0 ? text : trimBlanks(text.slice(0, semicolon));
  if (address.includes('?') || address.includes(','))
    throw malformed(header, 'angle brackets around an address with ? or ,');
  const params = semicolon < 0 ? noParams : parseParams(text, semicolon, header);
  return make('', parseUriOf(address, header), params);
};

/**
 * Reads one name-addr or addr-spec with its parameters.
 *
 * @param header lower-case name, for the Fault
 * @throws {Fault} `sip/malformed`
 */
export const parseNameAddr = (text: string, header: string): NameAddr => {
  const { displayName, bracket } =
    text.charCodeAt(0) === 0x22 ? quotedDisplay(text, header) : plainDisplay(text, header);
  if (bracket < 0) return parseBare(text, header);
  const close = text.indexOf('>', bracket);
  if (close < 0) throw malformed(header, 'closed angle brackets');
  const params = parseParams(text, close + 1, header);
  return make(displayName, parseUriOf(text.slice(bracket + 1, close), header), params);
};

/** A quoted string holds no control characters, escaped or not (RFC 3261 §25.1); a name never begins another header. */
const controls = /\p{Cc}+/gu;

const formatDisplayName = (written: string): string => {
  const name = trimBlanks(written.replaceAll(controls, ' '));
  if (name.length === 0) return '';
  return `${name.split(' ').every(isToken) ? name : quote(name)} `;
};

/** The parts of a name-addr that one has to give to write one. */
export interface NameAddrParts {
  readonly displayName?: string;
  readonly uri: SipUri;
  /** Written as `;tag=`; null or absent leaves the one in `params`. */
  readonly tag?: string | null;
  readonly params?: Params;
}

/** Always with angle brackets, so that parameters can never change hands. */
export const formatNameAddr = (parts: NameAddrParts): string => {
  const { displayName = '', uri, tag = null, params = noParams } = parts;
  const all = tag === null ? params : new Map(params).set('tag', tag);
  return `${formatDisplayName(displayName)}<${formatSipUri(uri)}>${formatParams(all)}`;
};
