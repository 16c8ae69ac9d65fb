/** Cuts a byte stream into SIP messages and keep-alives (RFC 3261 §18.3, RFC 5626 §3.5.1). Bytes in, frames out. */
import { Fault } from '#base/fault.ts';
import { isBlank, isTokenCode, malformed, parseDecimal, trimBlanks } from './grammar.ts';
import { headerKey } from './header-names.ts';
import { defaultParseLimits } from './parse.ts';

export type Frame =
  /** One whole message, for `parseMessage`. The bytes stay as they are. */
  | { readonly kind: 'message'; readonly bytes: Buffer }
  /** CRLF CRLF between messages: answer with one CRLF. At most one per `push`. */
  | { readonly kind: 'ping' }
  /**
   * The stream cannot be cut any more: close the connection. `head` is the head of the message that broke it, when
   * there is one: `parseMessage` may find somebody in it to answer 400 to.
   */
  | { readonly kind: 'fault'; readonly fault: Fault; readonly head: Buffer | null };

export interface FramerLimits {
  /** Bytes of one message with its body: also the most that is ever kept. */
  readonly messageBytes: number;
  /** Bytes of one line. */
  readonly lineBytes: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const pingBytes = [carriageReturn, lineFeed, carriageReturn, lineFeed];
const nothing = Buffer.alloc(0);

const tooLarge = (what: string): Fault =>
  new Fault('sip/too-large', `${what} too large for this stream`, { blame: 'peer' });

/** §18.3: on a stream, the one Content-Length says where the message ends, and there has to be one. */
const contentLengthIn = (head: string): number => {
  let found = -1;
  for (const line of head.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 0 || isBlank(line.charCodeAt(0))) continue;
    if (headerKey(trimBlanks(line.slice(0, colon))) !== 'content-length') continue;
    const end = line.endsWith('\r') ? line.length - 1 : line.length;
    const length = parseDecimal(trimBlanks(line.slice(colon + 1, end)));
    if (length < 0) throw malformed('content-length', 'a number of bytes');
    if (found >= 0) throw malformed('content-length', 'one value only');
    found = length;
  }
  if (found < 0) throw malformed('content-length', 'present on a stream');
  return found;
};

/**
 * One framer per connection. It keeps at most one unfinished message, and looks at each byte a bounded number of times
 * however the stream is cut into chunks.
 */
export class StreamFramer {
  readonly #limits: FramerLimits;
  /** Unfinished message: its first `#length` bytes count. */
  #kept: Buffer = nothing;
  #length = 0;
  /** Within the unfinished message: up to here no end of the head was found. */
  #scanned = 0;
  /** Bytes of the unfinished message, once its head is complete; else 0. */
  #messageBytes = 0;
  /** How much of CRLF CRLF came just now. */
  #pingProgress = 0;
  #isBroken = false;

  constructor(limits: FramerLimits = defaultParseLimits) {
    this.#limits = limits;
  }

  /** Bytes of a message that is not complete yet: a peer that leaves some here for long is slow or half open. */
  get pendingBytes(): number {
    return this.#length;
  }

