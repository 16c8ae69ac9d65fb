import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastify from 'fastify';
import type { IdempotencyClaim, IdempotencyRows } from '#ports/idempotency.ts';
import { FakeLog, StillClock } from '../../tests/rig/fake-call-world.ts';
import { until } from '../../tests/rig/programs.ts';
import { addIdempotency } from './idempotency.ts';

test('a claim is renewed until its request is answered, however long the upload takes, and then no more', async () => {
  const clock = new StillClock();
  const claims: IdempotencyClaim[] = [];
  const renewed: string[] = [];
  const released: string[] = [];
  const idempotency: IdempotencyRows = {
    claim: async (order) => {
      claims.push(order);
      return null;
    },
    renew: async ({ claimId }) => {
      renewed.push(claimId);
      return true;
    },
    finish: async () => undefined,
    release: async ({ claimId }) => void released.push(claimId),
  };
  const app = fastify();
  app.decorateRequest('identity', null);
  app.addHook('onRequest', async (request) => {
    request.identity = { principal: { id: 'u1', tenantId: 'tenant-a' } } as never;
  });
  addIdempotency(app, {
    idempotency,
    sealer: { seal: () => '', open: () => new Uint8Array() },
    clock,
    log: new FakeLog(),
  });
  const upload = Promise.withResolvers<undefined>();
  app.post('/rosters', async (_request, reply) => {
    await upload.promise;
    return reply.code(503).send({});
  });
  const answer = app
    .inject({ method: 'POST', url: '/rosters', headers: { 'idempotency-key': 'k' }, payload: {} })
    .then((response) => response.statusCode);
  await until('the claim', () => claims[0]);
  await until('it is timed', () => (clock.pending > 0 ? true : undefined));
  await clock.advance(5 * 60_000);
  assert.ok(renewed.length >= 10, `${renewed.length} times in five minutes`);
  upload.resolve(undefined);
  assert.equal(await answer, 503);
  assert.deepEqual(released, [claims[0]?.claimId]);
  assert.equal(new Set([...renewed, ...released]).size, 1);
  const before = renewed.length;
  await clock.advance(5 * 60_000);
  assert.equal(renewed.length, before);
  assert.equal(clock.pending, 0);
  await app.close();
});
