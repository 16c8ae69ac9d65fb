/** Lists by keyset: each page is one range of an index, however many recordings there are. */
import {
  sql,
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type RawBuilder,
  type SqlBool,
} from 'kysely';
import type { CallId, RecordingId, TenantId } from '#core/ids.ts';
import type {
  AlarmRow,
  CallDetails,
  CallFilter,
  CallSummary,
  Library,
  LegalHold,
  LibraryScope,
  Page,
  PageRequest,
  QueueFigures,
  QueueFiguresOrder,
  RecordingDetails,
  RecordingFacts,
  RecordingFilter,
  RecordingSummary,
} from '#ports/library.ts';
import { endUserChannelOf } from '../recordings/end-user-channel.ts';
import type { DB } from '../schema.ts';
import { queueFigures } from './queue-figures.ts';
import { listedIds, type Listed } from './listed-ids.ts';
import {
  legalHoldColumns,
  listedColumns,
  readCall,
  readLeg,
  readLegalHold,
  readRecording,
  readRendition,
  readTimeline,
  readTrack,
  savingColumn,
} from './read-rows.ts';

/** Rows of one index entry more than asked tell whether there is a next page. */
const pageOf = <Row, T>(
  rows: readonly Row[],
  limit: number,
  read: (row: Row) => T,
  place: (row: Row) => { startedAt: Date; id: string },
): Page<T> => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  if (rows.length <= limit || last === undefined) return { items: shown.map(read), next: null };
  const { startedAt, id } = place(last);
  return { items: shown.map(read), next: { atMs: startedAt.getTime(), id } };
};

/** A column of other rows within a row: one question where there would be two. */
const arrayOf = (rows: Expression<unknown>): RawBuilder<string[]> => sql`array(${rows})`;

export class SqlLibrary implements Library {
  readonly #db: Kysely<DB>;

  constructor(db: Kysely<DB>) {
    this.#db = db;
  }

  async calls(
    scope: LibraryScope,
    filter: CallFilter,
    page: PageRequest,
  ): Promise<Page<CallSummary>> {
    const { outcome, ...shared } = filter;
    const ids = listedIds('calls', scope, { ...shared, exactly: { outcome } }, page);
    if (ids === null) return { items: [], next: null };
    const rows = await this.#db
      .selectFrom('calls')
      .selectAll()
      .where('calls.id', 'in', ids)
      .orderBy('calls.startedAt', 'desc')
      .orderBy('calls.id', 'desc')
      .execute();
    const agents = await this.#agentsOfCalls(rows.map((row) => row.id));
    return pageOf(
      rows,
      page.limit,
      (row) => readCall(row, agents.get(row.id) ?? []),
      (row) => row,
    );
  }

  async call(scope: LibraryScope, callId: CallId): Promise<CallDetails | null> {
    const row = await this.#db
      .selectFrom('calls')
      .selectAll()
      .where('calls.id', '=', callId)
      .where((eb) => inScope(eb, 'calls', scope))
      .executeTakeFirst();
    if (!row) return null;
    const [agents, legs, events, recordings] = await Promise.all([
      this.#agentsOfCalls([callId]),
      this.#db
        .selectFrom('legs')
        .selectAll()
        .where('callId', '=', callId)
        .orderBy('startedAt')
        .orderBy('participant')
        .execute(),
      this.#db
        .selectFrom('callEvents')
        .selectAll()
        .where('callId', '=', callId)
        .orderBy('position')
        .execute(),
      this.#db
        .selectFrom('recordings')
        .select([...listedColumns, savingColumn])
        .where('callId', '=', callId)
        .orderBy('segment')
        .execute(),
    ]);
    const recordingIds = recordings.map((each) => each.id);
    const [recordingAgents, tags] = await Promise.all([
      this.#agentsOfRecordings(recordingIds),
      this.#tagsOf(recordingIds),
    ]);
    return {
      ...readCall(row, agents.get(callId) ?? []),
      legs: legs.map(readLeg),
      happenings: events.map(({ at, kind, facts }) => ({ atMs: at.getTime(), kind, facts })),
      recordings: recordings.map((each) =>
        readRecording(each, recordingAgents.get(each.id), tags.get(each.id)),
      ),
    };
  }

  async recordings(
    scope: LibraryScope,
    filter: RecordingFilter,
    page: PageRequest,
  ): Promise<Page<RecordingSummary>> {
    const ids = recordingIds(scope, filter, page);
    if (ids === null) return { items: [], next: null };
    const rows = await this.#db
      .selectFrom('recordings')
      .select([...listedColumns, savingColumn])
      .where('recordings.id', 'in', ids)
      .orderBy('recordings.startedAt', 'desc')
      .orderBy('recordings.id', 'desc')
      .execute();
    const found = rows.map((row) => row.id);
    const [agents, tags] = await Promise.all([
      this.#agentsOfRecordings(found),
      this.#tagsOf(found),
    ]);
    return pageOf(
      rows,
      page.limit,
      (row) => readRecording(row, agents.get(row.id), tags.get(row.id)),
      (row) => row,
    );
  }

