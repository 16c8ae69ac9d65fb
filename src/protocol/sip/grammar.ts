/** Character classes and the one malformed Fault, shared by all SIP text parsers (RFC 3261 §25.1). */
import { Fault } from '#base/fault.ts';

const classOf = (characters: string): Uint8Array => {
  const table = new Uint8Array(128);
  for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = 1;
  return table;
};

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const digits = '0123456789';

const tokenTable = classOf(`${letters}${digits}-.!%*_+\`'~`);
/** Underscore is not in the standard's `hostname`, but container names carry it. */
const hostTable = classOf(`${letters}${digits}-._`);
const wordTable = classOf(`${letters}${digits}-.!%*_+\`'~()<>:\\"/[]?{}@`);
/** What a parameter value may be without quotes: token, host or IPv6 reference. */
const plainValueTable = classOf(`${letters}${digits}-.!%*_+\`'~[]:`);

const every = (text: string, table: Uint8Array): boolean => {
  for (let i = 0; i < text.length; i++) if (table[text.charCodeAt(i)] !== 1) return false;
  return text.length > 0;
};

/** One character code that may stand in a `token`. */
export const isTokenCode = (code: number): boolean => tokenTable[code] === 1;
/** `token`: at least one character. */
export const isToken = (text: string): boolean => every(text, tokenTable);
/** `word`, of which a Call-ID is made; at least one character. */
export const isWord = (text: string): boolean => every(text, wordTable);
/** Whether a parameter value can be written without quotes. */
export const isPlainValue = (text: string): boolean => every(text, plainValueTable);

/** Space or tab. */
export const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/** First index at or after `from` that is neither space nor tab. */
export const skipBlanks = (text: string, from: number): number => {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
};

/** `text` without spaces and tabs at both ends. `String.trim` would also take U+00A0 and friends. */
export const trimBlanks = (text: string): string => {
  const from = skipBlanks(text, 0);
  let to = text.length;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return from === 0 && to === text.length ? text : text.slice(from, to);
};

/** Digits only, up to ten of them, else -1. */
export const parseDecimal = (text: string): number => {
  if (text.length === 0 || text.length > 10) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
};

/** Host name, IPv4 address or IPv6 reference in brackets. */
export const isHost = (text: string): boolean => {
  if (text.charCodeAt(0) !== 0x5b) return every(text, hostTable);
  return /^\[[0-9a-fA-F:.]{2,45}\]$/.test(text);
};

export interface HostPort {
  readonly host: string;
  /** 1–65535, or null when none was written. */
  readonly port: number | null;
}

/** Splits `host[:port]`; blanks around the colon are allowed as in a Via. Null when either part is not legal. */
export const parseHostPort = (text: string): HostPort | null => {
  const colon = text.indexOf(':', text.charCodeAt(0) === 0x5b ? text.indexOf(']') + 1 : 0);
  if (colon < 0) return isHost(text) ? { host: text, port: null } : null;
  const host = trimBlanks(text.slice(0, colon));
  const port = parseDecimal(trimBlanks(text.slice(colon + 1)));
  return isHost(host) && port > 0 && port <= 65_535 ? { host, port } : null;
};

/**
 * The Fault of every text that breaks the grammar.
 *
 * @param header lower-case long name of the header, or `start-line`, `uri`, `body`
 * @param rule what was expected, in a few words
 */
export const malformed = (header: string, rule: string): Fault =>
  new Fault('sip/malformed', `${header}: ${rule}`, { blame: 'peer', facts: { header, rule } });
