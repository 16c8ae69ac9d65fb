import { sql, type Kysely, type Selectable } from 'kysely';
import type { AgentId, QueueId, TenantId, UserId } from '#core/ids.ts';
import type { UserRow, UserRows } from '#ports/admin-store.ts';
import { unlessTaken } from '../keyset.ts';
import type { DB, UsersTable } from '../schema.ts';
import { changeRow } from './changed-row.ts';
import { erase, tenantReads } from './tenant-rows.ts';

export const userRowOf = (found: Selectable<UsersTable>): UserRow => ({
  id: found.id as UserId,
  version: found.version,
  tenantId: found.tenantId as TenantId,
  email: found.email,
  name: found.name,
  passwordHash: found.passwordHash,
  role: found.role,
  agentId: found.agentId as AgentId | null,
  queueIds: found.queueIds as QueueId[],
  createdAt: found.createdAt,
  disabledAt: found.disabledAt,
});

const columnsOf = (row: UserRow) => ({ ...row, queueIds: [...row.queueIds] });

export const userRows = (db: Kysely<DB>): UserRows => ({
  ...tenantReads(
    (tenantId) => db.selectFrom('users').selectAll().where('tenantId', '=', tenantId),
    userRowOf,
  ),
  findByEmail: async (email) => {
    const found = await db
      .selectFrom('users')
      .selectAll()
      .where(sql<string>`lower(email)`, '=', email.toLowerCase())
      .executeTakeFirst();
    return found ? userRowOf(found) : null;
  },
  insert: (row) => unlessTaken(db.insertInto('users').values(columnsOf(row)).execute()),
  update: (row) =>
    changeRow(
      db
        .updateTable('users')
        .set({ ...columnsOf(row), updatedAt: sql<Date>`now()` })
        .where('tenantId', '=', row.tenantId)
        .where('id', '=', row.id)
        .where('version', '=', row.version - 1),
    ),
  remove: (tenantId, id) => erase(db, 'users', tenantId, id),
  countEnabled: async (tenantId, role) => {
    const found = await db
      .selectFrom('users')
      .select((eb) => eb.fn.countAll().as('count'))
      .where('tenantId', '=', tenantId)
      .where('role', '=', role)
      .where('disabledAt', 'is', null)
      .executeTakeFirstOrThrow();
    return Number(found.count);
  },
  countAll: async () => {
    const found = await db
      .selectFrom('users')
      .select((eb) => eb.fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    return Number(found.count);
  },
});
