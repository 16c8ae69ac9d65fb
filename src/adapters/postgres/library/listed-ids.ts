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
const walksOf = (queues: readonly string[] | null, { number }: ListFilter): readonly Sql[] => {
  const numbers =
    number === undefined ? [sql`true`] : numberColumns.map((c) => sql`r.${sql.ref(c)} = ${number}`);
  if (queues === null) return numbers;
  const isMany = queues.length > 1 && queues.length * numbers.length > MAX_WALKS;
  const places = isMany
    ? [sql`r.queue_id = any(${queues}::text[])`]
    : queues.map((queueId) => sql`r.queue_id = ${queueId}`);
  return numbers.flatMap((byNumber) => places.map((place) => every([byNumber, place])));
};

/** The list of an agent or of a tag is one walk, whatever else is asked of its rows. @param row where these columns are */
const oneWalk = (
  row: Sql,
  queues: readonly string[] | null,
  { number }: ListFilter,
): readonly Sql[] => [
  every([
    number === undefined ? sql`true` : sql`${number} in (${row}.caller, ${row}.callee)`,
    queues === null ? sql`true` : sql`${row}.queue_id = any(${queues}::text[])`,
  ]),
];

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

  // The list of agents repeats what it is filtered by, so that it alone gives an agent's page in order; only what changes, such as the
  // state, is looked up. The order does not bind the database: what it knows to be few, such as the calls of most numbers, it fetches
  // and sorts.
  const isByAgent = first !== undefined;
  const exactly = Object.entries(filter.exactly).flatMap(([column, value]) =>
    value === undefined ? [] : [{ column: sql.ref(column), value }],
  );
  // So does the list of a tag, but for queues; beside anything else it is only looked into.
  const isNarrow =
    isByAgent || filter.number !== undefined || queues?.length === 1 || exactly.length > 0;
  const isByTag = filter.tag !== undefined && !isNarrow;
  // `r` is what is walked; `l` the listed row itself, where that is another one and is needed.
  const walked = isByAgent
    ? { table: table.agents, key: table.agentsKey }
    : isByTag
      ? { table: 'recording_tags', key: 'recording_id' }
      : { table: listed, key: 'id' };
  const id = sql`r.${sql.ref(walked.key)}`;
  const isLookedUp = (isByAgent && exactly.length > 0) || (isByTag && queues !== null);
  const row = isLookedUp ? sql`l` : sql`r`;
  const joined = isLookedUp ? sql`join ${sql.table(listed)} l on l.id = ${id}` : sql``;
  const tagged =
    filter.tag === undefined || isByTag
      ? sql``
      : sql`join recording_tags g on g.recording_id = ${id}
          and g.tenant_id = ${scope.tenantId} and g.tag = ${filter.tag}`;
  const conditions = [
    sql`r.tenant_id = ${scope.tenantId}`,
    ...(isByAgent ? [sql`r.agent_id = ${first}`] : []),
    ...(isByTag ? [sql`r.tag = ${filter.tag}`] : []),
    ...(filter.fromMs === undefined ? [] : [sql`r.started_at >= ${new Date(filter.fromMs)}`]),
    ...(filter.toMs === undefined ? [] : [sql`r.started_at < ${new Date(filter.toMs)}`]),
    ...(after === null
      ? []
      : [sql`(r.started_at, ${id}) < (${new Date(after.atMs)}, ${after.id})`]),
    ...exactly.map(({ column, value }) => sql`${row}.${column} = ${value}`),
    ...(isLookedUp ? [sql`l.tenant_id = ${scope.tenantId}`] : []),
    ...(filter.ids === undefined ? [] : [sql`${id} = any(${filter.ids}::text[])`]),
    ...(second === undefined
      ? []
      : [
          sql`exists (select from ${sql.table(table.agents)} b
            where b.${sql.ref(table.agentsKey)} = ${id} and b.agent_id = ${second})`,
        ]),
  ];
  const alternatives =
    isByAgent || isByTag
      ? oneWalk(isByAgent ? sql`r` : sql`l`, queues, filter)
      : walksOf(queues, filter);
  const walks = alternatives.map(
    (
      walk,
    ) => sql`(select ${id} as id, r.started_at from ${sql.table(walked.table)} r ${joined} ${tagged}
      where ${every([...conditions, walk])}
      order by r.started_at desc, ${id} desc limit ${limit + 1})`,
  );
  return sql<string>`(select id from (${sql.join(walks, sql` union `)}) found
    order by started_at desc, id desc limit ${limit + 1})`;
};
