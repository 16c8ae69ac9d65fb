/** Sends a stored object with validators and byte ranges. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FaultCode } from '#base/fault.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import { readRange } from './byte-range.ts';
import { refused } from './problem.ts';

export interface ObjectAnswer {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly body: {
    readonly objectKey: string;
    readonly sizeBytes: number;
    readonly etag: string;
    readonly contentType: string;
  };
  /** What to say when the object is not in the store any more. */
  readonly gone: FaultCode;
}

const matchesEtag = (header: string | undefined, etag: string): boolean =>
  header
    ?.split(',')
    .some((part) => part.trim().replace(/^W\//, '') === etag || part.trim() === '*') ?? false;

/** Sends the object, or the part of it that was asked for, or says that the caller has it already. */
export const sendObject = async (objects: ObjectStore, answer: ObjectAnswer): Promise<void> => {
  const { request, reply, body } = answer;
  const { etag, sizeBytes, objectKey } = body;
  reply
    .header('etag', etag)
    .header('accept-ranges', 'bytes')
    // What one user heard must not be kept for the next one; the validator saves the bytes all the same.
    .header('cache-control', 'private, no-cache')
    .type(body.contentType);
  if (matchesEtag(request.headers['if-none-match'], etag)) {
    await reply.code(304).send();
    return;
  }
  const ifRange = request.headers['if-range'];
  const header = ifRange === undefined || ifRange === etag ? request.headers.range : undefined;
  const range = readRange(header, sizeBytes);
  if (range.kind === 'unsatisfiable') {
    reply.header('content-range', `bytes */${sizeBytes}`).removeHeader('etag');
    throw refused({ code: 'api/range' });
  }
  const part = range.kind === 'part' ? range : { first: 0, last: sizeBytes - 1 };
  reply.header('content-length', part.last - part.first + 1);
  if (range.kind === 'part')
    reply.code(206).header('content-range', `bytes ${part.first}-${part.last}/${sizeBytes}`);
  if (request.method === 'HEAD') {
    await reply.send();
    return;
  }
  const object = await objects.get(objectKey, { first: part.first, last: part.last });
  if (!object.ok) {
    reply.removeHeader('content-length');
    throw refused({ code: answer.gone });
  }
  await reply.send(Readable.from(object.value.body, { objectMode: false }));
};
