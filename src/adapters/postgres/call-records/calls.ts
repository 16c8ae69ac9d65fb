import { sql, type Kysely, type Selectable } from 'kysely';
import type { AgentId, CallId, LegId, QueueId, RecordingId } from '#core/ids.ts';
import type { Page, PageOrder } from '#ports/administration.ts';
import type {
  CallDetail,
  CallFilter,
  CallSummary,
  LegView,
  RecordScope,
} from '#ports/call-records.ts';
import { pageOf, timeBefore, timeCursor } from '../keyset.ts';
import type { CallsTable, DB, LegsTable } from '../schema.ts';
import { beforePosition, filterConditions, leadingAgent, reachCondition } from './scope.ts';

/** More legs or events than this in one call are a loop, not a call. */
const MAX_PARTS = 1000;

export const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

type Found = Selectable<CallsTable> & { readonly agentIds: readonly string[] };

const summaryOf = (call: Found): CallSummary => ({
  id: call.id as CallId,
  callNumber: call.callNumber,
  callType: call.callType,
  direction: call.direction,
  caller: call.caller,
  callee: call.callee,
  queueId: call.queueId as QueueId | null,
  agentIds: call.agentIds as readonly AgentId[],
  startedAt: call.startedAt.toISOString(),
  answeredAt: iso(call.answeredAt),
  endedAt: iso(call.endedAt),
  endStatus: call.endStatus,
  hungUpSide: call.hungUpSide,
  cause: call.cause,
  outcome: call.outcome,
  outcomeReason: call.outcomeReason,
  recordingVerdict:
    call.record === null ? null : { record: call.record, rule: call.recordRule ?? '' },
});

const legOf = (leg: Selectable<LegsTable>): LegView => ({
  id: leg.id as LegId,
  direction: leg.direction,
  participant: leg.participant,
  participantKind: leg.participantKind,
  endpointUser: leg.endpointUser,
  agentId: leg.agentId as AgentId | null,
  sipCallId: leg.sipCallId,
  startedAt: leg.startedAt.toISOString(),
  ringingAt: iso(leg.ringingAt),
  answeredAt: iso(leg.answeredAt),
  endedAt: iso(leg.endedAt),
  sipStatus: leg.sipStatus,
  cause: leg.cause,
});

const agentIds = sql<string[]>`coalesce((select array_agg(x.agent_id order by x.agent_id)
  from call_agents x where x.call_id = calls.id), '{}')`.as('agentIds');

export const listCalls = async (
  db: Kysely<DB>,
  scope: RecordScope,
  page: PageOrder,
  filter: CallFilter,
): Promise<Page<CallSummary>> => {
  const agent = leadingAgent(scope, filter);
  const at =
    agent === undefined ? sql.ref<Date>('calls.startedAt') : sql.ref<Date>('lead.startedAt');
  const id = agent === undefined ? sql.ref<string>('calls.id') : sql.ref<string>('lead.callId');
  let query = db
    .selectFrom('calls')
    .selectAll('calls')
    .select([agentIds, at.as('orderAt')])
    .where('calls.tenantId', '=', scope.tenantId)
    .where(reachCondition(scope, 'calls'))
    .where(beforePosition(at, id, timeBefore(page)));
  if (agent !== undefined)
    query = query
      .innerJoin('callAgents as lead', 'lead.callId', 'calls.id')
      .where('lead.tenantId', '=', scope.tenantId)
      .where('lead.agentId', '=', agent);
  for (const condition of filterConditions('calls', filter)) query = query.where(condition);
  if (filter.outcome !== undefined) query = query.where('calls.outcome', '=', filter.outcome);
  const rows = await query
    .orderBy(at, 'desc')
    .orderBy(id, 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page, (row) => timeCursor({ at: row.orderAt, id: row.id }), summaryOf);
};

export const findCall = async (
  db: Kysely<DB>,
  scope: RecordScope,
  id: string,
): Promise<CallDetail | null> => {
  const call = await db
    .selectFrom('calls')
    .selectAll()
    .select(agentIds)
    .where('tenantId', '=', scope.tenantId)
    .where('id', '=', id)
    .where(reachCondition(scope, 'calls'))
    .executeTakeFirst();
  if (!call) return null;
  const legs = await db
    .selectFrom('legs')
    .selectAll()
    .where('callId', '=', id)
    .orderBy('startedAt')
    .orderBy('id')
    .limit(MAX_PARTS)
    .execute();
  const segments = await db
    .selectFrom('recordings')
    .select(['segment', 'id', 'state', 'startedAt'])
    .where('callId', '=', id)
    .orderBy('segment')
    .limit(MAX_PARTS)
    .execute();
  const events = await db
    .selectFrom('callEvents')
    .select(['at', 'kind', 'facts'])
    .where('callId', '=', id)
    .orderBy('position')
    .limit(MAX_PARTS)
    .execute();
  return {
    ...summaryOf(call),
    legs: legs.map(legOf),
    segments: segments.map(({ id: recordingId, ...row }) => ({
      ...row,
      recordingId: recordingId as RecordingId,
      startedAt: row.startedAt.toISOString(),
    })),
    events: events.map((event) => ({ ...event, at: event.at.toISOString() })),
  };
};
