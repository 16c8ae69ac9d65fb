/** `Idempotency-Key` on POST: the second request with the same key gets the first one's answer. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDependencies } from './dependencies.ts';
import { refused } from './problem.ts';
import { readDigest } from './streamed-form.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Key this request has claimed and must finish or release. */
    claimedKey: string | null;
  }
}

const keyOf = (request: FastifyRequest): string | undefined => {
  if (request.method !== 'POST' || !request.identity) return undefined;
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw refused({
    code: 'api/invalid-request',
    detail: 'Idempotency-Key must be 1 to 200 visible characters.',
  });
};

/** A form that the handler reads as it comes is known by its digest only when it has been read. */
const notReadYet = 'not-read-yet';

const hashOf = (request: FastifyRequest): string =>
  createHash('sha256')
    .update(JSON.stringify(request.body ?? null))
    .digest('base64url');

/** @param deps answers may hold a password or key that is shown once, so they are sealed */
export const addIdempotency = (
  app: FastifyInstance,
  deps: Pick<ApiDependencies, 'idempotency' | 'sealer' | 'clock'>,
): void => {
  const { idempotency, sealer, clock } = deps;
  app.decorateRequest('claimedKey', null);
  app.decorateRequest('formDigest', null);

  const replay = (reply: FastifyReply, status: number, sealed: string): FastifyReply =>
    reply
      .code(status)
      .header('idempotency-replayed', 'true')
      .type('application/json')
      .serializer((text: unknown) => String(text))
      .send(new TextDecoder().decode(sealer.open(sealed)));

  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === undefined || !request.identity) return;
    const { principal } = request.identity;
    const { method, url: path } = request;
    const { streamedForm } = request.routeOptions.config;
    const requestHash = streamedForm ? notReadYet : hashOf(request);
    const at = new Date(clock.nowMs());
    const { id: actorId, tenantId } = principal;
    const standing = await idempotency.claim({
      actorId,
      key,
      tenantId,
      method,
      path,
      requestHash,
      at,
    });
    if (!standing) {
      request.claimedKey = key;
      return;
    }
    const isAnother = async (): Promise<boolean> =>
      standing.requestHash !==
      (streamedForm ? await readDigest(request, streamedForm) : requestHash);
    if (standing.path !== path || (!streamedForm && (await isAnother())))
      throw refused({ code: 'api/idempotency-mismatch' });
    if (standing.status === null || standing.response === null)
      throw refused({ code: 'api/idempotency-in-progress' });
    if (streamedForm && (await isAnother())) throw refused({ code: 'api/idempotency-mismatch' });
    await replay(reply, standing.status, standing.response);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { claimedKey: key, identity } = request;
    if (key === null || !identity) return payload;
    request.claimedKey = null;
    const { id } = identity.principal;
    // Only a success is an answer for ever; a refusal may be mended and sent again under the same key.
    if (reply.statusCode < 300 && (typeof payload === 'string' || payload === null)) {
      const sealed = sealer.seal(new TextEncoder().encode(payload ?? ''));
      const { formDigest } = request;
      await idempotency.finish({
        actorId: id,
        key,
        status: reply.statusCode,
        response: sealed,
        ...(formDigest !== null && { requestHash: formDigest }),
      });
    } else await idempotency.release(id, key);
    return payload;
  });
};
