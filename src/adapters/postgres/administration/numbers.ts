import { sql, type Kysely, type Selectable } from 'kysely';
import type { NumberId, TenantId } from '#core/ids.ts';
import type { NumberRow, NumberRows } from '#ports/admin-store.ts';
import type { NumberTarget } from '#ports/administration.ts';
import { unlessTaken } from '../keyset.ts';
import type { DB, NumbersTable } from '../schema.ts';
import { changeRow } from './changed-row.ts';
import { erase, tenantReads } from './tenant-rows.ts';

const rowOf = (found: Selectable<NumbersTable>): NumberRow => ({
  id: found.id as NumberId,
  version: found.version,
  tenantId: found.tenantId as TenantId,
  number: found.number,
  target: { kind: found.targetKind, id: found.targetId } as NumberTarget,
  createdAt: found.createdAt,
});

const columnsOf = ({ target, ...row }: NumberRow) => ({
  ...row,
  targetKind: target.kind,
  targetId: target.id,
});

export const numberRows = (db: Kysely<DB>): NumberRows => ({
  ...tenantReads(
    (tenantId) => db.selectFrom('numbers').selectAll().where('tenantId', '=', tenantId),
    rowOf,
  ),
  insert: (row) => unlessTaken(db.insertInto('numbers').values(columnsOf(row)).execute()),
  update: (row) =>
    changeRow(
      db
        .updateTable('numbers')
        .set({ ...columnsOf(row), updatedAt: sql<Date>`now()` })
        .where('tenantId', '=', row.tenantId)
        .where('id', '=', row.id)
        .where('version', '=', row.version - 1),
    ),
  remove: (tenantId, id) => erase(db, 'numbers', tenantId, id),
  countOfTarget: async (tenantId, target) => {
    const found = await db
      .selectFrom('numbers')
      .select((eb) => eb.fn.countAll().as('count'))
      .where('tenantId', '=', tenantId)
      .where('targetKind', '=', target.kind)
      .where('targetId', '=', target.id)
      .executeTakeFirstOrThrow();
    return Number(found.count);
  },
});
