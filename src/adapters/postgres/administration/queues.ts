import { sql, type Kysely, type Selectable } from 'kysely';
import type { QueueId, TenantId } from '#core/ids.ts';
import type { QueueRow, QueueRows } from '#ports/admin-store.ts';
import { unlessTaken } from '../keyset.ts';
import type { DB, QueuesTable } from '../schema.ts';
import { changeRow } from './changed-row.ts';
import { hide, tenantReads } from './tenant-rows.ts';

const select = (db: Kysely<DB>, tenantId: TenantId) =>
  db
    .selectFrom('queues')
    .selectAll()
    .where('tenantId', '=', tenantId)
    .where('deletedAt', 'is', null);

const rowOf = (found: Selectable<QueuesTable>): QueueRow => ({
  id: found.id as QueueId,
  version: found.version,
  tenantId: found.tenantId as TenantId,
  name: found.name,
  channel: found.channel,
  parentId: found.parentId as QueueId | null,
  ringSeconds: found.ringSeconds,
  maxWaitSeconds: found.maxWaitSeconds,
  waitingTone: found.waitingTone,
  createdAt: found.createdAt,
});

export const queueRows = (db: Kysely<DB>): QueueRows => ({
  ...tenantReads((tenantId) => select(db, tenantId), rowOf),
  insert: (row) => unlessTaken(db.insertInto('queues').values(row).execute()),
  update: (row) =>
    changeRow(
      db
        .updateTable('queues')
        .set({ ...row, updatedAt: sql<Date>`now()` })
        .where('tenantId', '=', row.tenantId)
        .where('id', '=', row.id)
        .where('version', '=', row.version - 1),
    ),
  remove: async (tenantId, id) => {
    if (!(await hide(db, 'queues', tenantId, id))) return false;
    await db.deleteFrom('queueAgents').where('queueId', '=', id).execute();
    return true;
  },
  countChildren: async (tenantId, id) => {
    const found = await db
      .selectFrom('queues')
      .select((eb) => eb.fn.countAll().as('count'))
      .where('tenantId', '=', tenantId)
      .where('parentId', '=', id)
      .where('deletedAt', 'is', null)
      .executeTakeFirstOrThrow();
    return Number(found.count);
  },
  existing: async (tenantId, ids) => {
    if (ids.length === 0) return [];
    const rows = await select(db, tenantId).where('id', 'in', ids).execute();
    return rows.map((row) => row.id as QueueId);
  },
});
