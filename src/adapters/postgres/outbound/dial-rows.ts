/** Due attempts in SQL. A task's row is locked while its people are taken, so that its limits hold over all workers. */
import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { EndStatus } from '#core/call/end-status.ts';
import type { AgentId, CallId, QueueId, TaskId, TenantId } from '#core/ids.ts';
import type { CalleeState, TaskState } from '#core/outbound/task-words.ts';
import type {
  Claim,
  DialRows,
  LostAttempts,
  OpenTask,
  UnfinishedAttempt,
} from '#ports/dial-rows.ts';
import type { DB } from '../schema.ts';

/** People copied into a task per statement: the embedded database lets others in between. */
const prepareStep = 5000;

const unanswered: CalleeState = 2;
const pendingRetry: CalleeState = 4;

const at = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

const openTasks = async (db: Kysely<DB>, nowMs: number): Promise<readonly OpenTask[]> => {
  const rows = await db
    .selectFrom('outboundTasks')
    .selectAll()
    .where('state', 'in', [0, 1, 3])
    .where((eb) => eb.or([eb('state', '<>', 0), eb('notBefore', '<=', new Date(nowMs))]))
    .orderBy('priority')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id as TaskId,
    tenantId: row.tenantId as TenantId,
    kind: row.kind,
    state: row.state as TaskState,
    isPaused: row.paused,
    isCut: row.stopMode === 'cut',
    isPrepared: row.prepared,
    zones: row.zones,
    callerNumbers: row.callerNumbers,
    windows: row.windows,
    notAfterMs: row.notAfter?.getTime() ?? null,
    tries: row.tries,
    retryIntervalMs: row.retryIntervalSeconds * 1000,
    ringSeconds: row.ringSeconds,
    optOutKey: row.optOutKey,
    voiceAssetId: row.voiceAssetId,
    queueId: row.queueId as QueueId | null,
    priority: row.priority,
    abandonPercent: row.abandonPercent,
  }));
};

/** The next people by number; where it stands is what is there already, so a broken-off copy goes on. */
const prepare = async (db: Kysely<DB>, taskId: TaskId, nowMs: number): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const task = await trx
      .selectFrom('outboundTasks')
      .select(['id', 'prepared'])
      .where('id', '=', taskId)
      .forUpdate()
      .executeTakeFirst();
    if (task === undefined || task.prepared) return true;
    const { rows } = await sql<{ added: number }>`
      with last as (select coalesce(max(number), '') as number from outbound_callees where task_id = ${taskId}),
      added as (
        insert into outbound_callees (task_id, position, tenant_id, number, name, time_zone, variables, due_at, call_order)
        select t.id, p.line, t.tenant_id, p.number, p.name, coalesce(p.time_zone, t.time_zone), p.variables,
          ${new Date(nowMs)}, case t.call_order when 'random' then random() else p.line end
        from outbound_tasks t join roster_people p on p.roster_id = t.roster_id
        where t.id = ${taskId} and p.number > (select number from last)
        order by p.number limit ${prepareStep}
        returning 1
      ) select count(*)::int as added from added`.execute(trx);
    if ((rows[0]?.added ?? 0) === prepareStep) return false;
    await sql`update outbound_tasks set prepared = true,
      zones = array(select distinct time_zone from outbound_callees where task_id = ${taskId})
      where id = ${taskId}`.execute(trx);
    return true;
  });

interface Allowance {
  readonly count: number;
  readonly tenantId: string;
  readonly callerNumbers: readonly string[];
  readonly dialled: number;
  readonly usedUntilMs: number;
  readonly gapMs: number;
}

type Order = Parameters<DialRows['claim']>[0];

/** Of a predictive task: how many the calls of all nodes together allow, looked at only by a node that would dial ahead. */
const aheadOf = async (trx: Transaction<DB>, order: Order, most: number): Promise<number> => {
  const { taskId, node, ahead } = order;
  if (ahead === undefined || most <= ahead.surely) return most;
  const { rows } = await sql<{ hasOthers: boolean; abandoned: number }>`
    select exists (select from outbound_attempts
        where task_id = ${taskId} and ended_at is null and node <> ${node}) as has_others,
      (select count(*)::int from (select disposition from outbound_attempts
          where task_id = ${taskId} and answered_at is not null and ended_at is not null
          order by answered_at desc limit ${ahead.ofLast}) as last
        where disposition = 'abandoned') as abandoned`.execute(trx);
  const [facts] = rows;
  if (facts === undefined || facts.hasOthers) return ahead.surely;
  return ahead.surely + Math.max(0, ahead.mayAbandon - facts.abandoned - ahead.beyond);
};

