/**
 * Forms with files (RFC 7578) as bytes come, in pieces of any size: no I/O, and nothing is copied but what lies across two pieces.
 * A whole piece is searched for the boundary at once, so that a megabyte costs a fraction of a millisecond.
 */
import { refused } from './problem.ts';

export interface PartHead {
  readonly name: string;
  /** Without folders; null for a field. */
  readonly fileName: string | null;
}

/** What a form is read into. Whatever it throws ends the reading. */
export interface FormSink {
  readonly part: (head: PartHead) => void;
  /** Of the part that began last; a view of the piece that was pushed. */
  readonly bytes: (piece: Buffer) => void;
  /** The part that began last is whole. */
  readonly end: () => void;
}

/** Of the lines before a part's content; browsers send about 200 bytes. */
const mostHeadBytes = 4096;
/** Before the first boundary and after the last one, where nothing belongs. */
const mostIgnoredBytes = 4096;
/** White space that may stand after a boundary, RFC 2046 §5.1.1. */
const mostPaddingBytes = 100;
const mostNameBytes = 100;

const lineEnd = Buffer.from('\r\n');
const headEnd = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);
const cr = 0x0d;
const dash = 0x2d;

const broken = (what: string): Error =>
  refused({ code: 'api/invalid-request', detail: `The form is broken: ${what}.` });

const parameter = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/gu;

const parametersOf = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const [, name = '', quoted, bare = ''] of text.matchAll(parameter))
    // A backslash stands for itself but before a quotation mark or another one: some senders put whole Windows paths here.
    found.set(name.toLowerCase(), quoted?.replaceAll(/\\(["\\])/gu, '$1') ?? bare);
  return found;
};

/** RFC 8187, which RFC 7578 §4.2 advises against and old programs use all the same. Undefined when it is not UTF-8. */
const extended = (text: string | undefined): string | undefined => {
  const encoded = /^utf-8'[^']*'(.*)$/iu.exec(text ?? '')?.[1];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
};

export const isForm = (contentType: string | undefined): boolean =>
  /^multipart\/form-data\s*(?:;|$)/iu.test(contentType ?? '');

/** Null when the content type is none of a form. @throws {Fault} `api/invalid-request` when it names no boundary */
export const boundaryOf = (contentType: string | undefined): string | null => {
  if (!isForm(contentType)) return null;
  const boundary = parametersOf(contentType ?? '').get('boundary') ?? '';
  // RFC 2046 §5.1.1: 1 to 70 characters.
  if (!/^[\x20-\x7e]{1,70}$/u.test(boundary)) throw broken('its content type has no boundary');
  return boundary;
};

const headOf = (text: string): PartHead => {
  const value = /\r\ncontent-disposition:\s*form-data\s*(;[^\r\n]*)/iu.exec(text)?.[1];
  const parameters = parametersOf(value ?? '');
  const name = parameters.get('name');
  if (name === undefined) throw broken('a part has no name');
  if (Buffer.byteLength(name) > mostNameBytes) throw broken('the name of a part is too long');
  const path = extended(parameters.get('filename*')) ?? parameters.get('filename') ?? null;
  return { name, fileName: path?.replace(/^.*[/\\]/su, '') ?? null };
};

/** Before the first boundary; right after a boundary; in the lines of a part; in its content; after the last boundary. */
type State = 'preamble' | 'boundary' | 'head' | 'content' | 'done';

export class MultipartReader {
  readonly #boundary: Buffer;
  readonly #sink: FormSink;
  #state: State = 'preamble';
  /** Bytes that may turn out to be a boundary, or lines of a part that are not whole. A form may begin with its boundary: hence the line end. */
  #held: Buffer = lineEnd;
  #ignored = 0;

  constructor(boundary: string, sink: FormSink) {
    this.#boundary = Buffer.from(`\r\n--${boundary}`);
    this.#sink = sink;
  }

  /** @throws {Fault} `api/invalid-request` on bytes that are no form, and whatever the sink throws */
  push(piece: Buffer): void {
    const bytes = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    this.#held = nothing;
    for (let at: number | null = 0; at !== null;) at = this.#step(bytes, at);
  }

  /** @throws {Fault} `api/invalid-request` when the last boundary never came */
  end(): void {
    if (this.#state !== 'done') throw broken('it ends before its last boundary');
  }

  /** @returns where to go on, or null when more bytes are needed */
  #step(bytes: Buffer, at: number): number | null {
    switch (this.#state) {
      case 'preamble':
      case 'content':
        return this.#content(bytes, at);
      case 'boundary':
        return this.#afterBoundary(bytes, at);
      case 'head':
        return this.#head(bytes, at);
      case 'done':
        this.#ignore(bytes.length - at);
        return null;
    }
  }

  #content(bytes: Buffer, at: number): number | null {
    const boundaryAt = bytes.indexOf(this.#boundary, at);
    const end = boundaryAt < 0 ? this.#possibleBoundary(bytes, at) : boundaryAt;
    const isPart = this.#state === 'content';
    if (!isPart) this.#ignore(end - at);
    else if (end > at) this.#sink.bytes(bytes.subarray(at, end));
    if (boundaryAt < 0) return this.#hold(bytes, end);
    if (isPart) this.#sink.end();
    this.#state = 'boundary';
    return boundaryAt + this.#boundary.length;
  }

  /** Where the beginning of a boundary stands at the end, else the end. Only its first byte is a carriage return, so it is the last one there. */
  #possibleBoundary(bytes: Buffer, at: number): number {
    const tailAt = Math.max(at, bytes.length - this.#boundary.length + 1);
    const crAt = tailAt + bytes.subarray(tailAt).lastIndexOf(cr);
    const tail = bytes.subarray(crAt);
    const isPossible = crAt >= tailAt && this.#boundary.subarray(0, tail.length).equals(tail);
    return isPossible ? crAt : bytes.length;
  }

  #afterBoundary(bytes: Buffer, at: number): number | null {
    if (bytes.length - at < 2) return this.#hold(bytes, at);
    if (bytes[at] === dash && bytes[at + 1] === dash) {
      this.#state = 'done';
      return at + 2;
    }
    const lineEndAt = bytes.indexOf(lineEnd, at);
    const padding = bytes.subarray(at, lineEndAt < 0 ? bytes.length : lineEndAt);
    const isPadding = padding.every((byte) => byte === 0x20 || byte === 0x09 || byte === cr);
    if (!isPadding || padding.length > mostPaddingBytes) throw broken('a boundary has no line end');
    if (lineEndAt < 0) return this.#hold(bytes, at);
    this.#state = 'head';
    return lineEndAt;
  }

  /** From the line end of the boundary on, so that a part without lines is one like any other. */
  #head(bytes: Buffer, at: number): number | null {
    const end = bytes.indexOf(headEnd, at);
    if ((end < 0 ? bytes.length : end) - at > mostHeadBytes)
      throw broken('the lines before a part are too long');
    if (end < 0) return this.#hold(bytes, at);
    this.#sink.part(headOf(bytes.toString('utf8', at, end)));
    this.#state = 'content';
    return end + headEnd.length;
  }

  #ignore(count: number): void {
    this.#ignored += count;
    if (this.#ignored > mostIgnoredBytes) throw broken('there is much that belongs to no part');
  }

  #hold(bytes: Buffer, from: number): null {
    this.#held = bytes.subarray(from);
    return null;
  }
}
