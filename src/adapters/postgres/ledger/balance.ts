/** The account of decision 32: every answered call has exactly one outcome, and the outcome is what its recordings say. */
import { sql, type Kysely } from 'kysely';
import type { TenantId } from '#core/ids.ts';
import type { Balance, BalanceRows } from '#ports/balance.ts';
import type { DB } from '../schema.ts';

/** Disagreeing calls that are named at most. */
const namedAtMost = 100;

export const readBalance = async (db: Kysely<DB>, tenantId: TenantId): Promise<Balance> => {
  const { rows: counts } = await sql<
    Record<'answered' | 'ready' | 'declined' | 'excluded' | 'failed' | 'inProgress', number>
  >`
    select count(*) as answered,
      count(*) filter (where outcome = 'ready') as ready,
      count(*) filter (where outcome = 'declined') as declined,
      count(*) filter (where outcome = 'excluded') as excluded,
      count(*) filter (where outcome = 'failed') as failed,
      count(*) filter (where outcome = 'inProgress') as "inProgress"
    from calls where tenant_id = ${tenantId} and (answered_at is not null or got_media)`.execute(
    db,
  );
  const { rows: disagreeing } = await sql<{ id: string }>`
    select id from (
      select calls.id, calls.outcome, calls.ended_at, calls.record, calls.record_rule,
        count(recordings.id) as recordings,
        count(recordings.id) filter (where recordings.state in ('planned', 'capturing', 'sealed')) as waiting,
        count(recordings.id) filter (where recordings.state = 'failed' or exists (
          select from tracks where tracks.recording_id = recordings.id and tracks.failed_by is not null)) as failed
      from calls left join recordings on recordings.call_id = calls.id
      where calls.tenant_id = ${tenantId}
      group by calls.id
    ) as call
    where outcome <> case
      when ended_at is null or waiting > 0 then 'inProgress'
      when failed > 0 then 'failed'
      when recordings > 0 then 'ready'
      when record then 'failed'
      when record_rule = 'declined' then 'declined'
      else 'excluded' end
    order by id limit ${namedAtMost}`.execute(db);
  const row = counts[0] ?? {
    answered: 0,
    ready: 0,
    declined: 0,
    excluded: 0,
    failed: 0,
    inProgress: 0,
  };
  const accounted = row.ready + row.declined + row.excluded + row.failed + row.inProgress;
  return {
    ...row,
    difference: row.answered - accounted,
    disagreeing: disagreeing.map(({ id }) => id),
  };
};

export const sqlBalanceRows = (db: Kysely<DB>): BalanceRows => ({
  tenants: async () => {
    const rows = await db
      .selectFrom('tenants')
      .select('id')
      .where('deletedAt', 'is', null)
      .execute();
    return rows.map(({ id }) => id as TenantId);
  },
  read: (tenantId) => readBalance(db, tenantId),
});
