/** `Idempotency-Key` on POST: the second request with the same key gets the first one's answer. */
import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Timer } from '#ports/clock.ts';
import type { IdempotencyClaimRef } from '#ports/idempotency.ts';
import type { ApiDependencies } from './dependencies.ts';
import { refused } from './problem.ts';
import { readDigest } from './streamed-form.ts';

/** A claim without a sign of life is free after a minute: three renewals may fail. */
const renewMs = 15_000;
/** An upload may take four hours, and its checks some time after it; a request that holds on longer has been forgotten. */
const longestMs = 5 * 3_600_000;

/** A claim that lives as long as its request. */
class HeldClaim {
  readonly ref: IdempotencyClaimRef;
  readonly #options: ClaimOptions;
  readonly #sinceMs: number;
  #timer: Timer;

  constructor(ref: IdempotencyClaimRef, options: ClaimOptions) {
    this.ref = ref;
    this.#options = options;
    this.#sinceMs = options.clock.monoMs();
    this.#timer = this.#later();
  }

  letGo(): void {
    this.#timer.cancel();
  }

  #later(): Timer {
    const { clock, idempotency, log } = this.#options;
    return clock.setTimer(renewMs, () => {
      if (clock.monoMs() - this.#sinceMs > longestMs) return;
      this.#timer = this.#later();
      void idempotency.renew(this.ref, new Date(clock.nowMs())).then(
        (isOurs) => {
          if (!isOurs) this.letGo();
        },
        (error: unknown) => {
          log.warn('idempotency.not-renewed', { error: String(error) });
        },
      );
    });
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What this request has claimed and must finish or release; renewed until then. */
    idempotencyClaim: HeldClaim | null;
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

type ClaimOptions = Pick<ApiDependencies, 'idempotency' | 'clock' | 'log'>;

/** @param deps answers may hold a password or key that is shown once, so they are sealed */
export const addIdempotency = (
  app: FastifyInstance,
  deps: Pick<ApiDependencies, 'idempotency' | 'sealer' | 'clock' | 'log'>,
): void => {
  const { idempotency, sealer, clock } = deps;
  app.decorateRequest('idempotencyClaim', null);
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
    const ref = { actorId, key, claimId: randomUUID() };
    const standing = await idempotency.claim({
      ...ref,
      tenantId,
      method,
      path,
      requestHash,
      at,
    });
    if (!standing) {
      request.idempotencyClaim = new HeldClaim(ref, deps);
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
    const { idempotencyClaim: claim } = request;
    if (claim === null) return payload;
    request.idempotencyClaim = null;
    claim.letGo();
    // Only a success is an answer for ever; a refusal may be mended and sent again under the same key.
    if (reply.statusCode < 300 && (typeof payload === 'string' || payload === null)) {
      const sealed = sealer.seal(new TextEncoder().encode(payload ?? ''));
      const { formDigest } = request;
      await idempotency.finish({
        ...claim.ref,
        status: reply.statusCode,
        response: sealed,
        ...(formDigest !== null && { requestHash: formDigest }),
      });
    } else await idempotency.release(claim.ref);
    return payload;
  });
};
