/** Forms whose file is read as it comes, for files that are not to lie in memory. */
import { createHash, type Hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { FieldText, invalidForm, PartRules, type FormLimits } from './form-parts.ts';
import { boundaryOf, MultipartReader, type PartHead } from './multipart.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Digest of the form that the handler has read to the end of its file, by which it is told from another one. */
    formDigest: string | null;
  }
}

/** A form whose file is read as it comes. Fields have to come before it. */
export interface StreamedForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly fileName: string;
  /** Read to its end, or returned early. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** What one piece of the request brought of a form. */
type FormEvent =
  | { readonly kind: 'part'; readonly head: PartHead }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'end' };

/** Leaving it early leaves the rest of the request unread, and the request open for its answer. */
async function* piecesOf(raw: IncomingMessage): AsyncGenerator<Buffer, void> {
  const pieces = raw.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, unknown>;
  try {
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next())
      yield next.value;
  } catch {
    // A client that leaves is no fault of this server, whatever the socket calls it.
    throw invalidForm('The form was broken off.');
  } finally {
    await pieces.return?.();
  }
}

async function* eventsOf(raw: IncomingMessage, boundary: string): AsyncGenerator<FormEvent, void> {
  let events: FormEvent[] = [];
  const reader = new MultipartReader(boundary, {
    part: (head) => void events.push({ kind: 'part', head }),
    bytes: (bytes) => void events.push({ kind: 'bytes', bytes }),
    end: () => void events.push({ kind: 'end' }),
  });
  for await (const piece of piecesOf(raw)) {
    reader.push(piece);
    const found = events;
    events = [];
    yield* found;
  }
  reader.end();
}

/** What belongs to the part that has begun. What comes after it is not read. */
async function* contentOf(events: AsyncGenerator<FormEvent, void>): AsyncGenerator<Buffer, void> {
  for await (const event of events) {
    if (event.kind !== 'bytes') return;
    yield event.bytes;
  }
}

/** Fields and file, whatever boundary stands between them: the same form sent again has the same digest. */
const digestOf = (fields: ReadonlyMap<string, string>, fileName: string): Hash =>
  createHash('sha256').update(JSON.stringify([[...fields].sort(), fileName]));

/** What comes by is counted in, and at its end the request bears the digest. */
async function* digested(
  request: FastifyRequest,
  hash: Hash,
  body: AsyncGenerator<Buffer, void>,
): AsyncGenerator<Buffer, void> {
  for await (const bytes of body) {
    hash.update(bytes);
    yield bytes;
  }
  request.formDigest = hash.digest('base64url');
}

/** For routes whose form is `isStreamed`. @returns null when the form has no file of that name */
export const streamForm = async (
  request: FastifyRequest,
  limits: FormLimits,
): Promise<StreamedForm | null> => {
  const boundary = boundaryOf(request.headers['content-type']);
  if (boundary === null) return null;
  const rules = new PartRules(limits.file);
  const fields = new Map<string, string>();
  const events = eventsOf(request.raw, boundary);
  let field: { readonly name: string; readonly content: FieldText } | null = null;
  for (let next = await events.next(); next.done !== true; next = await events.next()) {
    const event = next.value;
    if (event.kind === 'bytes') field?.content.add(event.bytes);
    else if (event.kind === 'end') {
      if (field) fields.set(field.name, field.content.text);
    } else {
      const { name, fileName } = event.head;
      rules.check(event.head);
      if (fileName !== null) {
        const body = digested(request, digestOf(fields, fileName), contentOf(events));
        return { fields: Object.fromEntries(fields), fileName, body };
      }
      field = { name, content: new FieldText(name, limits.mostFieldBytes) };
    }
  }
  return null;
};

/**
 * Reads a form to its end and keeps nothing of it.
 *
 * @returns its digest; null when it has no file, or a larger one than is taken
 */
export const readDigest = async (
  request: FastifyRequest,
  limits: FormLimits,
): Promise<string | null> => {
  const form = await streamForm(request, limits);
  let taken = 0;
  for await (const bytes of form?.body ?? []) {
    taken += bytes.length;
    if (taken > limits.mostFileBytes) return null;
  }
  return request.formDigest;
};
