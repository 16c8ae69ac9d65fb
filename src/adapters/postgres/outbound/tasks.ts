/** Outbound tasks in SQL, as people look at them. */
import { sql, type Kysely } from 'kysely';
import { Fault } from '#base/fault.ts';
import type { TaskId, TenantId } from '#core/ids.ts';
import type { CalleeState, TaskState } from '#core/outbound/task-words.ts';
import type { MissingPart, OutboundTaskRows, TaskRow, TaskView } from '#ports/outbound-tasks.ts';
import { isForeignKeyViolation, sqlErrorReport } from '../errors.ts';
import { idAfter, numberAfter, pageOf, timeBefore, timeCursor, unlessTaken } from '../keyset.ts';
import type { DB } from '../schema.ts';

type Counted = Readonly<Record<`s${CalleeState}`, number>>;

const select = (db: Kysely<DB>, tenantId: TenantId) =>
  db
    .selectFrom('outboundTasks as t')
    .innerJoin('rosters as r', 'r.id', 't.rosterId')
    .innerJoin('voiceAssets as v', 'v.id', 't.voiceAssetId')
    .selectAll('t')
    .select(['r.name as rosterName', 'r.people as rosterPeople', 'v.name as voiceAssetName'])
    .select(
      sql<Counted | null>`(select jsonb_object_agg('s' || state, people) from (select state, count(*)::int as people
        from outbound_callees c where c.task_id = t.id group by state) counted)`.as('counted'),
    )
    .select(
      sql<number>`(case when t.kind = 'predictive' then (select count(*) from outbound_attempts a
        where a.task_id = t.id and a.disposition = 'abandoned') else 0 end)::int`.as('abandoned'),
    )
    .where('t.tenantId', '=', tenantId);

type Found = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const viewOf = (row: Found): TaskView => {
  const of = (state: CalleeState): number => row.counted?.[`s${state}`] ?? 0;
  const counts = {
    initial: row.prepared ? of(0) : row.rosterPeople - of(1) - of(2) - of(3) - of(4),
    answered: of(1),
    unanswered: of(2),
    calling: of(3),
    pendingRetry: of(4),
  };
  return {
    id: row.id as TaskId,
    version: row.version,
    kind: row.kind,
    name: row.name,
    description: row.description,
    voiceAssetId: row.voiceAssetId,
    voiceAssetName: row.voiceAssetName,
    rosterId: row.rosterId,
    rosterName: row.rosterName,
    state: row.state as TaskState,
    paused: row.paused,
    notBefore: row.notBefore.toISOString(),
    notAfter: row.notAfter?.toISOString() ?? null,
    timeZone: row.timeZone,
    windows: row.windows,
    tries: row.tries,
    retryIntervalSeconds: row.retryIntervalSeconds,
    ringSeconds: row.ringSeconds,
    concurrency: row.concurrency,
    callsPerSecond: row.callsPerSecond,
    callerNumbers: row.callerNumbers,
    optOutKey: row.optOutKey,
    queueId: row.queueId,
    priority: row.priority,
    callOrder: row.callOrder,
    abandonPercent: row.abandonPercent,
    people: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts,
    abandoned: row.abandoned,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
};

const columnsOf = ({ windows, callerNumbers, ...row }: TaskRow) => ({
  ...row,
  windows: JSON.stringify(windows),
  callerNumbers: [...callerNumbers],
});

/** What was there a moment ago is deleted now: the references say so. */
const unlessGone = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (cause) {
    if (!isForeignKeyViolation(cause)) throw cause;
    const isAsset = sqlErrorReport(cause)?.constraint?.includes('voice_asset') === true;
    const code = isAsset ? 'task/unknown-asset' : 'roster/unknown';
    throw new Fault(code, 'a part of the task was deleted', { blame: 'caller', cause });
  }
};

const missing = async (db: Kysely<DB>, row: TaskRow): Promise<readonly MissingPart[]> => {
  const { tenantId, voiceAssetId, rosterId, queueId, callerNumbers } = row;
  const { rows } = await sql<Readonly<Record<'asset' | 'roster' | 'queue' | 'numbers', boolean>>>`
    select exists (select from voice_assets where tenant_id = ${tenantId} and id = ${voiceAssetId}) as asset,
      exists (select from rosters where tenant_id = ${tenantId} and id = ${rosterId} and state = 'ready') as roster,
      (${queueId}::text is null or exists (select from queues where tenant_id = ${tenantId} and id = ${queueId}
        and deleted_at is null)) as queue,
      not exists (select from unnest(${[...callerNumbers]}::text[]) as n(number) where not exists (
        select from trunks where tenant_id = ${tenantId} and deleted_at is null and n.number = any(caller_numbers)))
        as numbers`.execute(db);
  const [there] = rows;
  return [
    ...(there?.asset === true ? [] : (['asset'] as const)),
    ...(there?.roster === true ? [] : (['roster'] as const)),
    ...(there?.queue === true ? [] : (['queue'] as const)),
    ...(there?.numbers === true ? [] : (['caller-number'] as const)),
  ];
};