/** How many the task may dial now; null when it may not, or another worker is at it. */
const allowanceOf = async (trx: Transaction<DB>, order: Order): Promise<Allowance | null> => {
  const { taskId, limit, nowMs, restingCallers = [] } = order;
  const { rows } = await sql<{
    tenantId: string;
    concurrency: number;
    callsPerSecond: number;
    callerNumbers: string[];
    dialled: number;
    usedUntilMs: number | null;
  }>`select tenant_id, concurrency, calls_per_second, caller_numbers, dialled,
      case when isfinite(calls_used_until) then (extract(epoch from calls_used_until) * 1000)::double precision end
        as used_until_ms
    from outbound_tasks where id = ${taskId} and state = 1 and not paused and prepared
    for update skip locked`.execute(trx);
  const [task] = rows;
  if (task === undefined) return null;
  const callerNumbers = task.callerNumbers.filter((number) => !restingCallers.includes(number));
  if (callerNumbers.length === 0) return null;
  const open = await sql<{ count: number }>`
    select count(*)::int as count from outbound_attempts where task_id = ${taskId} and ended_at is null`.execute(
    trx,
  );
  const gapMs = 1000 / task.callsPerSecond;
  // What was not used of the last second may be used now, nothing older.
  const usedUntilMs = Math.max(task.usedUntilMs ?? 0, nowMs - 1000);
  const byRate = Math.floor((nowMs - usedUntilMs) / gapMs + 1e-6);
  const byLines = task.concurrency - (open.rows[0]?.count ?? 0);
  const most = Math.min(limit, byRate, byLines);
  const count = Math.min(most, await aheadOf(trx, order, most));
  if (count <= 0) return null;
  return { ...task, callerNumbers, count, usedUntilMs, gapMs };
};

const claim = async (db: Kysely<DB>, order: Order): Promise<Claim> =>
  db.transaction().execute(async (trx) => {
    const { taskId, node, zones, nowMs } = order;
    const allowance = await allowanceOf(trx, order);
    if (allowance === null) return { attempts: [], listed: 0 };
    const { tenantId, callerNumbers, dialled } = allowance;
    const { rows: due } = await sql<{
      position: number;
      number: string;
      attempts: number;
      isListed: boolean;
    }>`
      select c.position, c.number, c.attempts, exists (select from do_not_call d
          where d.tenant_id = ${tenantId} and d.number = c.number) as is_listed
      from unnest(${[...zones]}::text[]) as z(zone) cross join lateral (
        select position, number, attempts, due_at, call_order from outbound_callees
        where task_id = ${taskId} and state in (0, 4) and time_zone = z.zone and due_at <= ${new Date(nowMs)}
        order by due_at, call_order limit ${allowance.count} for update skip locked
      ) c
      order by c.due_at, c.call_order limit ${allowance.count}`.execute(trx);
    const listed = due.filter((row) => row.isListed).map((row) => row.position);
    if (listed.length > 0)
      await sql`update outbound_callees set state = 2, end_status = 'restrictedCallee'
        where task_id = ${taskId} and position = any(${listed}::integer[])`.execute(trx);
    const attempts = due
      .filter((row) => !row.isListed)
      .map((row, index) => ({
        id: randomUUID() as CallId,
        position: row.position,
        attempt: row.attempts + 1,
        number: row.number,
        callerNumber: callerNumbers[(dialled + index) % callerNumbers.length] ?? '',
      }));
    if (attempts.length > 0) {
      await trx
        .insertInto('outboundAttempts')
        .values(
          attempts.map((attempt) => ({
            ...attempt,
            taskId,
            tenantId,
            node,
            startedAt: new Date(nowMs),
            endStatus: null,
            playedMs: null,
            playCompleted: null,
            disposition: null,
            agentId: null,
            agentAfterMs: null,
          })),
        )
        .execute();
      await sql`update outbound_callees set state = 3, attempts = attempts + 1
        where task_id = ${taskId} and position = any(${attempts.map((one) => one.position)}::integer[])`.execute(
        trx,
      );
      const usedUntil = new Date(
        Math.min(nowMs, allowance.usedUntilMs + attempts.length * allowance.gapMs),
      );
      await sql`update outbound_tasks set dialled = dialled + ${attempts.length}, calls_used_until = ${usedUntil}
        where id = ${taskId}`.execute(trx);
    }
    return { attempts, listed: listed.length };
  });

