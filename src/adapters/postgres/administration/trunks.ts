import { sql, type Kysely } from 'kysely';
import type { TenantId, TrunkId } from '#core/ids.ts';
import type { TrunkRow, TrunkRows } from '#ports/admin-store.ts';
import { unlessTaken } from '../keyset.ts';
import type { DB } from '../schema.ts';
import { changeRow } from './changed-row.ts';
import { hide, tenantReads } from './tenant-rows.ts';

const select = (db: Kysely<DB>, tenantId: TenantId) =>
  db
    .selectFrom('trunks')
    .selectAll()
    .select(
      sql<string[]>`coalesce((select array_agg(a.address order by a.position) from trunk_addresses a
        where a.trunk_id = trunks.id), '{}')`.as('allowedAddresses'),
    )
    .where('tenantId', '=', tenantId)
    .where('deletedAt', 'is', null);

type Found = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const rowOf = (found: Found): TrunkRow => ({
  id: found.id as TrunkId,
  version: found.version,
  tenantId: found.tenantId as TenantId,
  name: found.name,
  host: found.host,
  port: found.port,
  transport: found.transport,
  username: found.username,
  passwordSealed: found.passwordSealed,
  allowedAddresses: found.allowedAddresses,
  callerNumbers: found.callerNumbers,
  order: found.sortOrder,
  createdAt: found.createdAt,
});

const columnsOf = ({ allowedAddresses: _addresses, order, ...row }: TrunkRow) => ({
  ...row,
  callerNumbers: [...row.callerNumbers],
  sortOrder: order,
});

const replaceAddresses = async (db: Kysely<DB>, row: TrunkRow): Promise<void> => {
  await db.deleteFrom('trunkAddresses').where('trunkId', '=', row.id).execute();
  if (row.allowedAddresses.length === 0) return;
  const { id: trunkId, tenantId } = row;
  await unlessTaken(
    db
      .insertInto('trunkAddresses')
      .values(
        row.allowedAddresses.map((address, position) => ({ address, trunkId, tenantId, position })),
      )
      .execute(),
  );
};

/** `insert`, `update` and `remove` touch two tables, `addressesOfOthers` locks one: call them in a transaction. */
export const trunkRows = (db: Kysely<DB>): TrunkRows => ({
  ...tenantReads((tenantId) => select(db, tenantId), rowOf),
  insert: async (row) => {
    await unlessTaken(db.insertInto('trunks').values(columnsOf(row)).execute());
    await replaceAddresses(db, row);
  },
  update: async (row) => {
    await changeRow(
      db
        .updateTable('trunks')
        .set({ ...columnsOf(row), updatedAt: sql<Date>`now()` })
        .where('tenantId', '=', row.tenantId)
        .where('id', '=', row.id)
        .where('version', '=', row.version - 1),
    );
    await replaceAddresses(db, row);
  },
  remove: async (tenantId, id) => {
    if (!(await hide(db, 'trunks', tenantId, id))) return false;
    await db.deleteFrom('trunkAddresses').where('trunkId', '=', id).execute();
    return true;
  },
  addressesOfOthers: async (trunkId) => {
    await sql`lock table trunk_addresses in share row exclusive mode`.execute(db);
    const rows = await db
      .selectFrom('trunkAddresses')
      .select(['address', 'trunkId'])
      .where('trunkId', '!=', trunkId)
      .execute();
    return rows.map((row) => ({ address: row.address, trunkId: row.trunkId as TrunkId }));
  },
});
