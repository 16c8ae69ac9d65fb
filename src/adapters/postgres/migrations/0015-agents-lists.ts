/**
 * An agent's calls and recordings tell by themselves which queue and numbers they are of, so that these filters together are one range
 * of one index: an agent has tens of thousands, and looking at each to see that it is of another queue takes half a second.
 */
import { sql, type Kysely } from 'kysely';

const repeated = (agents: string, listed: string, key: string): readonly string[] => [
  `alter table ${agents} add column queue_id text, add column caller text, add column callee text`,
  `drop index ${agents}_time`,
  `update ${agents} a set queue_id = r.queue_id, caller = r.caller, callee = r.callee
    from ${listed} r where r.id = a.${key}`,
  `alter table ${agents} alter column caller set not null, alter column callee set not null`,
  `create index ${agents}_time on ${agents} (tenant_id, agent_id, started_at desc, ${key} desc)
    include (queue_id, caller, callee)`,
];

const statements: readonly string[] = [
  ...repeated('call_agents', 'calls', 'call_id'),
  ...repeated('recording_agents', 'recordings', 'recording_id'),
];

export const agentsLists = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
