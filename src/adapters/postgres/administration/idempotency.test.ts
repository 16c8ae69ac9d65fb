import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TenantId } from '#core/ids.ts';
import type { IdempotencyRows } from '#ports/idempotency.ts';
import {
  addTestTenant,
  openTestDatabase,
  type TestDatabase,
} from '../../../../tests/rig/test-database.ts';
import { createIdempotencyRows } from './idempotency.ts';

let db: TestDatabase;
let rows: IdempotencyRows;
before(async () => {
  db = await openTestDatabase();
  await addTestTenant(db.database);
  rows = createIdempotencyRows(db.database.kysely);
});
after(() => db.drop());

const begunAtMs = Date.parse('2026-01-01T00:00:00Z');
const afterBegin = (seconds: number): Date => new Date(begunAtMs + seconds * 1000);

const claim = (key: string, claimId: string, seconds: number) =>
  rows.claim({
    actorId: 'u1',
    key,
    claimId,
    tenantId: 'tenant-a' as TenantId,
    method: 'POST',
    path: '/api/v1/rosters',
    requestHash: 'not-read-yet',
    at: afterBegin(seconds),
  });

test('a key stays claimed for as long as its upload is renewed, and is free a minute after the last sign of it', async () => {
  assert.equal(await claim('long', 'first', 0), null);
  for (const seconds of [30, 60, 90])
    assert.ok(
      await rows.renew({ actorId: 'u1', key: 'long', claimId: 'first' }, afterBegin(seconds)),
    );
  assert.equal((await claim('long', 'second', 149))?.status, null, 'it is being answered');
  assert.equal(await claim('long', 'second', 151), null);
});

test('a request that lost its claim neither ends nor answers nor renews the one that has it now', async () => {
  const [lost, present] = ['lost', 'present'].map((claimId) => ({
    actorId: 'u1',
    key: 'taken-over',
    claimId,
  }));
  assert.ok(lost && present);
  assert.equal(await claim('taken-over', 'lost', 0), null);
  assert.equal(await claim('taken-over', 'present', 61), null);
  await rows.release(lost);
  await rows.finish({ ...lost, status: 201, response: 'of the lost one' });
  assert.equal(await rows.renew(lost, afterBegin(62)), false);
  const standing = await claim('taken-over', 'third', 63);
  assert.deepEqual([standing?.status, standing?.response], [null, null]);
  await rows.finish({ ...present, status: 201, response: 'of the present one' });
  await rows.release(present);
  assert.equal((await claim('taken-over', 'third', 3600))?.response, 'of the present one');
});
