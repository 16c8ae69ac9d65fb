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
}

const tables: Readonly<Record<Listed, ListedTable>> = {
  calls: { agents: 'call_agents', agentsKey: 'call_id' },
  recordings: { agents: 'recording_agents', agentsKey: 'recording_id' },
};

/** The end user of a recording is one of them. */
const numberColumns = ['caller', 'callee'] as const;

/** More walks than this are one over all of the tenant's rows, or of the number's: most of them are shown then. */
const MAX_WALKS = 64;

type Sql = RawBuilder<unknown>;
const every = (conditions: readonly Sql[]): Sql => sql.join([...conditions], sql` and `);

/** Queues that scope and filter leave; null = any. */
const queuesOf = (scope: LibraryScope, { queueId }: ListFilter): readonly string[] | null => {
  const own = scope.only?.kind === 'queues' ? scope.only.queueIds : null;
  if (queueId === undefined) return own;
  return own === null || own.includes(queueId) ? [queueId] : [];
};

/** What tells the walks apart: by number, by queue, by both, or nothing. One queue each, so that the database may walk along it. */
const walksOf = (
  queues: readonly string[] | null,
  { number }: ListFilter,
  isElsewhere: boolean,
): readonly Sql[] => {
  const numbers =
    number === undefined ? [sql`true`] : numberColumns.map((c) => sql`r.${sql.ref(c)} = ${number}`);
  if (queues === null) return numbers;
  const isMany = queues.length > 1 && (isElsewhere || queues.length * numbers.length > MAX_WALKS);
  const places = isMany
    ? [sql`r.queue_id = any(${queues}::text[])`]
    : queues.map((queueId) => sql`r.queue_id = ${queueId}`);
  return numbers.flatMap((byNumber) => places.map((place) => every([byNumber, place])));
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

  // The list of agents repeats the start, so that it alone gives an agent's page in order. The order does not bind the database: what it
  // knows to be few, such as the calls of most numbers, it fetches and sorts.
  const isByAgent = first !== undefined;
  // So does the list of a tag; beside anything else it is only looked into.
  const isNarrow =
    isByAgent ||
    filter.number !== undefined ||
    queues?.length === 1 ||
    Object.values(filter.exactly).some((value) => value !== undefined);
  const isByTag = filter.tag !== undefined && !isNarrow;
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
  const walks = walksOf(queues, filter, isByAgent || isByTag).map(
    (walk) => sql`(select r.id, r.started_at from ${sql.table(listed)} r ${joined} ${tagged}
      where ${every([...conditions, walk])}
      order by ${startedAt} desc, ${id} desc limit ${limit + 1})`,
  );
  return sql<string>`(select id from (${sql.join(walks, sql` union `)}) found
    order by started_at desc, id desc limit ${limit + 1})`;
};
