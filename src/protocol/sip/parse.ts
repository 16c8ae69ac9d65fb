/** Bytes of one SIP message → a value. Tolerant: what can be understood is, and `validate.ts` judges it afterwards. */
import { isAscii, isUtf8 } from 'node:buffer';
import { Fault, asFault } from '#base/fault.ts';
import { isBlank, isToken, isTokenCode, malformed, parseDecimal, trimBlanks } from './grammar.ts';
import { headerKeyAt } from './header-names.ts';
import { repairVias } from './headers.ts';
import { Headers, type SipMessage, type SipRequest } from './message.ts';

export type ParseResult =
  | { readonly ok: true; readonly message: SipMessage }
  | {
      readonly ok: false;
      readonly fault: Fault;
      /** The request, as far as it was understood: enough to send `status` with it. Null: stay silent. */
      readonly answerable: SipRequest | null;
      /** What to answer: 400, 505 (another SIP version) or 513 (too large). */
      readonly status: number;
    };

export interface ParseLimits {
  /** Header rows. */
  readonly headerRows: number;
  /** Bytes of one header with its folded lines, and of the start line. */
  readonly lineBytes: number;
  /** Bytes of the whole message; one UDP datagram cannot hold more than the default. */
  readonly messageBytes: number;
}

export const defaultParseLimits: ParseLimits = {
  headerRows: 200,
  lineBytes: 8192,
  messageBytes: 65_535,
};

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const endOfHead = Buffer.from('\r\n\r\n');

/** Whether a datagram holds nothing but line ends: a keep-alive, which gets no answer over UDP (RFC 5626 §3.5.1). */
export const isKeepAlive = (bytes: Buffer): boolean => {
  for (const byte of bytes) if (byte !== carriageReturn && byte !== lineFeed) return false;
  return true;
};

/** Phones older than UTF-8 send Latin-1 names; both become text, and are written as UTF-8. */
const decodeText = (latin1: string): string => {
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1;
};

const unfold = (text: string): string => text.split('\n').map(trimLine).join(' ');

const trimLine = (line: string): string =>
  trimBlanks(line.endsWith('\r') ? line.slice(0, -1) : line);

/** One pass over the head of a message. Remembers the first fault and reads on, so that a 400 can be addressed. */
class Scanner {
  readonly headers = new Headers();
  startLine = '';
  /** Index of the first body byte. */
  bodyStart = 0;
  fault: Fault | undefined;
  status = 400;
  readonly #head: string;
  readonly #limits: ParseLimits;
  /** Between these indexes, the second one excluded, lies every character beyond ASCII. */
  #beyondFrom = 0;
  #beyondTo = 0;
  #at = 0;
  #nextReturn = -1;

  constructor(bytes: Buffer, limits: ParseLimits) {
    const end = bytes.indexOf(endOfHead);
    this.#head = bytes.toString('latin1', 0, end < 0 ? bytes.length : end + endOfHead.length);
    this.#limits = limits;
    if (!isAscii(bytes)) this.#findBeyondAscii();
  }

  scan(): void {
    this.#skipEmptyLines();
    this.startLine = this.#text(this.#at, this.#lineEnd(this.#head.indexOf('\n', this.#at)), true);
    for (let rows = 0; this.#scanHeader(); rows++) {
      if (rows < this.#limits.headerRows) continue;
      this.refuse(new Fault('sip/too-large', 'too many headers', { blame: 'peer' }), 513);
      return;
    }
  }

  refuse(fault: Fault, status = 400): void {
    if (this.fault) return;
    this.fault = fault;
    this.status = status;
  }

  #findBeyondAscii(): void {
    const head = this.#head;
    let from = 0;
    while (from < head.length && head.charCodeAt(from) < 0x80) from++;
    let to = head.length;
    while (to > from && head.charCodeAt(to - 1) < 0x80) to--;
    this.#beyondFrom = from;
    this.#beyondTo = to;
  }

