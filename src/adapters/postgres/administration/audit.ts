import { sql, type Kysely } from 'kysely';
import type { AuditRows } from '#ports/admin-store.ts';
import { pageOf, timeBefore, timeCursor } from '../keyset.ts';
import type { DB } from '../schema.ts';

export const auditRows = (db: Kysely<DB>): AuditRows => ({
  append: async (row) => {
    await db
      .insertInto('auditLog')
      .values({ ...row, detail: JSON.stringify(row.detail) })
      .execute();
  },
  list: async (tenantId, page, filter) => {
    let query = db.selectFrom('auditLog').selectAll().where('tenantId', '=', tenantId);
    const before = timeBefore(page);
    if (before) query = query.where(sql<boolean>`(at, id) < (${before.at}, ${before.id})`);
    if (filter.action !== undefined) query = query.where('action', '=', filter.action);
    if (filter.subjectId !== undefined) query = query.where('subjectId', '=', filter.subjectId);
    if (filter.actorId !== undefined) query = query.where('actorId', '=', filter.actorId);
    if (filter.from) query = query.where('at', '>=', filter.from);
    if (filter.to) query = query.where('at', '<', filter.to);
    const rows = await query
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit + 1)
      .execute();
    return pageOf(rows, page, timeCursor, ({ tenantId: _tenantId, ...row }) => ({
      ...row,
      at: row.at.toISOString(),
    }));
  },
});
