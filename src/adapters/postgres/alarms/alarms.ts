import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { TenantId } from '#core/ids.ts';
import type { Alarms, OpenAlarms, StandingAlarm, StandingAlarms } from '#ports/alarms.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { DB } from '../schema.ts';

export class SqlAlarms implements StandingAlarms, OpenAlarms {
  readonly #db: Kysely<DB>;
  readonly #changes: ChangeFeed;

  constructor(db: Kysely<DB>, changes: ChangeFeed) {
    this.#db = db;
    this.#changes = changes;
  }

  async raise(alarm: Parameters<Alarms['raise']>[0]): Promise<void> {
    const { tenantId, kind, subjectId, message, facts = {} } = alarm;
    const { rows } = await sql<{ id: string }>`
      insert into alarms (id, tenant_id, kind, subject_id, message, facts, raised_at)
      values (${randomUUID()}, ${tenantId}, ${kind}, ${subjectId}, ${message}, ${JSON.stringify(facts)}::jsonb, now())
      on conflict (kind, coalesce(tenant_id, ''), coalesce(subject_id, '')) where cleared_at is null
      do update set message = excluded.message, facts = excluded.facts
      returning id`.execute(this.#db);
    this.#publish(tenantId, rows[0]?.id);
  }

  async clear(alarm: Parameters<Alarms['clear']>[0]): Promise<void> {
    const { tenantId, kind, subjectId } = alarm;
    const { rows } = await sql<{ id: string }>`
      update alarms set cleared_at = now()
      where cleared_at is null and kind = ${kind}
        and tenant_id is not distinct from ${tenantId} and subject_id is not distinct from ${subjectId}
      returning id`.execute(this.#db);
    this.#publish(tenantId, rows[0]?.id);
  }

  async standing(kinds: readonly string[]): Promise<readonly StandingAlarm[]> {
    const { rows } = await sql<StandingAlarm>`
      select tenant_id, kind, subject_id from alarms
      where cleared_at is null and kind = any(${[...kinds]}::text[])`.execute(this.#db);
    return rows;
  }

  async openByKind(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await sql<{ kind: string; open: number }>`
      select kind, count(*)::int as open from alarms
      where cleared_at is null group by kind`.execute(this.#db);
    return new Map(rows.map(({ kind, open }) => [kind, open]));
  }

  #publish(tenantId: TenantId | null, id: string | undefined): void {
    if (tenantId !== null && id !== undefined)
      this.#changes.publish({ tenantId, topic: 'alarms', id });
  }
}
