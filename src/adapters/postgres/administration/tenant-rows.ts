/** What every list of a tenant's things does alike: page by page, one by id, gone when removed. */
import { sql, type Kysely, type SelectQueryBuilder, type SqlBool } from 'kysely';
import type { TenantId } from '#core/ids.ts';
import type { ScopedRows } from '#ports/admin-store.ts';
import { idAfter, pageOf } from '../keyset.ts';
import type { DB } from '../schema.ts';

/**
 * `list` and `find` over one query.
 *
 * @param select scoped to the tenant and without what is removed; its rows have an `id` of their own
 */
export const tenantReads = <Table extends keyof DB, Found extends { readonly id: string }, Row>(
  select: (tenantId: TenantId) => SelectQueryBuilder<DB, Table, Found>,
  rowOf: (found: Found) => Row,
): Pick<ScopedRows<Row>, 'list' | 'find'> => ({
  list: async (tenantId, page) => {
    const rows = await select(tenantId)
      .where(sql<SqlBool>`id > ${idAfter(page)}`)
      .orderBy(sql`id`)
      .limit(page.limit + 1)
      .execute();
    return pageOf(rows as readonly Found[], page, (row) => row.id, rowOf);
  },
  find: async (tenantId, id) => {
    const found = await select(tenantId)
      .where(sql<SqlBool>`id = ${id}`)
      .executeTakeFirst();
    return found === undefined ? null : rowOf(found as Found);
  },
});

/** For things that calls and recordings go on naming: the row stays, hidden. @returns whether there was one */
export const hide = async (
  db: Kysely<DB>,
  table: 'agents' | 'queues' | 'trunks',
  tenantId: TenantId,
  id: string,
): Promise<boolean> => {
  const result = await db
    .updateTable(table)
    .set({ deletedAt: sql<Date>`now()` })
    .where('tenantId', '=', tenantId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
};

/** @returns whether there was one */
export const erase = async (
  db: Kysely<DB>,
  table: 'numbers' | 'users',
  tenantId: TenantId,
  id: string,
): Promise<boolean> => {
  const result = await db
    .deleteFrom(table)
    .where('tenantId', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
};