const unfinished = async (db: Kysely<DB>, node: string): Promise<readonly UnfinishedAttempt[]> => {
  const { rows } = await sql<{
    id: string;
    tenantId: string;
    taskId: string;
    kind: 'automatic' | 'predictive';
    number: string;
    attempt: number;
    tries: number;
    retryIntervalSeconds: number;
    callId: string | null;
    startedAt: Date;
    endedAt: Date | null;
    endStatus: string | null;
    answeredAt: Date | null;
    agentId: string | null;
    played: Readonly<Record<string, string>> | null;
    optedOut: boolean;
  }>`
    select a.id, a.tenant_id, a.task_id, t.kind, a.number, a.attempt, t.tries, t.retry_interval_seconds,
      c.id as call_id, a.started_at, c.ended_at, c.end_status,
      (select min(answered_at) from legs where call_id = c.id and participant_kind = 'customer') as answered_at,
      (select min(agent_id) from call_agents where call_id = c.id) as agent_id,
      (select facts from call_events where call_id = c.id and kind = 'messagePlayed' limit 1) as played,
      exists (select from call_events where call_id = c.id and kind = 'optedOut') as opted_out
    from outbound_attempts a join outbound_tasks t on t.id = a.task_id left join calls c on c.id = a.id
    where a.node = ${node} and (a.ended_at is null or (a.disposition = 'lost' and c.id is not null))`.execute(
    db,
  );
  return rows.map((row) => ({
    id: row.id as CallId,
    tenantId: row.tenantId as TenantId,
    taskId: row.taskId as TaskId,
    kind: row.kind,
    number: row.number,
    attempt: row.attempt,
    tries: row.tries,
    retryIntervalMs: row.retryIntervalSeconds * 1000,
    call:
      row.callId === null
        ? null
        : {
            answeredAtMs: row.answeredAt?.getTime() ?? null,
            // A call that only its journals tell of ends later than it was answered, but has no end yet.
            endedAtMs: (row.endedAt ?? row.answeredAt ?? row.startedAt).getTime(),
            endStatus: (row.endStatus ?? 'error') as EndStatus,
            playedMs: row.played === null ? null : Number(row.played['playedMs'] ?? 0),
            playCompleted: row.played?.['completed'] === 'true',
            optedOut: row.optedOut,
            agentId: row.agentId as AgentId | null,
          },
  }));
};

const lose = async (
  db: Kysely<DB>,
  unseenSinceMs: number,
  nowMs: number,
): Promise<readonly LostAttempts[]> => {
  const unseenSince = new Date(unseenSinceMs);
  const { rows } = await sql<{ tenantId: TenantId; taskId: TaskId; attempts: number }>`
    with gone as (
      update outbound_attempts a set ended_at = ${new Date(nowMs)}, end_status = 'unknown', disposition = 'lost'
      where a.ended_at is null and a.started_at < ${unseenSince}
        and not exists (select from nodes n where n.node = a.node and n.seen_at >= ${unseenSince})
      returning a.tenant_id, a.task_id, a.position
    ), people as (
      update outbound_callees c set state = ${unanswered}, end_status = 'unknown'
      from gone where c.task_id = gone.task_id and c.position = gone.position
    ), forgotten as (delete from nodes n where n.seen_at < ${unseenSince}
        and not exists (select from calls c where c.node = n.node and c.outcome = 'inProgress'))
    select tenant_id, task_id, count(*)::int as attempts from gone group by tenant_id, task_id`.execute(
    db,
  );
  return rows;
};

