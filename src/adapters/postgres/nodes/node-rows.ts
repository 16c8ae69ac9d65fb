import { sql, type Kysely, type Transaction } from 'kysely';
import type { OutcomeRule } from '#core/recording/outcome.ts';
import type { NodeRows, NodeView, RetiredCall } from '#ports/nodes.ts';
import { audioGivenUp, callGivenUp } from '../ledger/given-up.ts';
import { writeOutcomes } from '../ledger/outcome-row.ts';
import type { DB } from '../schema.ts';

const list = async (db: Kysely<DB>): Promise<readonly NodeView[]> => {
  const { rows } = await sql<{ node: string; seenAt: Date | null; openCalls: number }>`
    with open as (select node, count(*)::int as calls from calls where outcome = 'inProgress' group by node)
    select coalesce(nodes.node, open.node) as node, nodes.seen_at, coalesce(open.calls, 0) as open_calls
    from nodes full join open on open.node = nodes.node
    order by nodes.seen_at desc nulls last, node`.execute(db);
  return rows.map(({ node, seenAt, openCalls }) => ({
    node,
    seenAtMs: seenAt?.getTime() ?? null,
    openCalls,
  }));
};

/** Each call ended at the last sign of its node, but not before what it told itself. */
const endCalls = async (
  trx: Transaction<DB>,
  node: string,
  callIds: readonly string[],
): Promise<void> => {
  await sql`
    with ended as (
      update calls set end_status = 'error', hung_up_side = 'system', cause = ${callGivenUp},
        got_media = got_media or exists (select from legs where legs.call_id = calls.id and legs.answered_at is not null),
        ended_at = greatest(started_at, queued_at, ringing_at, answered_at,
          (select max(greatest(legs.started_at, legs.ringing_at, legs.answered_at)) from legs where legs.call_id = calls.id),
          (select max(recordings.started_at) from recordings where recordings.call_id = calls.id),
          (select seen_at from nodes where nodes.node = ${node}),
          (select updated_at from ledger_cursors where ledger_cursors.node = ${node}))
      where id = any(${callIds}::text[]) and ended_at is null
      returning id, ended_at)
    update legs set ended_at = ended.ended_at, cause = ${callGivenUp}
    from ended where legs.call_id = ended.id and legs.ended_at is null`.execute(trx);
};

export const sqlNodeRows = (db: Kysely<DB>, outcomeOf: OutcomeRule): NodeRows => ({
  list: () => list(db),
  retire: (node, nowMs) =>
    db.transaction().execute(async (trx) => {
      const { rows } = await sql<RetiredCall>`
        select id, tenant_id from calls where node = ${node} and outcome = 'inProgress' order by id for update`.execute(
        trx,
      );
      const ids = rows.map(({ id }) => id);
      await endCalls(trx, node, ids);
      await sql`
        update recordings set state = 'failed', failed_at = ${new Date(nowMs)}, failure_reason = ${audioGivenUp}
        where call_id = any(${ids}::text[]) and state in ('planned', 'capturing', 'sealed')`.execute(
        trx,
      );
      await writeOutcomes(trx, ids, outcomeOf);
      await trx.deleteFrom('nodes').where('node', '=', node).execute();
      // What it told of itself, such as its disk, nobody else can take back.
      await trx
        .updateTable('alarms')
        .set({ clearedAt: new Date(nowMs) })
        .where('subjectId', '=', node)
        .where('tenantId', 'is', null)
        .where('clearedAt', 'is', null)
        .execute();
      return rows;
    }),
  takeBack: (node) =>
    db.transaction().execute(async (trx) => {
      const { rows } = await sql<RetiredCall>`
        update recordings set state = 'sealed', failed_at = null, failure_reason = null
        from calls where calls.id = recordings.call_id and calls.node = ${node} and recordings.state = 'failed'
          and recordings.failure_reason = ${audioGivenUp} and recordings.sealed_at is not null
        returning calls.id, calls.tenant_id`.execute(trx);
      await writeOutcomes(
        trx,
        rows.map(({ id }) => id),
        outcomeOf,
      );
      return rows;
    }),
});
