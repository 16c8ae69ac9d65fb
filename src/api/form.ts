/** Forms with files (RFC 7578), read into memory within limits: nothing of a refused file ever reaches the disk. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FileMemory } from './file-memory.ts';
import { FieldText, invalidForm, PartRules, type FormLimits } from './form-parts.ts';
import { boundaryOf, isForm, MultipartReader, type FormSink, type PartHead } from './multipart.ts';
import { refused } from './problem.ts';

const once = (work: () => void): (() => void) => {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
};

/** A file of a form. As JSON it is its digest, so that a request can be told from another one by its body. */
export class FormFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** False when it was longer than the limit: `bytes` are its beginning. */
  readonly isWhole: boolean;
  readonly #release: () => void;

  /** @param release called once, when nobody looks at `bytes` any more */
  constructor(name: string, bytes: Uint8Array, isWhole: boolean, release: () => void) {
    this.name = name;
    this.bytes = bytes;
    this.isWhole = isWhole;
    this.#release = once(release);
  }

  /** After this the bytes are those of another file. Idempotent. */
  release(): void {
    this.#release();
  }

  toJSON(): unknown {
    const { name, bytes, isWhole } = this;
    return { name, isWhole, sha256: createHash('sha256').update(bytes).digest('base64url') };
  }
}

/** After a refusal a client may still be sending: so much is taken and thrown away, so that it gets to read the answer. */
const lingerBytes = 8 * 1024 * 1024;
const lingerMs = 3000;
/** Room a file is given at first, at most; it doubles as the file grows, up to the limit. */
const firstBytes = 1024 * 1024;
/** A file that cannot become larger has it from here; as many uploads at once as a busy centre sees. */
const memory = new FileMemory(firstBytes, 24);

/** Lets go of a request whose rest nobody wants. */
const lingerAfter = (request: FastifyRequest, reply: FastifyReply): void => {
  const { raw } = request;
  reply.raw.once('finish', () => {
    if (raw.readableEnded) return;
    let taken = 0;
    const timer = setTimeout(() => raw.destroy(), lingerMs);
    raw.once('close', () => clearTimeout(timer));
    raw.on('data', (piece: Buffer) => {
      taken += piece.length;
      if (taken > lingerBytes) raw.destroy();
    });
    raw.resume();
  });
};

/** Bytes of one file in one piece of memory, up to a limit. */
class Filling {
  readonly #most: number;
  readonly #sheet: Buffer | null;
  #bytes: Buffer;
  #taken = 0;

  /** @param expected what the request says of its length: room for it is made at once, within reason */
  constructor(most: number, expected: number) {
    this.#most = most;
    this.#sheet = most <= firstBytes ? memory.take() : null;
    this.#bytes = this.#sheet ?? Buffer.allocUnsafeSlow(Math.min(most, expected, firstBytes));
  }

  release(): void {
    if (this.#sheet) memory.giveBack(this.#sheet);
  }

  get isOver(): boolean {
    return this.#taken > this.#most;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, Math.min(this.#taken, this.#most));
  }

  add(piece: Buffer): void {
    const wanted = this.#taken + piece.length;
    if (wanted > this.#bytes.length && this.#bytes.length < this.#most) {
      const room = Math.min(this.#most, Math.max(2 * this.#bytes.length, wanted));
      const larger = Buffer.allocUnsafeSlow(room);
      this.#bytes.copy(larger, 0, 0, this.#taken);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes, this.#taken);
    this.#taken = wanted;
  }
}

/** The form in memory, as it grows. */
class FormInMemory implements FormSink {
  readonly #limits: FormLimits;
  readonly #expected: number;
  readonly #rules: PartRules;
  readonly #body = new Map<string, unknown>();
  #head: PartHead | null = null;
  #content: Filling | FieldText | null = null;
  isEnough = false;

  constructor(limits: FormLimits, expected: number) {
    this.#limits = limits;
    this.#expected = expected;
    this.#rules = new PartRules(limits.file);
  }

  /** Fields that follow a file which was broken off are not known: the answer says what is known. */
  get body(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#body);
  }

  part(head: PartHead): void {
    this.#rules.check(head);
    const { mostFileBytes, mostFieldBytes } = this.#limits;
    this.#head = head;
    this.#content =
      head.fileName === null
        ? new FieldText(head.name, mostFieldBytes)
        : new Filling(mostFileBytes, this.#expected);
  }

  bytes(piece: Buffer): void {
    if (this.isEnough) return;
    this.#content?.add(piece);
    if (!(this.#content instanceof Filling) || !this.#content.isOver) return;
    this.end();
    this.isEnough = true;
  }

  end(): void {
    const [head, content] = [this.#head, this.#content];
    if (!head || !content || this.isEnough) return;
    const value =
      content instanceof Filling
        ? new FormFile(head.fileName ?? '', content.bytes, !content.isOver, () => content.release())
        : content.text;
    this.#body.set(head.name, value);
  }
}

/** Hands over each piece as it comes, until `take` says that it was enough or the body ends. */
const readPieces = (raw: IncomingMessage, take: (piece: Buffer) => boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    const leave = (): void => {
      raw.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
    };
    const onEnd = (): void => {
      leave();
      resolve();
    };
    const onGone = (): void => {
      leave();
      reject(invalidForm('The form was broken off.'));
    };
    const onData = (piece: Buffer): void => {
      try {
        if (!take(piece)) return;
        onEnd();
      } catch (thrown) {
        leave();
        reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
      raw.pause();
    };
    // It may have gone while the session was looked up: nothing more would ever be heard of it.
    if (raw.destroyed && !raw.readableEnded) onGone();
    else raw.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });

const readInMemory = async (
  { raw }: FastifyRequest,
  boundary: string,
  limits: FormLimits,
): Promise<Readonly<Record<string, unknown>>> => {
  const form = new FormInMemory(limits, Number(raw.headers['content-length'] ?? firstBytes));
  const reader = new MultipartReader(boundary, form);
  await readPieces(raw, (piece) => {
    reader.push(piece);
    return form.isEnough;
  });
  if (!form.isEnough) reader.end();
  return form.body;
};

/** Leaves the body of a form to `readForm`, or to the handler where it is streamed. */
export const addForms = (app: FastifyInstance): void => {
  app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
};

/** Every other route takes JSON alone: a form of another site could be sent with the cookie. */
export const refuseForm = async (request: FastifyRequest): Promise<void> => {
  if (isForm(request.headers['content-type']))
    throw refused({ code: 'api/unsupported-media-type' });
};

/** When a request is done with, whatever came of it: gives the memory of its file to the next one. */
export const releaseForm = ({ body }: FastifyRequest): void => {
  if (typeof body !== 'object' || body === null) return;
  for (const value of Object.values(body)) if (value instanceof FormFile) value.release();
};

/** A hook that turns the form into `request.body` before it is validated, or refuses it. */
export const readForm =
  (limits: FormLimits) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const boundary = boundaryOf(request.headers['content-type']);
    if (boundary === null) {
      if (limits.orJson === true) return;
      throw refused({ code: 'api/unsupported-media-type', detail: 'Send multipart/form-data.' });
    }
    lingerAfter(request, reply);
    if (limits.isStreamed !== true) request.body = await readInMemory(request, boundary, limits);
  };