export const sqlDialRows = (db: Kysely<DB>): DialRows => ({
  openTasks: (nowMs) => openTasks(db, nowMs),
  begin: async (taskId, nowMs) => {
    const result = await db
      .updateTable('outboundTasks')
      .set({ state: 1, startedAt: new Date(nowMs) })
      .where('id', '=', taskId)
      .where('state', '=', 0)
      .where('notBefore', '<=', new Date(nowMs))
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  },
  prepare: (taskId, nowMs) => prepare(db, taskId, nowMs),
  claim: (order) => claim(db, order),
  undo: async (attemptId, dueAtMs) => {
    await sql`
      with gone as (delete from outbound_attempts where id = ${attemptId} and ended_at is null
        returning task_id, position)
      update outbound_callees c set attempts = c.attempts - 1, due_at = ${new Date(dueAtMs)},
        state = case when c.attempts > 1 then 4 else 0 end
      from gone where c.task_id = gone.task_id and c.position = gone.position`.execute(db);
  },
  finish: async (attemptId, result) => {
    const { callee } = result;
    const afterLoss = callee.state === pendingRetry ? unanswered : callee.state;
    await sql`
      with standing as (
        select id, coalesce(disposition = 'lost', false) as was_lost from outbound_attempts
        where id = ${attemptId} and (ended_at is null or disposition = 'lost') for update
      ), done as (
        update outbound_attempts a set answered_at = ${at(result.answeredAtMs)}, ended_at = ${at(result.endedAtMs)},
          end_status = ${result.endStatus}, played_ms = ${result.playedMs}::integer,
          play_completed = ${result.playedMs === null ? null : result.playCompleted}::boolean,
          opted_out = ${result.optedOut}, disposition = ${result.disposition}::text,
          agent_id = ${result.agentId}::text, agent_after_ms = ${result.agentAfterMs}::integer
        from standing where a.id = standing.id
        returning a.task_id, a.position, was_lost)
      update outbound_callees c set
        state = case when was_lost then ${afterLoss}::smallint else ${callee.state}::smallint end, end_status = ${result.endStatus},
        due_at = coalesce(${at(callee.dueAtMs)}::timestamptz, c.due_at)
      from done where c.task_id = done.task_id and c.position = done.position`.execute(db);
  },
  end: async (taskId) => {
    await db
      .updateTable('outboundTasks')
      .set((eb) => ({ state: 3, stopMode: eb.fn.coalesce('stopMode', eb.val('finish' as const)) }))
      .where('id', '=', taskId)
      .where('state', '=', 1)
      .execute();
  },
  settle: async (taskId, nowMs) => {
    const { rows } = await sql`
      update outbound_tasks t set state = case state when 1 then 2 else 4 end, paused = false, ended_at = ${new Date(nowMs)}
      where id = ${taskId} and (
        (state = 1 and prepared and not exists (select from outbound_callees c where c.task_id = t.id and c.state in (0, 3, 4)))
        or (state = 3 and not exists (select from outbound_attempts a where a.task_id = t.id and a.ended_at is null)))
      returning id`.execute(db);
    return rows.length > 0;
  },
  unfinished: (node) => unfinished(db, node),
  seen: async (node, nowMs) => {
    await db
      .insertInto('nodes')
      .values({ node, seenAt: new Date(nowMs) })
      .onConflict((conflict) => conflict.column('node').doUpdateSet({ seenAt: new Date(nowMs) }))
      .execute();
  },
  lose: (unseenSinceMs, nowMs) => lose(db, unseenSinceMs, nowMs),
  pacing: async (taskId) => {
    const { rows } = await sql<{ answered: number }>`
      select count(*)::int as answered from outbound_attempts where task_id = ${taskId} and answered_at is not null`.execute(
      db,
    );
    const last = await sql<{ isAbandoned: boolean }>`
      select disposition = 'abandoned' as is_abandoned from outbound_attempts
      where task_id = ${taskId} and answered_at is not null and ended_at is not null
      order by answered_at desc limit 100`.execute(db);
    return {
      answered: rows[0]?.answered ?? 0,
      lastAbandoned: last.rows.map((row) => row.isAbandoned).reverse(),
    };
  },
  optOut: async (tenantId, taskId, number) => {
    await db
      .insertInto('doNotCall')
      .values({ tenantId, number, source: 'opt-out', note: '', taskId, createdBy: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },
});
