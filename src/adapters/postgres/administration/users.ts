import { sql, type Kysely, type Selectable } from 'kysely';
import type { AgentId, QueueId, TenantId, UserId } from '#core/ids.ts';
import type { UserRow, UserRows } from '#ports/admin-store.ts';
import { idAfter, pageOf, unlessTaken } from '../keyset.ts';
import type { DB, UsersTable } from '../schema.ts';

export const userRowOf = (found: Selectable<UsersTable>): UserRow => ({
  id: found.id as UserId,
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
  list: async (tenantId, page) => {
    const rows = await db
      .selectFrom('users')
      .selectAll()
      .where('tenantId', '=', tenantId)
      .where('id', '>', idAfter(page))
      .orderBy('id')
      .limit(page.limit + 1)
      .execute();
    return pageOf(rows, page, (row) => row.id, userRowOf);
  },
  find: async (tenantId, id) => {
    const found = await db
      .selectFrom('users')
      .selectAll()
      .where('tenantId', '=', tenantId)
      .where('id', '=', id)
      .executeTakeFirst();
    return found ? userRowOf(found) : null;
  },
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
    unlessTaken(
      db
        .updateTable('users')
        .set({ ...columnsOf(row), updatedAt: sql<Date>`now()` })
        .where('tenantId', '=', row.tenantId)
        .where('id', '=', row.id)
        .execute(),
    ),
  remove: async (tenantId, id) => {
    const result = await db
      .deleteFrom('users')
      .where('tenantId', '=', tenantId)
      .where('id', '=', id)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  },
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
