import { sql, type Kysely } from 'kysely';
import type { AgentId, QueueId, TenantId } from '#core/ids.ts';
import type { AgentRow, AgentRows } from '#ports/admin-store.ts';
import { unlessTaken } from '../keyset.ts';
import type { DB } from '../schema.ts';
import { changeRow } from './changed-row.ts';
import { hide, tenantReads } from './tenant-rows.ts';

const select = (db: Kysely<DB>, tenantId: TenantId) =>
  db
    .selectFrom('agents')
    .selectAll()
    .select(
      sql<string[]>`coalesce((select array_agg(q.queue_id order by q.queue_id) from queue_agents q
        where q.agent_id = agents.id), '{}')`.as('queueIds'),
    )
    .where('tenantId', '=', tenantId)
    .where('deletedAt', 'is', null);

type Found = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const rowOf = (found: Found): AgentRow => ({
  id: found.id as AgentId,
  version: found.version,
  tenantId: found.tenantId as TenantId,
  email: found.email,
  name: found.name,
  agentId: found.agentId,
  sipUsername: found.sipUsername,
  sipPasswordSealed: found.sipPasswordSealed,
  queueIds: found.queueIds as QueueId[],
  callerNumber: found.callerNumber,
  createdAt: found.createdAt,
});

const replaceQueues = async (db: Kysely<DB>, row: AgentRow): Promise<void> => {
  await db.deleteFrom('queueAgents').where('agentId', '=', row.id).execute();
  if (row.queueIds.length === 0) return;
  const { id: agentId, tenantId } = row;
  await db
    .insertInto('queueAgents')
    .values(row.queueIds.map((queueId) => ({ queueId, agentId, tenantId })))
    .execute();
};

/** `insert`, `update` and `remove` touch two tables: call them in a transaction. */
export const agentRows = (db: Kysely<DB>): AgentRows => ({
  ...tenantReads((tenantId) => select(db, tenantId), rowOf),
  search: async (tenantId, text, limit) => {
    // The text is looked for as it stands: its own wildcards are no wildcards.
    const pattern = `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    const rows = await select(db, tenantId)
      .where((eb) =>
        eb.or([
          eb('name', 'ilike', pattern),
          eb('agents.agentId', 'ilike', pattern),
          eb('sipUsername', 'ilike', pattern),
        ]),
      )
      .orderBy('name')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(rowOf);
  },
  insert: async (row) => {
    const { queueIds: _queueIds, ...columns } = row;
    await unlessTaken(db.insertInto('agents').values(columns).execute());
    await replaceQueues(db, row);
  },
  update: async (row) => {
    const { queueIds: _queueIds, ...columns } = row;
    await changeRow(
      db
        .updateTable('agents')
        .set({ ...columns, updatedAt: sql<Date>`now()` })
        .where('tenantId', '=', row.tenantId)
        .where('id', '=', row.id)
        .where('version', '=', row.version - 1),
    );
    await replaceQueues(db, row);
  },
  remove: async (tenantId, id) => {
    if (!(await hide(db, 'agents', tenantId, id))) return false;
    await db.deleteFrom('queueAgents').where('agentId', '=', id).execute();
    return true;
  },
});
