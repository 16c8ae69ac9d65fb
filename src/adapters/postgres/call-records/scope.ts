/** The conditions that lists of calls and of recordings share. */
import { sql, type RawBuilder } from 'kysely';
import type { CallFilter, RecordScope } from '#ports/call-records.ts';
import type { TimePosition } from '../keyset.ts';

type Condition = RawBuilder<boolean>;

/** The agent a list goes through: then it runs along the index of that agent's calls instead of the tenant's. */
export const leadingAgent = (scope: RecordScope, filter: CallFilter): string | undefined =>
  scope.reach.kind === 'own' ? (scope.reach.agentId ?? '') : filter.agentId;

/** @param table `calls` or `recordings`, as the query names it */
export const reachCondition = (scope: RecordScope, table: 'calls' | 'recordings'): Condition => {
  const { reach } = scope;
  const t = sql.ref(table);
  if (reach.kind === 'tenant') return sql`true`;
  if (reach.kind === 'queues')
    return reach.queueIds.length === 0
      ? sql`false`
      : sql`${t}.queue_id in (${sql.join([...reach.queueIds])})`;
  return reach.agentId === null ? sql`false` : tookPart(table, reach.agentId);
};

export const tookPart = (table: 'calls' | 'recordings', agentId: string): Condition =>
  table === 'calls'
    ? sql`exists (select 1 from call_agents ca where ca.call_id = calls.id and ca.agent_id = ${agentId})`
    : sql`exists (select 1 from recording_agents ra where ra.recording_id = recordings.id and ra.agent_id = ${agentId})`;

/** Time, number, queue, type and agent, as both lists filter by them. */
export const filterConditions = (
  table: 'calls' | 'recordings',
  filter: Omit<CallFilter, 'outcome'>,
): readonly Condition[] => {
  const t = sql.ref(table);
  const all: (Condition | undefined)[] = [
    filter.from && sql`${t}.started_at >= ${filter.from}`,
    filter.to && sql`${t}.started_at < ${filter.to}`,
    filter.number === undefined
      ? undefined
      : sql`(${t}.caller = ${filter.number} or ${t}.callee = ${filter.number})`,
    filter.queueId === undefined ? undefined : sql`${t}.queue_id = ${filter.queueId}`,
    filter.callType === undefined ? undefined : sql`${t}.call_type = ${filter.callType}`,
    filter.agentId === undefined ? undefined : tookPart(table, filter.agentId),
  ];
  return all.filter((condition) => condition !== undefined);
};

export const beforePosition = (
  at: RawBuilder<unknown>,
  id: RawBuilder<unknown>,
  before: TimePosition | null,
): Condition => (before ? sql`(${at}, ${id}) < (${before.at}, ${before.id})` : sql`true`);
