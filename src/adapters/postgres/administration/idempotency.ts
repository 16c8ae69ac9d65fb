import { sql, type Kysely } from 'kysely';
import type { IdempotencyClaimRef, IdempotencyRows } from '#ports/idempotency.ts';
import type { DB } from '../schema.ts';

/** A client repeats within minutes; a day covers an outage. */
const KEEP_MS = 24 * 3_600_000;
/** A request renews its claim several times within this; one that does not has died with its process. */
const UNFINISHED_MS = 60_000;

/** The unfinished claim of this very request. */
const updateOwn = (db: Kysely<DB>, { actorId, key, claimId }: IdempotencyClaimRef) =>
  db
    .updateTable('idempotencyKeys')
    .where('actorId', '=', actorId)
    .where('key', '=', key)
    .where('claimId', '=', claimId)
    .where('status', 'is', null);

export const createIdempotencyRows = (db: Kysely<DB>): IdempotencyRows => ({
  claim: async (order) => {
    const { at, ...row } = order;
    const unfinishedBefore = new Date(at.getTime() - UNFINISHED_MS);
    await db
      .deleteFrom('idempotencyKeys')
      .where((eb) =>
        eb.or([
          eb('expiresAt', '<', at),
          eb.and([
            eb('actorId', '=', row.actorId),
            eb('key', '=', row.key),
            eb('status', 'is', null),
            eb(eb.fn.coalesce('renewedAt', 'createdAt'), '<', unfinishedBefore),
          ]),
        ]),
      )
      .execute();
    const inserted = await db
      .insertInto('idempotencyKeys')
      .values({
        ...row,
        status: null,
        response: null,
        createdAt: at,
        expiresAt: new Date(at.getTime() + KEEP_MS),
      })
      .onConflict((conflict) => conflict.columns(['actorId', 'key']).doNothing())
      .executeTakeFirst();
    if ((inserted.numInsertedOrUpdatedRows ?? 0n) > 0n) return null;
    const standing = await db
      .selectFrom('idempotencyKeys')
      .select(['method', 'path', 'requestHash', 'status', 'response'])
      .where('actorId', '=', row.actorId)
      .where('key', '=', row.key)
      .executeTakeFirst();
    return standing ?? null;
  },
  renew: async (claim, at) => {
    const renewed = await updateOwn(db, claim)
      .set({ renewedAt: sql<Date>`greatest(coalesce(renewed_at, created_at), ${at})` })
      .executeTakeFirst();
    return renewed.numUpdatedRows > 0n;
  },
  finish: async ({ actorId, key, claimId, ...answer }) => {
    await updateOwn(db, { actorId, key, claimId }).set(answer).execute();
  },
  release: async ({ actorId, key, claimId }) => {
    await db
      .deleteFrom('idempotencyKeys')
      .where('actorId', '=', actorId)
      .where('key', '=', key)
      .where('claimId', '=', claimId)
      .where('status', 'is', null)
      .execute();
  },
});
