/** What happened in the queues since an instant: one range of the index by time. */
import { sql, type Kysely } from 'kysely';
import type { QueueId, TenantId } from '#core/ids.ts';
import type { QueueFigures, QueueFiguresOrder } from '#ports/library.ts';
import type { DB } from '../schema.ts';

interface CountsRow {
  readonly queueId: string;
  readonly offered: number;
  readonly answered: number;
  readonly answeredInTime: number;
  readonly abandoned: number;
  readonly abandonedLate: number;
  readonly turnedAway: number;
}

/** Outbound calls and those of flows never wait in a queue: only who waited, or was turned away, counts. */
export const queueFigures = async (
  db: Kysely<DB>,
  tenantId: TenantId,
  { sinceMs, withinMs }: QueueFiguresOrder,
): Promise<readonly QueueFigures[]> => {
  const threshold = sql`${withinMs} * interval '1 millisecond'`;
  const { rows } = await sql<CountsRow>`
    select queue_id,
      count(*)::int as offered,
      count(answered_at)::int as answered,
      (count(*) filter (where answered_at <= queued_at + ${threshold}))::int as answered_in_time,
      (count(*) filter (where gave_up))::int as abandoned,
      (count(*) filter (where gave_up and ended_at > queued_at + ${threshold}))::int as abandoned_late,
      (count(*) filter (where turned_away))::int as turned_away
    from (
      select queue_id, queued_at, answered_at, ended_at,
        answered_at is null and end_status in ('waitingGiveUp', 'ringingGiveUp') as gave_up,
        answered_at is null and end_status = 'noSeatOnline' as turned_away
      from calls
      where tenant_id = ${tenantId} and started_at >= ${new Date(sinceMs)}
        and queue_id is not null and queued_at is not null
    ) waited
    group by queue_id`.execute(db);
  return rows.map((row) => ({ ...row, queueId: row.queueId as QueueId }));
};
