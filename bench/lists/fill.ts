/**
 * A year of a centre, made by the database itself: every index that nothing refers to is dropped, the rows are written, the indexes are
 * made again from their own definitions. What is measured afterwards is exactly what the migrations make, or the bench fails.
 *
 * The year is uneven, as years are: 40 queues, of which the first takes a seventh of the calls and the last a seventieth; each queue has
 * its own called numbers and agents, the first ten share one (`1000`, half of all calls); one call in ten is outbound and of no queue;
 * only the first twenty queues ever failed to record. So many filters that look wide together hit nothing.
 */
import type { Database } from '#adapters/postgres/open-database.ts';

export const dayMs = 86_400_000;
export const firstMs = Date.UTC(2026, 0, 1);
export const lastMs = firstMs + 330 * dayMs;

const tables = ['calls', 'call_agents', 'recordings', 'recording_agents', 'recording_tags'];

interface Index {
  readonly table: string;
  readonly name: string;
  /** Statements that take it away, and make it again. */
  readonly drop: string;
  readonly make: string;
  /** Other tables refer to it: it stays. */
  readonly isReferred: boolean;
}

export const indexesOf = async (database: Database): Promise<readonly Index[]> => {
  const { rows } = await database.executeSql(`
    select t.relname as "table", i.relname as name,
      case when c.oid is null then format('drop index %I', i.relname)
        else format('alter table %I drop constraint %I', t.relname, c.conname) end as drop,
      case when c.oid is null then pg_get_indexdef(i.oid)
        else format('alter table %I add constraint %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid)) end as make,
      exists (select from pg_constraint f where f.contype = 'f' and f.conindid = i.oid) as "isReferred"
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
      left join pg_constraint c on c.conindid = i.oid and c.contype in ('p', 'u', 'x')
    where t.relname in (${tables.map((table) => `'${table}'`).join(', ')}) and x.indisvalid
    order by 1, 2`);
  return rows as Index[];
};

/** Evenly spread and the same on every machine: a number from 0 to 1,048,575 for each call and each `salt`. */
const random = (salt: number): string => `(hashint8extended(i, ${salt}) & 1048575)::integer`;

/** Every call of the year once, in the order of time; the tables are made of it. */
const yearOf = (rowCount: number): string => `
  create unlogged table bench_year as
  with drawn as (
    select i, md5('call' || i)::uuid::text as call_id, md5('recording' || i)::uuid::text as recording_id,
      to_timestamp(${firstMs / 1000}::float8 + i * ${(lastMs - firstMs) / 1000 / rowCount}::float8) as at,
      case when ${random(2)} % 10 <> 0 then floor(40 * power(${random(1)} / 1048576::float8, 2))::integer end as queue,
      case when ${random(4)} % 33 = 0 then 'anonymous'
        else '+628' || (180000000 + ${random(5)} % ${rowCount / 10}) end as customer,
      ${random(6)} as r6, ${random(7)} as r7, ${random(8)} as r8, ${random(9)} as r9, ${random(10)} as r10,
      ${random(11)} as r11, ${random(12)} as r12
    from generate_series(1::bigint, ${rowCount}) i
  ) select i, call_id, recording_id, at, customer, r6, r9, r11, r12,
      case when queue is null then 'out' else 'in' end as direction,
      case when queue is null then 'agentOutbound' else 'inbound' end as call_type,
      case when queue is null then '+622150000000' else customer end as caller,
      case when queue is null then customer when queue < 10 then '1000'
        else '+6221500' || (10000 + queue * 2 + r6 % 2) end as callee,
      'queue-' || queue as queue_id,
      'agent-' || case when queue is null or r7 % 10 = 0 then r8 % 200 else queue * 5 + r8 % 5 end as agent,
      case when r10 % 20 = 0 then 'agent-' || r9 % 200 end as second_agent,
      coalesce(queue < 20, false) and r11 % 100 = 0 as is_failed
    from drawn`;

const things = (tenantId: string): readonly string[] => [
  // Where the numbers of the year are from, as somebody writes them who looks for one.
  `update tenants set country = 'ID' where id = '${tenantId}'`,
  `insert into queues (id, tenant_id, name, channel)
    select 'queue-' || i, '${tenantId}', 'Queue ' || i, 'ivr' from generate_series(0, 39) i`,
  `insert into agents (id, tenant_id, email, name, agent_id, sip_username, sip_password_sealed)
    select 'agent-' || i, '${tenantId}', 'agent' || i || '@bench.test',
      (array['Siti', 'Budi', 'Dewi', 'Agus', 'Putri'])[1 + i % 5] || ' ' || i, 'A' || (1000 + i), 'phone' || i, ''
    from generate_series(0, 199) i`,
];

