/** `;name=value` parameters behind a Via, a name-addr or a Content-Type (RFC 3261 §25.1, generic-param). */
import { isPlainValue, isToken, malformed, skipBlanks, trimBlanks } from './grammar.ts';
import { closingQuote, nextTopLevel, quote, unquoteBetween } from './quoting.ts';

/** Lower-case name → value without quotes; null for a name that stands alone. Order as written. */
export type Params = ReadonlyMap<string, string | null>;

/** No parameters at all. */
export const noParams: Params = new Map();

const semicolon = 0x3b;

const parseValue = (raw: string, header: string): string => {
  if (raw.charCodeAt(0) !== 0x22) {
    if (raw.length === 0) throw malformed(header, 'parameter without value');
    if (raw.includes('"') || raw.includes(' ') || raw.includes('<'))
      throw malformed(header, 'parameter value');
    return raw;
  }
  const close = closingQuote(raw, 0);
  if (close !== raw.length - 1) throw malformed(header, 'quoted parameter value');
  return unquoteBetween(raw, 0, close);
};

/**
 * Reads `;name=value;name…` from `from` to the end of the text. Blanks may surround each sign. The first of two equal
 * names counts.
 *
 * @throws {Fault} `sip/malformed` when something else stands there
 */
export const parseParams = (text: string, from: number, header: string): Params => {
  let at = skipBlanks(text, from);
  if (at >= text.length) return noParams;
  const params = new Map<string, string | null>();
  while (at < text.length) {
    if (text.charCodeAt(at) !== semicolon) throw malformed(header, 'semicolon before a parameter');
    const next = nextTopLevel(text, semicolon, at + 1);
    const equals = text.indexOf('=', at + 1);
    const hasValue = equals >= 0 && equals < next;
    const name = trimBlanks(text.slice(at + 1, hasValue ? equals : next));
    if (!isToken(name)) throw malformed(header, 'parameter name');
    const key = name.toLowerCase();
    const value = hasValue ? parseValue(trimBlanks(text.slice(equals + 1, next)), header) : null;
    if (!params.has(key)) params.set(key, value);
    at = next;
  }
  return params;
};

/** `;name=value…`, values in quotes where they need them; empty text for no parameters. */
export const formatParams = (params: Params): string => {
  let text = '';
  for (const [name, value] of params)
    text += value === null ? `;${name}` : `;${name}=${isPlainValue(value) ? value : quote(value)}`;
  return text;
};