export const sqlOutboundTaskRows = (db: Kysely<DB>): OutboundTaskRows => ({
  list: async (tenantId, page) => {
    // Newest first: people look for the task they have just made.
    const after = idAfter(page);
    let query = select(db, tenantId);
    if (after !== '') query = query.where('t.id', '<', after);
    const rows = await query
      .orderBy('t.id', 'desc')
      .limit(page.limit + 1)
      .execute();
    return pageOf(rows, page, (row) => row.id, viewOf);
  },
  find: async (tenantId, id) => {
    const row = await select(db, tenantId).where('t.id', '=', id).executeTakeFirst();
    return row === undefined ? null : viewOf(row);
  },
  missing: (row) => missing(db, row),
  insert: (row) =>
    unlessGone(unlessTaken(db.insertInto('outboundTasks').values(columnsOf(row)).execute())),
  update: async (row, version) => {
    const { createdAt: _createdAt, createdBy: _createdBy, ...columns } = columnsOf(row);
    let changed = false;
    await unlessGone(
      unlessTaken(
        db
          .updateTable('outboundTasks')
          .set({ ...columns, version: version + 1 })
          .where('tenantId', '=', row.tenantId)
          .where('id', '=', row.id)
          .where('state', '=', 0)
          .where('version', '=', version)
          .executeTakeFirst()
          .then((result) => (changed = result.numUpdatedRows > 0n)),
      ),
    );
    return changed;
  },
  remove: async (tenantId, id) => {
    const result = await db
      .deleteFrom('outboundTasks')
      .where('tenantId', '=', tenantId)
      .where('id', '=', id)
      .where('state', 'in', [0, 2, 4])
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  },
  act: async (tenantId, id, was, change) => {
    const result = await db
      .updateTable('outboundTasks')
      .set({ ...change, version: sql`version + 1` })
      .where('tenantId', '=', tenantId)
      .where('id', '=', id)
      .where('state', '=', was.state)
      .where('paused', '=', was.paused)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  },
  callees: async (tenantId, id, page, state) => {
    let query = db
      .selectFrom('outboundCallees as c')
      .selectAll('c')
      .select(
        sql<
          string[]
        >`array(select a.id from outbound_attempts a where a.task_id = c.task_id and a.position = c.position
          order by a.attempt)`.as('sessions'),
      )
      .where('c.tenantId', '=', tenantId)
      .where('c.taskId', '=', id)
      .where('c.position', '>', Number(numberAfter(page).slice(1)));
    if (state !== null) query = query.where('c.state', '=', state);
    const rows = await query
      .orderBy('c.position')
      .limit(page.limit + 1)
      .execute();
    return pageOf(
      rows,
      page,
      (row) => String(row.position),
      (row) => ({
        position: row.position,
        number: row.number,
        name: row.name,
        timeZone: row.timeZone,
        variables: row.variables ?? {},
        state: row.state as CalleeState,
        attempts: row.attempts,
        endStatus: row.endStatus,
        dueAt: row.state === 0 || row.state === 4 ? row.dueAt.toISOString() : null,
        sessions: row.sessions,
      }),
    );
  },
  attempts: async (tenantId, id, page, only) => {
    let query = db
      .selectFrom('outboundAttempts as a')
      .leftJoin('outboundCallees as c', (join) =>
        join.onRef('c.taskId', '=', 'a.taskId').onRef('c.position', '=', 'a.position'),
      )
      .leftJoin('agents as g', 'g.id', 'a.agentId')
      .selectAll('a')
      .select(['c.name as personName', 'g.name as agentName'])
      .where('a.tenantId', '=', tenantId)
      .where('a.taskId', '=', id);
    const before = timeBefore(page);
    if (before)
      query = query.where(sql<boolean>`(a.started_at, a.id) < (${before.at}, ${before.id})`);
    if (only !== null) query = query.where('a.disposition', '=', only);
    const rows = await query
      .orderBy('a.startedAt', 'desc')
      .orderBy('a.id', 'desc')
      .limit(page.limit + 1)
      .execute();
    return pageOf(
      rows,
      page,
      (row) => timeCursor({ at: row.startedAt, id: row.id }),
      (row) => ({
        id: row.id,
        number: row.number,
        name: row.personName,
        attempt: row.attempt,
        callerNumber: row.callerNumber,
        startedAt: row.startedAt.toISOString(),
        answeredAt: row.answeredAt?.toISOString() ?? null,
        endedAt: row.endedAt?.toISOString() ?? null,
        endStatus: row.endStatus,
        playedMs: row.playedMs,
        playCompleted: row.playCompleted,
        optedOut: row.optedOut,
        disposition: row.disposition,
        agentName: row.agentName,
        agentAfterMs: row.agentAfterMs,
      }),
    );
  },
  outcomes: async (tenantId, id) => {
    const { rows } = await sql<{
      at: Date;
      answered: number;
      unanswered: number;
      abandoned: number;
    }>`
      with span as (
        select min(ended_at) as first, greatest(1, ceil(extract(epoch from max(ended_at) - min(ended_at)) / 120)) as step
        from outbound_attempts where tenant_id = ${tenantId} and task_id = ${id} and ended_at is not null
      )
      select date_bin(make_interval(secs => span.step), a.ended_at, span.first) as at,
        count(*) filter (where a.answered_at is not null and a.disposition is distinct from 'abandoned')::int as answered,
        count(*) filter (where a.answered_at is null)::int as unanswered,
        count(*) filter (where a.disposition = 'abandoned')::int as abandoned
      from outbound_attempts a, span
      where a.tenant_id = ${tenantId} and a.task_id = ${id} and a.ended_at is not null
      group by 1 order by 1`.execute(db);
    return rows.map(({ at, ...slice }) => ({ from: at.toISOString(), ...slice }));
  },
});
