/** SIP messages as values, and their headers (RFC 3261 §7). */
import { Fault } from '#base/fault.ts';
import { isToken, trimBlanks } from './grammar.ts';
import { headerKey, isListHeader, knownSpelling } from './header-names.ts';
import { nextTopLevel } from './quoting.ts';

export interface SipRequest {
  readonly kind: 'request';
  method: string;
  /** Request-URI as written; `parseSipUri` reads it. */
  uri: string;
  headers: Headers;
  /** Exactly Content-Length bytes; a slice of what was received, so copy it to keep it. */
  body: Buffer;
}

export interface SipResponse {
  readonly kind: 'response';
  /** 100–699 once `validateResponse` accepted it. */
  status: number;
  reason: string;
  headers: Headers;
  body: Buffer;
}

export type SipMessage = SipRequest | SipResponse;

const comma = 0x2c;

/** Values of one row of a list header. Empty elements (`a,,b`) are kept, so that a validator can see them. */
const splitList = (row: string): string[] => {
  if (!row.includes(',')) return [row];
  const values: string[] = [];
  for (let at = 0; at <= row.length;) {
    const next = nextTopLevel(row, comma, at);
    values.push(trimBlanks(row.slice(at, next)));
    at = next + 1;
  }
  return values;
};

const checkedValue = (key: string, value: string): string => {
  if (value.includes('\n') || value.includes('\r'))
    throw new Fault('sip/line-break', `a ${key} value may not contain a line break`, {
      facts: { header: key },
    });
  return value;
};

/**
 * The headers of one message, in order. Names are case-insensitive and compact forms count as their long form. Rows stay
 * as they were received; what one asks for is split and parsed then, and kept until that header changes.
 */
export class Headers {
  readonly #keys: string[] = [];
  readonly #rows: string[] = [];
  /** Spelling of names outside the standards, as received or set. */
  #spellings: Map<string, string> | undefined;
  #parsed: Map<string, unknown> | undefined;

  /**
   * Adds a row without looking at it: only for the scanner and for rows of another message, which have no line breaks.
   *
   * @param name as written
   */
  adopt(name: string, row: string): void {
    const key = headerKey(name);
    if (knownSpelling(key) === undefined) this.#spell(key, name);
    this.adoptKnown(key, row);
  }

  /** The same for a known header, by its key. */
  adoptKnown(key: string, row: string): void {
    this.#keys.push(key);
    this.#rows.push(row);
  }

  /** First value, of a list header the first element; undefined when there is none. */
  get(name: string): string | undefined {
    const key = headerKey(name);
    const at = this.#keys.indexOf(key);
    const row = this.#rows[at];
    if (row === undefined || !isListHeader(key) || !row.includes(',')) return row;
    return trimBlanks(row.slice(0, nextTopLevel(row, comma, 0)));
  }

  /** All values in order; list headers are split at commas outside quotes and angle brackets. */
  all(name: string): string[] {
    const key = headerKey(name);
    const rows = this.rows(key);
    return isListHeader(key) && rows.some((row) => row.includes(','))
      ? rows.flatMap(splitList)
      : rows;
  }

  /** Rows as received, lists not split. */
  rows(name: string): string[] {
    const key = headerKey(name);
    const rows: string[] = [];
    for (let at = this.#keys.indexOf(key); at >= 0; at = this.#keys.indexOf(key, at + 1))
      rows.push(this.#rows[at] ?? '');
    return rows;
  }

  /** Whether there is more than one row of this name. */
  isRepeated(name: string): boolean {
    const key = headerKey(name);
    const first = this.#keys.indexOf(key);
    return first >= 0 && this.#keys.includes(key, first + 1);
  }

  has(name: string): boolean {
    return this.#keys.includes(headerKey(name));
  }

  /**
   * Puts one value in place of all there are, where the first one stood, else at the end.
   *
   * @throws {Fault} `sip/line-break` when the value would start a new line; so do `append` and `prepend`
   */
  set(name: string, value: string): void {
    const key = this.#touch(name);
    const at = this.#keys.indexOf(key);
    if (at < 0) {
      this.#insert(this.#keys.length, key, value);
      return;
    }
    this.#rows[at] = checkedValue(key, value);
    for (let i = this.#keys.length - 1; i > at; i--) if (this.#keys[i] === key) this.#cut(i);
  }

  /** Adds a row behind all others. */
  append(name: string, value: string): void {
    this.#insert(this.#keys.length, this.#touch(name), value);
  }

  /** Adds a row before the first of its name, else before all others: a new top Via or Route. */
  prepend(name: string, value: string): void {
    const key = this.#touch(name);
    this.#insert(Math.max(0, this.#keys.indexOf(key)), key, value);
  }

  /** Removes every row of this name. */
  remove(name: string): void {
    const key = this.#touch(name);
    for (let i = this.#keys.length - 1; i >= 0; i--) if (this.#keys[i] === key) this.#cut(i);
  }

  /** Removes the first value only; of a list header the first element. Nothing happens when there is none. */
  removeFirst(name: string): void {
    const key = this.#touch(name);
    const at = this.#keys.indexOf(key);
    const row = this.#rows[at];
    if (row === undefined) return;
    const next = isListHeader(key) ? nextTopLevel(row, comma, 0) : row.length;
    if (next === row.length) this.#cut(at);
    else this.#rows[at] = trimBlanks(row.slice(next + 1));
  }

  /** Rows in order as `[name, row]`, the name lower-case and long. */
  *entries(): Generator<[string, string]> {
    for (const [at, key] of this.#keys.entries()) yield [key, this.#rows[at] ?? ''];
  }

  /** Number of rows. */
  get size(): number {
    return this.#keys.length;
  }

  /** A copy that shares nothing which can change. */
  clone(): Headers {
    const copy = new Headers();
    copy.#keys.push(...this.#keys);
    copy.#rows.push(...this.#rows);
    if (this.#spellings) copy.#spellings = new Map(this.#spellings);
    return copy;
  }

  /** All rows as they go on the wire, each with its line end. */
  toText(): string {
    let text = '';
    for (let i = 0; i < this.#keys.length; i++) {
      const key = this.#keys[i] ?? '';
      text += `${knownSpelling(key) ?? this.#spellings?.get(key) ?? key}: ${this.#rows[i] ?? ''}\r\n`;
    }
    return text;
  }

  /**
   * What `parse` made of this header, kept until a row of that name changes. One kind of parse per name.
   *
   * @param key lower-case long name
   */
  parsed<T>(key: string, parse: (headers: Headers) => T): T {
    const kept = this.#parsed?.get(key);
    if (kept !== undefined) return kept as T;
    const value = parse(this);
    (this.#parsed ??= new Map<string, unknown>()).set(key, value);
    return value;
  }

  #touch(name: string): string {
    const key = headerKey(name);
    if (knownSpelling(key) === undefined) {
      if (!isToken(name)) throw new Fault('sip/header-name', `not a header name: ${name}`);
      this.#spell(key, name);
    }
    this.#parsed?.delete(key);
    return key;
  }

  #spell(key: string, name: string): void {
    this.#spellings ??= new Map<string, string>();
    if (!this.#spellings.has(key)) this.#spellings.set(key, name);
  }

  #insert(at: number, key: string, value: string): void {
    this.#rows.splice(at, 0, checkedValue(key, value));
    this.#keys.splice(at, 0, key);
  }

  #cut(at: number): void {
    this.#keys.splice(at, 1);
    this.#rows.splice(at, 1);
  }
}