  /**
   * Takes the next bytes of the stream. The framer may keep slices of `chunk`, so nobody may write to it afterwards.
   *
   * @returns frames in order; nothing follows a `fault`, and later bytes are ignored
   */
  push(chunk: Buffer): Frame[] {
    if (this.#isBroken) return [];
    const frames: Frame[] = [];
    const bytes = this.#length === 0 ? chunk : this.#append(chunk);
    const isOwn = bytes !== chunk;
    let at = 0;
    try {
      for (;;) {
        if (this.#scanned === 0) at = this.#skipKeepAlives(bytes, at, frames);
        const end = this.#messageEnd(bytes, at);
        if (end < 0) break;
        const message = bytes.subarray(at, end);
        frames.push({ kind: 'message', bytes: isOwn ? Buffer.from(message) : message });
        at = end;
        this.#scanned = this.#messageBytes = this.#pingProgress = 0;
      }
      this.#keep(bytes, at, isOwn);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      frames.push(this.#break(thrown, bytes, at));
    }
    return frames;
  }

  #break(fault: Fault, bytes: Buffer, at: number): Frame {
    this.#isBroken = true;
    const hasHead = this.#messageBytes === -1;
    const head = hasHead ? Buffer.from(bytes.subarray(at, at + this.#scanned)) : null;
    this.#kept = nothing;
    this.#length = 0;
    return { kind: 'fault', fault, head };
  }

  /** Line ends between messages; twice CRLF is a ping. Other line ends are tolerated and mean nothing. */
  #skipKeepAlives(bytes: Buffer, from: number, frames: Frame[]): number {
    let at = from;
    for (; at < bytes.length; at++) {
      const code = bytes[at];
      if (code !== carriageReturn && code !== lineFeed) break;
      const isExpected = code === pingBytes[this.#pingProgress];
      this.#pingProgress = isExpected ? this.#pingProgress + 1 : 0;
      if (this.#pingProgress < pingBytes.length) continue;
      this.#pingProgress = 0;
      if (!frames.some(({ kind }) => kind === 'ping')) frames.push({ kind: 'ping' });
    }
    // A TLS hello or a stray binary protocol ends here, not when a time limit is over.
    if (at < bytes.length && !isTokenCode(bytes[at] ?? 0))
      throw malformed('start-line', 'a SIP message');
    return at;
  }

  /** Index behind the message that starts at `at`, or -1 while it is not complete. */
  #messageEnd(bytes: Buffer, at: number): number {
    if (this.#messageBytes === 0) {
      const headEnd = this.#headEnd(bytes, at);
      if (headEnd < 0) return -1;
      this.#scanned = headEnd - at;
      this.#messageBytes = -1;
      const length = contentLengthIn(bytes.toString('latin1', at, headEnd));
      if (this.#scanned + length > this.#limits.messageBytes) throw tooLarge('message');
      this.#messageBytes = this.#scanned + length;
    }
    return at + this.#messageBytes <= bytes.length ? at + this.#messageBytes : -1;
  }

  /** Index behind the empty line that ends the head, or -1. `#scanned` moves from line to line. */
  #headEnd(bytes: Buffer, at: number): number {
    for (;;) {
      const from = at + this.#scanned;
      const newline = bytes.indexOf(lineFeed, from);
      const lineEnd = newline < 0 ? bytes.length : newline;
      if (lineEnd - from > this.#limits.lineBytes) throw tooLarge('line');
      if (lineEnd - at > this.#limits.messageBytes) throw tooLarge('head');
      if (newline < 0) return -1;
      const isEmpty = newline === from || (newline === from + 1 && bytes[from] === carriageReturn);
      if (isEmpty && from > at) return newline + 1;
      this.#scanned = newline + 1 - at;
    }
  }

  /** Adds a chunk to what is kept; the room doubles, so that a stream of single bytes stays linear. */
  #append(chunk: Buffer): Buffer {
    const length = this.#length + chunk.length;
    if (length > this.#kept.length) {
      const room = Buffer.allocUnsafe(Math.max(length, 2 * this.#kept.length, 1024));
      this.#kept.copy(room, 0, 0, this.#length);
      this.#kept = room;
    }
    chunk.copy(this.#kept, this.#length);
    this.#length = length;
    return this.#kept.subarray(0, length);
  }

  #keep(bytes: Buffer, from: number, isOwn: boolean): void {
    const rest = bytes.length - from;
    if (rest === 0) {
      this.#kept = nothing;
      this.#length = 0;
    } else if (!isOwn) {
      this.#append(bytes.subarray(from));
    } else if (from > 0) {
      this.#kept.copyWithin(0, from, bytes.length);
      this.#length = rest;
    }
  }
}