  #skipEmptyLines(): void {
    for (;;) {
      const code = this.#head.charCodeAt(this.#at);
      if (code !== carriageReturn && code !== lineFeed) return;
      this.#at++;
    }
  }

  /** Moves behind the line feed at `newline` and gives the end of the line before it. */
  #lineEnd(newline: number): number {
    const from = this.#at;
    if (newline < 0) {
      this.#at = this.bodyStart = this.#head.length;
      this.refuse(malformed('start-line', 'an empty line after the headers'));
      return this.#head.length;
    }
    this.#at = newline + 1;
    const hasReturn = newline > from && this.#head.charCodeAt(newline - 1) === carriageReturn;
    const end = hasReturn ? newline - 1 : newline;
    if (this.#nextReturn < from) {
      const found = this.#head.indexOf('\r', from);
      this.#nextReturn = found < 0 ? this.#head.length : found;
    }
    if (this.#nextReturn < end) this.refuse(malformed('start-line', 'no CR without LF'));
    if (newline - from > this.#limits.lineBytes) this.#refuseLength();
    return end;
  }

  #refuseLength(): void {
    this.refuse(new Fault('sip/too-large', 'line too long', { blame: 'peer' }), 513);
  }

  /** False at the empty line that ends the head. */
  #scanHeader(): boolean {
    const from = this.#at;
    if (from >= this.#head.length) {
      this.#lineEnd(-1);
      return false;
    }
    let end = this.#lineEnd(this.#head.indexOf('\n', from));
    if (end === from) {
      this.bodyStart = this.#at;
      return false;
    }
    let isFolded = false;
    while (isBlank(this.#head.charCodeAt(this.#at))) {
      isFolded = true;
      end = this.#lineEnd(this.#head.indexOf('\n', this.#at));
    }
    if (isFolded && end - from > this.#limits.lineBytes) this.#refuseLength();
    this.#addHeader(from, end, isFolded);
    return true;
  }

  #addHeader(from: number, end: number, isFolded: boolean): void {
    const head = this.#head;
    let nameEnd = from;
    while (isTokenCode(head.charCodeAt(nameEnd))) nameEnd++;
    let colon = nameEnd;
    while (isBlank(head.charCodeAt(colon))) colon++;
    if (nameEnd === from || colon >= end || head.charCodeAt(colon) !== 0x3a) {
      this.refuse(malformed('start-line', 'header name and colon on each line'));
      return;
    }
    const row = isFolded
      ? trimBlanks(unfold(this.#text(colon + 1, end, true)))
      : this.#text(colon + 1, end);
    const key = headerKeyAt(head, from, nameEnd);
    if (key === undefined) this.headers.adopt(head.slice(from, nameEnd), row);
    else this.headers.adoptKnown(key, row);
  }

  #text(from: number, to: number, isRaw = false): string {
    let start = from;
    let end = to;
    if (!isRaw) {
      while (start < end && isBlank(this.#head.charCodeAt(start))) start++;
      while (end > start && isBlank(this.#head.charCodeAt(end - 1))) end--;
    }
    const text = this.#head.slice(start, end);
    return start < this.#beyondTo && end > this.#beyondFrom ? decodeText(text) : text;
  }
}

interface BodyCut {
  readonly body: Buffer;
  readonly fault?: Fault;
}

/** §18.3: over UDP the body is what Content-Length says, or the rest of the datagram when it says nothing. */
const cutBody = (bytes: Buffer, from: number, headers: Headers): BodyCut => {
  const rest = bytes.subarray(from);
  const rows = headers.rows('content-length');
  const [text] = rows;
  if (text === undefined) return { body: rest };
  const length = parseDecimal(text);
  if (rows.length > 1) return { body: rest, fault: malformed('content-length', 'one value only') };
  if (length < 0) return { body: rest, fault: malformed('content-length', 'a number of bytes') };
  if (length > rest.length)
    return { body: rest, fault: malformed('content-length', 'no more than there is') };
  return { body: length === rest.length ? rest : rest.subarray(0, length) };
};

const parseResponse = (scanner: Scanner, bytes: Buffer): ParseResult => {
  const line = scanner.startLine;
  const status = line.length === 11 || line.charCodeAt(11) === 0x20 ? line.slice(8, 11) : '';
  if (!/^[1-6][0-9][0-9]$/.test(status))
    scanner.refuse(malformed('start-line', 'status between 100 and 699'));
  const { body, fault = scanner.fault } = cutBody(bytes, scanner.bodyStart, scanner.headers);
  if (fault) return { ok: false, fault, answerable: null, status: 400 };
  const reason = line.slice(12);
  const { headers } = scanner;
  return {
    ok: true,
    message: { kind: 'response', status: Number(status), reason, headers, body },
  };
};

interface RequestLine {
  readonly method: string;
  readonly uri: string;
}

/** Null when the line is no SIP request at all. */
const parseRequestLine = (scanner: Scanner): RequestLine | null => {
  const line = scanner.startLine;
  const first = line.indexOf(' ');
  const last = line.lastIndexOf(' ');
  const version = line.slice(last + 1);
  const method = line.slice(0, Math.max(0, first));
  if (!isToken(method)) return null;
  if (version !== 'SIP/2.0' && version.toUpperCase() !== 'SIP/2.0') {
    if (!/^SIP\/[0-9]{1,4}\.[0-9]{1,4}$/i.test(version)) {
      if (/^HTTP\//i.test(version)) return null;
      scanner.refuse(malformed('start-line', 'method, URI and SIP/2.0'));
    } else {
      const facts = { version };
      scanner.fault = new Fault('sip/version', 'not SIP/2.0', { blame: 'peer', facts });
      scanner.status = 505;
    }
  }
  if (last <= first) {
    scanner.refuse(malformed('start-line', 'method, URI and SIP/2.0'));
    return { method, uri: line.slice(first + 1) };
  }
  return { method, uri: line.slice(first + 1, last) };
};

/** An ACK is never answered, nor a request without a Via to send the answer by. */
const answerableOrNull = (request: SipRequest): SipRequest | null =>
  request.method !== 'ACK' && repairVias(request) ? request : null;

const parseRequest = (scanner: Scanner, bytes: Buffer): ParseResult => {
  const line = parseRequestLine(scanner);
  if (line === null) {
    const fault = scanner.fault ?? malformed('start-line', 'a SIP request or response');
    return { ok: false, fault, answerable: null, status: 400 };
  }
  const { headers } = scanner;
  const { body, fault } = cutBody(bytes, scanner.bodyStart, headers);
  if (fault) scanner.refuse(fault);
  const request: SipRequest = {
    kind: 'request',
    method: line.method,
    uri: line.uri,
    headers,
    body,
  };
  if (!scanner.fault) return { ok: true, message: request };
  const answerable = answerableOrNull(request);
  return { ok: false, fault: scanner.fault, answerable, status: scanner.status };
};

/**
 * Reads one message: a datagram, or what the stream framer cut off. Never throws, takes time linear in the length, and
 * keeps no more than it was given. Empty lines before the start line are skipped; bytes behind Content-Length are
 * dropped. The body is a slice of `bytes`, which the caller must not write to afterwards.
 *
 * @see RFC 3261 §7, §18.3
 */
export const parseMessage = (bytes: Buffer, limits = defaultParseLimits): ParseResult => {
  if (bytes.length > limits.messageBytes) {
    const fault = new Fault('sip/too-large', 'message too large', { blame: 'peer' });
    return { ok: false, fault, answerable: null, status: 513 };
  }
  try {
    const scanner = new Scanner(bytes, limits);
    scanner.scan();
    return /^SIP\/2\.0 /i.test(scanner.startLine)
      ? parseResponse(scanner, bytes)
      : parseRequest(scanner, bytes);
  } catch (thrown) {
    const fault = asFault(thrown, 'sip/malformed');
    return { ok: false, fault, answerable: null, status: 400 };
  }
};
