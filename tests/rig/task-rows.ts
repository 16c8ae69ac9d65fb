/** Rows of a task that plays an asset, as the wizard would leave them. */
import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '../../src/adapters/postgres/schema.ts';

export interface TaskFacts {
  readonly tenantId: string;
  readonly assetId: string;
  readonly rosterId: string;
  readonly name?: string;
  /** 0 initial, 1 running, 2 completed, 3 ending, 4 terminated. */
  readonly state?: number;
}

export const addRoster = async (db: Kysely<DB>, tenantId: string): Promise<string> => {
  const id = randomUUID();
  await sql`insert into rosters (id, tenant_id, name, file_name, format, on_bad_rows, state, size_bytes)
    values (${id}, ${tenantId}, ${id}, 'a.csv', 'csv', 'keep-good', 'ready', 1)`.execute(db);
  return id;
};

export const addTask = async (db: Kysely<DB>, facts: TaskFacts): Promise<string> => {
  const { tenantId, assetId, rosterId, state = 0 } = facts;
  const id = randomUUID();
  const name = facts.name ?? id;
  await sql`insert into outbound_tasks (id, tenant_id, kind, name, voice_asset_id, roster_id, state, time_zone, tries,
      retry_interval_seconds, ring_seconds, concurrency, calls_per_second, caller_numbers, not_before)
    values (${id}, ${tenantId}, 'automatic', ${name}, ${assetId}, ${rosterId}, ${state}, 'UTC', 1, 60, 30, 1, 1,
      array['+12025550100'], now())`.execute(db);
  return id;
};
