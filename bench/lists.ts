/** Lists of calls and recordings at a million rows, on both databases: each filter, first page and one deep in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqlLibrary } from '#adapters/postgres/library/library.ts';
import { openDatabase, type Database } from '#adapters/postgres/open-database.ts';
import type { AgentId, QueueId, TenantId } from '#core/ids.ts';
import type { CallFilter, LibraryScope, PageCursor, RecordingFilter } from '#ports/library.ts';
import { openPostgresCluster } from '../tests/rig/postgres-cluster.ts';
import { addTestTenant } from '../tests/rig/test-database.ts';
import { promisedRow, type BenchResult, type BenchRow } from './result.ts';

export const name = 'lists';

const rowCount = 1_000_000;
const tenantId = 'tenant-a' as TenantId;
const dayMs = 86_400_000;
const firstMs = Date.UTC(2026, 0, 1);
/** A year's calls: one every 30 s or so. */
const apartMs = Math.floor((330 * dayMs) / rowCount);
const rounds = 40;

/** 40 queues, 200 agents, 100,000 callers, one busy number called by half, one call in a hundred failed. */
const fill = async (database: Database): Promise<void> => {
  // Rows are made by the database itself, without a look at the referred row for each.
  await database.executeSql(`set session_replication_role = replica;
    set maintenance_work_mem = '256MB';`);
  const each = `with n as (select i, 'c' || lpad(i::text, 12, '0') as id,
      to_timestamp(${firstMs / 1000} + i * ${apartMs / 1000}) as at,
      '+6281' || lpad(((i * 7919) % 100000)::text, 8, '0') as caller,
      case when i % 2 = 0 then '1000' else '+62211' || (i % 500) end as callee,
      'queue-' || (i * 31 % 40) as queue, 'agent-' || (i * 17 % 200) as agent, i % 101 = 7 as bad
    from generate_series(1::bigint, ${rowCount}) i)`;
  for (const statement of [
    `${each} insert into calls (id, tenant_id, node, call_type, direction, caller, callee, directory_version, queue_id, started_at,
      answered_at, ended_at, got_media, record, record_rule, outcome)
      select id, '${tenantId}', 'bench', 'inbound', 'in', caller, callee, 1, queue, at, at, at + interval '3 minutes', true, true,
        'inbound', case when bad then 'failed' else 'ready' end from n`,
    `${each} insert into call_agents (call_id, agent_id, tenant_id, started_at) select id, agent, '${tenantId}', at from n`,
    `${each} insert into recordings (id, tenant_id, call_id, segment, state, call_type, direction, caller, callee, endpoint_user,
      queue_id, started_at, started_at_mono_ns, sealed_at, ready_at, duration_ms, frames, timeline)
      select id, '${tenantId}', id, 1, case when bad then 'failed' else 'ready' end, 'inbound', 'in', caller, callee, caller, queue,
        at, '0', at, at, 180000, 1440000, '[]' from n`,
    `${each} insert into recording_agents (recording_id, agent_id, tenant_id, started_at)
      select id, agent, '${tenantId}', at from n`,
    'analyze calls, call_agents, recordings, recording_agents',
  ])
    await database.executeSql(statement);
  await database.executeSql('set session_replication_role = origin');
};

interface Question {
  readonly name: string;
  readonly filter: RecordingFilter & CallFilter;
  readonly scope?: LibraryScope['only'];
}

const middle = firstMs + (rowCount / 2) * apartMs;
const caller = '+628100042000';
const agentId = 'agent-34' as AgentId;
const queueId = 'queue-22' as QueueId;
const ownQueues = [0, 5, 9, 14, 22, 31].map((index) => `queue-${index}` as QueueId);

const shared: readonly Question[] = [
  { name: 'all', filter: {} },
  { name: 'by a rare number', filter: { number: caller } },
  { name: 'by the busy number', filter: { number: '1000' } },
  { name: 'by a number nobody has', filter: { number: '+15550000000' } },
  { name: 'by agent', filter: { agentId } },
  { name: 'by queue', filter: { queueId } },
  { name: 'by a day', filter: { fromMs: middle, toMs: middle + dayMs } },
  { name: 'by agent, queue and number', filter: { agentId, queueId, number: '1000' } },
  { name: 'of six own queues', filter: {}, scope: { kind: 'queues', queueIds: ownQueues } },
  {
    name: 'of an own queue by number',
    filter: { number: '1000' },
    scope: { kind: 'queues', queueIds: ownQueues },
  },
  { name: 'of an agent', filter: {}, scope: { kind: 'agent', agentId } },
];
const ofRecordings: readonly Question[] = [
  ...shared,
  { name: 'failed', filter: { state: 'failed' } },
  { name: 'failed of an agent', filter: { state: 'failed', agentId } },
  { name: 'failed of a queue', filter: { state: 'failed', queueId } },
  { name: 'in a state that none has', filter: { state: 'expired' } },
];
const ofCalls: readonly Question[] = [
  ...shared,
  { name: 'failed', filter: { outcome: 'failed' } },
  { name: 'failed of a queue', filter: { outcome: 'failed', queueId } },
];

/** Half-way down the list. */
const deep: PageCursor = { atMs: middle, id: 'c' };

const p95 = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] ?? Infinity;

const ask = async (
  library: SqlLibrary,
  kind: 'calls' | 'recordings',
  { filter, scope = null }: Question,
): Promise<{ times: number[]; found: number }> => {
  const times: number[] = [];
  let found = 0;
  for (let round = 0; round < rounds; round++) {
    const page = { limit: 50, after: round % 2 === 0 ? null : deep };
    const begunAt = performance.now();
    const { items } = await library[kind]({ tenantId, only: scope }, filter, page);
    times.push(performance.now() - begunAt);
    found = Math.max(found, items.length);
  }
  return { times, found };
};

const measure = async (database: Database, title: string): Promise<BenchRow[]> => {
  await database.migrate();
  await addTestTenant(database);
  await fill(database);
  const library = new SqlLibrary(database.kysely);
  const rows: BenchRow[] = [];
  const all: number[] = [];
  for (const [kind, questions] of [
    ['recordings', ofRecordings],
    ['calls', ofCalls],
  ] as const)
    for (const question of questions) {
      const { times, found } = await ask(library, kind, question);
      const isEmpty = /nobody|none/.test(question.name);
      if ((found === 0) !== isEmpty) throw new Error(`${kind} ${question.name}: ${found} rows`);
      all.push(...times);
      rows.push(
        promisedRow(`${title}: ${kind} ${question.name}, p95`, p95(times), 'ms', { atMost: 50 }),
      );
    }
  return [
    promisedRow(`${title}: every list together, p95`, p95(all), 'ms', { atMost: 50 }),
    ...rows,
  ];
};

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-lists-'));
  const cluster = await openPostgresCluster();
  const server = await openDatabase({ url: cluster.url, folder: '', maxConnections: 1 });
  try {
    const rows = await measure(server, 'PostgreSQL');
    const embedded = await openDatabase({ folder: join(folder, 'db') });
    try {
      rows.push(...(await measure(embedded, 'embedded')));
    } finally {
      await embedded.close();
    }
    return { rows, complete: true };
  } finally {
    await server.close();
    await cluster.drop();
    rmSync(folder, { recursive: true, force: true });
  }
};