const rowsOf = (tenantId: string, rowCount: number): Readonly<Record<string, string>> => ({
  calls: `insert into calls (id, tenant_id, node, call_type, direction, caller, callee, directory_version, queue_id,
      started_at, queued_at, answered_at, ended_at, got_media, end_status, record, record_rule, outcome)
    select call_id, '${tenantId}', 'bench', call_type, direction, caller, callee, 1, queue_id, at, at,
      at + interval '12 s', at + interval '3 min', true, 'ok', true, call_type,
      case when is_failed then 'failed' else 'ready' end from bench_year`,
  call_agents: `insert into call_agents (call_id, agent_id, tenant_id, started_at, queue_id, caller, callee)
    select call_id, agent, '${tenantId}', at, queue_id, caller, callee from bench_year
    union all select call_id, second_agent, '${tenantId}', at, queue_id, caller, callee from bench_year
      where second_agent <> agent`,
  recordings: `insert into recordings (id, tenant_id, call_id, segment, state, call_type, direction, caller, callee,
      endpoint_user, queue_id, started_at, started_at_mono_ns, sealed_at, ready_at, duration_ms, frames, timeline)
    select recording_id, '${tenantId}', call_id, 1, case when is_failed then 'failed'
        when r12 % 5 = 0 then 'delivered' else 'ready' end, call_type, direction, caller, callee, customer,
      queue_id, at, '123456789012345', at + interval '3 min', at + interval '4 min', 168000, 1344000,
      '[{"kind":"hold","fromFrames":80000,"toFrames":160000},{"kind":"talk","fromFrames":0,"toFrames":80000}]'
    from bench_year`,
  recording_agents: `insert into recording_agents (recording_id, agent_id, tenant_id, started_at, queue_id, caller, callee)
    select recording_id, agent, '${tenantId}', at, queue_id, caller, callee from bench_year
    union all select recording_id, second_agent, '${tenantId}', at, queue_id, caller, callee from bench_year
      where second_agent <> agent`,
  recording_tags: `insert into recording_tags (tenant_id, recording_id, tag, started_at)
    select '${tenantId}', recording_id, tag, at from bench_year cross join lateral (values
      ('checked', r6 % 10 = 3), ('complaint', r9 % 500 = 3), ('topic ' || r6 % 20, r9 % 20 = 5),
      ('court', i % ${rowCount / 20} = 17)) tags (tag, is_borne) where is_borne`,
});

type Say = (text: string) => void;

/** What the call account of a node would have to have written: rows in the order of time, statistics up to date. */
export const fill = async (
  database: Database,
  { tenantId, rowCount, say }: { tenantId: string; rowCount: number; say: Say },
): Promise<void> => {
  const timed = async (what: string, script: string): Promise<void> => {
    const begunAt = performance.now();
    await database.executeSql(script);
    say(`${what}: ${((performance.now() - begunAt) / 1000).toFixed(1)} s`);
  };
  const mark = `a year of ${rowCount} calls`;
  const { rows } = await database.executeSql(
    `select obj_description('recordings'::regclass, 'pg_class') as mark`,
  );
  if ((rows[0] as { mark: string | null }).mark === mark) {
    say('filled before');
    return;
  }
  const before = await indexesOf(database);
  const droppable = before.filter(({ isReferred }) => !isReferred);
  for (const statement of things(tenantId)) await database.executeSql(statement);
  await database.executeSql(droppable.map(({ drop }) => drop).join(';'));
  await timed('draw the year', yearOf(rowCount));
  for (const [table, insert] of Object.entries(rowsOf(tenantId, rowCount)))
    // Without a look at the referred row for each.
    await timed(
      `fill ${table}`,
      `begin; set local session_replication_role = replica; set local synchronous_commit = off; ${insert}; commit`,
    );
  await database.executeSql('drop table bench_year');
  for (const table of tables) {
    const missing = droppable.filter((each) => each.table === table);
    await timed(
      `${missing.length} indexes of ${table}`,
      `begin; set local maintenance_work_mem = '256MB'; set local synchronous_commit = off;
        ${missing.map(({ make }) => make).join(';')}; commit`,
    );
  }
  for (const table of tables) await timed(`analyse ${table}`, `vacuum (analyze) ${table}`);
  await timed('checkpoint', 'checkpoint');
  const after = await indexesOf(database);
  if (JSON.stringify(after) !== JSON.stringify(before))
    throw new Error('the indexes are not those of the migrations any more');
  await database.executeSql(`comment on table recordings is '${mark}'`);
};