  async countRecordings(
    scope: LibraryScope,
    filter: RecordingFilter,
    atMost: number,
  ): Promise<number> {
    const ids = recordingIds(scope, filter, { limit: atMost, after: null });
    if (ids === null) return 0;
    const { rows } = await sql<{
      found: number;
    }>`select count(*)::integer as found from ${ids} counted`.execute(this.#db);
    return rows[0]?.found ?? 0;
  }

  async recordingFacts(
    scope: LibraryScope,
    recordingId: RecordingId,
  ): Promise<RecordingFacts | null> {
    const row = await this.#db
      .selectFrom('recordings')
      .select(['id', 'callId', 'segment', 'state', 'failureReason'])
      .where('recordings.id', '=', recordingId)
      .where((eb) => inScope(eb, 'recordings', scope))
      .executeTakeFirst();
    if (!row) return null;
    const { id, callId, ...facts } = row;
    return { ...facts, recordingId: id as RecordingId, callId: callId as CallId };
  }

  async recording(scope: LibraryScope, recordingId: RecordingId): Promise<RecordingDetails | null> {
    const row = await this.#db
      .selectFrom('recordings')
      .select([...listedColumns, ...legalHoldColumns, 'tagsVersion', savingColumn])
      .select((eb) => [
        eb.cast<string | null>('timeline', 'text').as('timelineText'),
        arrayOf(
          eb
            .selectFrom('recordingAgents')
            .select('agentId')
            .where('recordingAgents.recordingId', '=', recordingId)
            .orderBy('agentId'),
        ).as('agentIds'),
        arrayOf(
          eb
            .selectFrom('recordingTags')
            .select('tag')
            .where('recordingTags.recordingId', '=', recordingId)
            .orderBy('tag'),
        ).as('tags'),
      ])
      .where('recordings.id', '=', recordingId)
      .where((eb) => inScope(eb, 'recordings', scope))
      .executeTakeFirst();
    if (!row) return null;
    const [endUserChannel, tracks, renditions] = await Promise.all([
      endUserChannelOf(this.#db, row.callId),
      this.#db
        .selectFrom('tracks')
        .selectAll()
        .where('recordingId', '=', recordingId)
        .orderBy('participant')
        .orderBy('startedAt')
        .execute(),
      this.#db
        .selectFrom('renditions')
        .selectAll()
        .where('recordingId', '=', recordingId)
        .orderBy('rendition')
        .orderBy('format')
        .execute(),
    ]);
    return {
      ...readRecording(row, row.agentIds, row.tags),
      timeline: readTimeline(row.timelineText),
      legalHold: readLegalHold(row),
      tagsVersion: row.tagsVersion,
      endUserChannel,
      tracks: tracks.map(readTrack),
      renditions: renditions.map(readRendition),
    };
  }

  async setLegalHold(
    tenantId: TenantId,
    recordingId: RecordingId,
    hold: LegalHold | null,
  ): Promise<void> {
    await this.#db
      .updateTable('recordings')
      .set({
        legalHoldAt: hold && new Date(hold.sinceMs),
        legalHoldBy: hold && hold.by,
        legalHoldReason: hold && hold.reason,
      })
      .where('tenantId', '=', tenantId)
      .where('id', '=', recordingId)
      .execute();
  }

  queueFigures(tenantId: TenantId, order: QueueFiguresOrder): Promise<readonly QueueFigures[]> {
    return queueFigures(this.#db, tenantId, order);
  }

  async alarms(tenantId: TenantId, limit: number): Promise<readonly AlarmRow[]> {
    const rows = await this.#db
      .selectFrom('alarms')
      .selectAll()
      .where((eb) => eb.or([eb('tenantId', '=', tenantId), eb('tenantId', 'is', null)]))
      .orderBy(sql`cleared_at is not null`)
      .orderBy('raisedAt', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ id, kind, subjectId, message, raisedAt, clearedAt }) => ({
      id,
      kind,
      subjectId,
      message,
      raisedAtMs: raisedAt.getTime(),
      clearedAtMs: clearedAt?.getTime() ?? null,
    }));
  }

  async #agentsOfCalls(ids: readonly string[]): Promise<Map<string, string[]>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('callAgents')
      .select(['callId as id', 'agentId as value'])
      .where('callId', 'in', ids)
      .orderBy('agentId')
      .execute();
    return grouped(rows);
  }

  async #agentsOfRecordings(ids: readonly string[]): Promise<Map<string, string[]>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('recordingAgents')
      .select(['recordingId as id', 'agentId as value'])
      .where('recordingId', 'in', ids)
      .orderBy('agentId')
      .execute();
    return grouped(rows);
  }

  async #tagsOf(ids: readonly string[]): Promise<Map<string, string[]>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('recordingTags')
      .select(['recordingId as id', 'tag as value'])
      .where('recordingId', 'in', ids)
      .orderBy('tag')
      .execute();
    return grouped(rows);
  }
}

const recordingIds = (
  scope: LibraryScope,
  { state, callId, ...shared }: RecordingFilter,
  page: PageRequest,
) => listedIds('recordings', scope, { ...shared, exactly: { state, call_id: callId } }, page);

const grouped = (rows: readonly { id: string; value: string }[]): Map<string, string[]> => {
  const groups = new Map<string, string[]>();
  for (const { id, value } of rows) groups.set(id, [...(groups.get(id) ?? []), value]);
  return groups;
};

/** This agent took part: one look into the primary key of the list of agents. */
const hasAgent = (table: Listed, agentId: string) =>
  table === 'calls'
    ? sql<SqlBool>`exists (select from call_agents where call_id = calls.id and agent_id = ${agentId})`
    : sql<SqlBool>`exists (select from recording_agents where recording_id = recordings.id and agent_id = ${agentId})`;

const inScope = (
  eb: ExpressionBuilder<DB, Listed>,
  table: Listed,
  { tenantId, only }: LibraryScope,
) => {
  const tenant = eb(`${table}.tenantId`, '=', tenantId);
  if (only === null) return tenant;
  if (only.kind === 'agent') return eb.and([tenant, hasAgent(table, only.agentId)]);
  if (only.queueIds.length === 0) return eb.and([tenant, eb.lit(false)]);
  return eb.and([tenant, eb(`${table}.queueId`, 'in', only.queueIds)]);
};
