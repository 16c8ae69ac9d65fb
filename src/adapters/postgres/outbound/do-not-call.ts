import { sql, type Kysely } from 'kysely';
import type { DoNotCallRows } from '#ports/rosters.ts';
import { numberAfter, pageOf } from '../keyset.ts';
import type { DB } from '../schema.ts';

export const sqlDoNotCallRows = (db: Kysely<DB>): DoNotCallRows => ({
  list: async (tenantId, page, search) => {
    let query = db
      .selectFrom('doNotCall')
      .select(['number', 'source', 'note', 'createdAt'])
      .where('tenantId', '=', tenantId)
      .where('number', '>', numberAfter(page));
    if (search !== '') query = query.where(sql<boolean>`strpos(number, ${search}) > 0`);
    const rows = await query
      .orderBy('number')
      .limit(page.limit + 1)
      .execute();
    return pageOf(
      rows,
      page,
      (row) => row.number.slice(1),
      (row) => ({ ...row, createdAt: row.createdAt.toISOString() }),
    );
  },
  find: async (tenantId, number) => {
    const row = await db
      .selectFrom('doNotCall')
      .select(['number', 'source', 'note', 'createdAt'])
      .where('tenantId', '=', tenantId)
      .where('number', '=', number)
      .executeTakeFirst();
    return row === undefined ? null : { ...row, createdAt: row.createdAt.toISOString() };
  },
  add: async (tenantId, entries) => {
    if (entries.length === 0) return 0;
    const added = await db
      .insertInto('doNotCall')
      .values(entries.map((entry) => ({ tenantId, ...entry })))
      .onConflict((conflict) => conflict.doNothing())
      .returning('number')
      .execute();
    return added.length;
  },
  remove: async (tenantId, number) => {
    const result = await db
      .deleteFrom('doNotCall')
      .where('tenantId', '=', tenantId)
      .where('number', '=', number)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  },
});
