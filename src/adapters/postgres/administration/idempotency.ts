import type { Kysely } from 'kysely';
import type { IdempotencyRows } from '#ports/idempotency.ts';
import type { DB } from '../schema.ts';

/** A client repeats within minutes; a day covers an outage. */
const KEEP_MS = 24 * 3_600_000;
/** No request takes this long; its process died. */
const UNFINISHED_MS = 60_000;

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
            eb('createdAt', '<', unfinishedBefore),
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
  finish: async ({ actorId, key, ...answer }) => {
    await db
      .updateTable('idempotencyKeys')
      .set(answer)
      .where('actorId', '=', actorId)
      .where('key', '=', key)
      .execute();
  },
  release: async (actorId, key) => {
    await db
      .deleteFrom('idempotencyKeys')
      .where('actorId', '=', actorId)
      .where('key', '=', key)
      .where('status', 'is', null)
      .execute();
  },
});
