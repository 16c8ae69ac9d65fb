/**
 * Which rows a page shows. Each filter is walked along the index that serves it, newest first, and stops when the page is full: so a
 * page costs the same however many rows there are and however deep it lies. "Caller or callee" and "one of my queues" are several such
 * walks, merged; one condition with `or` would make the database read every row of the number and sort them.
 */
import { sql, type RawBuilder } from 'kysely';
import type { CallFilter, LibraryScope, PageRequest } from '#ports/library.ts';

export type Listed = 'calls' | 'recordings';

export interface ListFilter extends Pick<
  CallFilter,
  'fromMs' | 'toMs' | 'number' | 'agentId' | 'queueId'
> {
  /** Further columns that must be exactly this. */
  readonly exactly: Readonly<Record<string, string | undefined>>;
  /** Of recordings only. */
  readonly tag?: string | undefined;
  readonly ids?: readonly string[] | undefined;
}

interface ListedTable {
  readonly agents: string;
  readonly agentsKey: string;
  readonly numbers: readonly string[];
}

const tables: Readonly<Record<Listed, ListedTable>> = {
  calls: { agents: 'call_agents', agentsKey: 'call_id', numbers: ['caller', 'callee'] },
  recordings: {
    agents: 'recording_agents',
    agentsKey: 'recording_id',
    numbers: ['caller', 'callee', 'endpoint_user'],
  },
};

/** More queues than this are one walk over all of the tenant's rows: most of them are shown then. */
const MAX_WALKS = 64;

type Sql = RawBuilder<unknown>;
const every = (conditions: readonly Sql[]): Sql => sql.join([...conditions], sql` and `);

/** Queues that scope and filter leave; null = any. */
const queuesOf = (scope: LibraryScope, { queueId }: ListFilter): readonly string[] | null => {
  const own = scope.only?.kind === 'queues' ? scope.only.queueIds : null;
  if (queueId === undefined) return own;
  return own === null || own.includes(queueId) ? [queueId] : [];
};

/** What tells the walks apart: by number, by queue, or nothing. */
const walksOf = (
  table: ListedTable,
  queues: readonly string[] | null,
  filter: ListFilter,
  isByAgent: boolean,
): readonly Sql[] => {
  const anyQueue = queues === null ? [] : [sql`r.queue_id = any(${queues}::text[])`];
  const { number } = filter;
  if (number !== undefined)
    return table.numbers.map((column) =>
      every([sql`r.${sql.ref(column)} = ${number}`, ...anyQueue]),
    );
  if (queues === null) return [sql`true`];
  return isByAgent || queues.length > MAX_WALKS
    ? anyQueue
    : queues.map((queueId) => sql`r.queue_id = ${queueId}`);
};

/**
 * The ids of one page and of one row more, as a subquery; null when nothing can match.
 *
 * Both agents join when a user who sees only own calls filters by another agent: calls that both took part in.
 */
export const listedIds = (
  listed: Listed,
  scope: LibraryScope,
  filter: ListFilter,
  { limit, after }: PageRequest,
): RawBuilder<string> | null => {
  const table = tables[listed];
  const queues = queuesOf(scope, filter);
  if (queues?.length === 0) return null;
  const agents = new Set<string>();
  if (filter.agentId !== undefined) agents.add(filter.agentId);
  if (scope.only?.kind === 'agent') agents.add(scope.only.agentId);
  const [first, second] = agents;

  // The list of agents repeats the start, so that it alone gives an agent's page in order.
  const isByAgent = first !== undefined && filter.number === undefined;
  // So does the list of a tag; beside an agent or a number it is only looked into.
  const isByTag = filter.tag !== undefined && first === undefined && filter.number === undefined;
  const startedAt = isByAgent ? sql`a.started_at` : isByTag ? sql`g.started_at` : sql`r.started_at`;
  const id = isByAgent
    ? sql`a.${sql.ref(table.agentsKey)}`
    : isByTag
      ? sql`g.recording_id`
      : sql`r.id`;
  const tagged =
    filter.tag === undefined
      ? sql``
      : sql`join recording_tags g on g.recording_id = r.id
          and g.tenant_id = ${scope.tenantId} and g.tag = ${filter.tag}`;
  const joined =
    first === undefined
      ? sql``
      : sql`join ${sql.table(table.agents)} a on a.${sql.ref(table.agentsKey)} = r.id
          and a.tenant_id = ${scope.tenantId} and a.agent_id = ${first}`;
  const conditions = [
    sql`r.tenant_id = ${scope.tenantId}`,
    ...(filter.fromMs === undefined ? [] : [sql`${startedAt} >= ${new Date(filter.fromMs)}`]),
    ...(filter.toMs === undefined ? [] : [sql`${startedAt} < ${new Date(filter.toMs)}`]),
    ...(after === null
      ? []
      : [sql`(${startedAt}, ${id}) < (${new Date(after.atMs)}, ${after.id})`]),
    ...Object.entries(filter.exactly).flatMap(([column, value]) =>
      value === undefined ? [] : [sql`r.${sql.ref(column)} = ${value}`],
    ),
    ...(filter.ids === undefined ? [] : [sql`r.id = any(${filter.ids}::text[])`]),
    ...(second === undefined
      ? []
      : [
          sql`exists (select from ${sql.table(table.agents)} b
            where b.${sql.ref(table.agentsKey)} = r.id and b.agent_id = ${second})`,
        ]),
  ];
  const walks = walksOf(table, queues, filter, isByAgent || isByTag).map(
    (walk) => sql`(select r.id, r.started_at from ${sql.table(listed)} r ${joined} ${tagged}
      where ${every([...conditions, walk])}
      order by ${startedAt} desc, ${id} desc limit ${limit + 1})`,
  );
  return sql<string>`(select id from (${sql.join(walks, sql` union `)}) found
    order by started_at desc, id desc limit ${limit + 1})`;
};
