import { sql, type Kysely, type Selectable } from 'kysely';
import type { AgentId, CallId, QueueId, RecordingId, TrackId } from '#core/ids.ts';
import type { Page, PageOrder } from '#ports/administration.ts';
import type {
  RecordingDetail,
  RecordingFilter,
  RecordingSummary,
  RecordScope,
  TrackView,
} from '#ports/call-records.ts';
import { pageOf, timeBefore, timeCursor } from '../keyset.ts';
import type { DB, RecordingsTable, TracksTable } from '../schema.ts';
import { iso } from './calls.ts';
import { beforePosition, filterConditions, leadingAgent, reachCondition } from './scope.ts';

type Found = Selectable<RecordingsTable> & {
  readonly agentIds: readonly string[];
  readonly callNumber: number;
};

const summaryOf = (recording: Found): RecordingSummary => ({
  id: recording.id as RecordingId,
  callId: recording.callId as CallId,
  callNumber: recording.callNumber,
  segment: recording.segment,
  state: recording.state,
  callType: recording.callType,
  direction: recording.direction,
  caller: recording.caller,
  callee: recording.callee,
  endpointUser: recording.endpointUser,
  queueId: recording.queueId as QueueId | null,
  agentIds: recording.agentIds as readonly AgentId[],
  startedAt: recording.startedAt.toISOString(),
  sealedAt: iso(recording.sealedAt),
  readyAt: iso(recording.readyAt),
  failureReason: recording.failureReason,
  salvaged: recording.salvaged,
  durationMs: recording.durationMs,
});

const trackOf = (track: Selectable<TracksTable>): TrackView => ({
  id: track.id as TrackId,
  participant: track.participant,
  participantKind: track.participantKind,
  endpointUser: track.endpointUser,
  agentId: track.agentId as AgentId | null,
  frames: track.frames,
  lostFrames: track.lostFrames,
  salvaged: track.salvaged,
  failedBy: track.failedBy,
});

const agentIds = sql<string[]>`coalesce((select array_agg(x.agent_id order by x.agent_id)
  from recording_agents x where x.recording_id = recordings.id), '{}')`.as('agentIds');
const callNumber =
  sql<number>`(select c.call_number from calls c where c.id = recordings.call_id)`.as('callNumber');

export const listRecordings = async (
  db: Kysely<DB>,
  scope: RecordScope,
  page: PageOrder,
  filter: RecordingFilter,
): Promise<Page<RecordingSummary>> => {
  const agent = leadingAgent(scope, filter);
  const led = agent !== undefined;
  const at = sql.ref<Date>(led ? 'lead.startedAt' : 'recordings.startedAt');
  const id = sql.ref<string>(led ? 'lead.recordingId' : 'recordings.id');
  let query = db
    .selectFrom('recordings')
    .selectAll('recordings')
    .select([agentIds, callNumber, at.as('orderAt')])
    .where('recordings.tenantId', '=', scope.tenantId)
    .where(reachCondition(scope, 'recordings'))
    .where(beforePosition(at, id, timeBefore(page)));
  if (agent !== undefined)
    query = query
      .innerJoin('recordingAgents as lead', 'lead.recordingId', 'recordings.id')
      .where('lead.tenantId', '=', scope.tenantId)
      .where('lead.agentId', '=', agent);
  for (const condition of filterConditions('recordings', filter)) query = query.where(condition);
  const { state, callId, endpointUser } = filter;
  if (state !== undefined) query = query.where('recordings.state', '=', state);
  if (callId !== undefined) query = query.where('recordings.callId', '=', callId);
  if (endpointUser !== undefined) query = query.where('recordings.endpointUser', '=', endpointUser);
  const rows = await query
    .orderBy(at, 'desc')
    .orderBy(id, 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page, (row) => timeCursor({ at: row.orderAt, id: row.id }), summaryOf);
};

export const findRecording = async (
  db: Kysely<DB>,
  scope: RecordScope,
  id: string,
): Promise<RecordingDetail | null> => {
  const found = await db
    .selectFrom('recordings')
    .selectAll()
    .select([agentIds, callNumber])
    .where('tenantId', '=', scope.tenantId)
    .where('id', '=', id)
    .where(reachCondition(scope, 'recordings'))
    .executeTakeFirst();
  if (!found) return null;
  const tracks = await db
    .selectFrom('tracks')
    .selectAll()
    .where('recordingId', '=', id)
    .orderBy('participant')
    .orderBy('id')
    .execute();
  const renditions = await db
    .selectFrom('renditions')
    .select(['rendition', 'format', 'sizeBytes', 'sha256', 'durationMs', 'frames', 'channels'])
    .where('recordingId', '=', id)
    .orderBy('rendition')
    .orderBy('format')
    .execute();
  return {
    ...summaryOf(found),
    timeline: found.timeline,
    tracks: tracks.map(trackOf),
    renditions,
  };
};
