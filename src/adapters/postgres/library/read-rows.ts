/** Rows of calls and recordings → what the library port shows. */
import { sql, type Selectable } from 'kysely';
import type { AgentId, CallId, LegId, QueueId, RecordingId, TrackId } from '#core/ids.ts';
import type { Rendition } from '#core/recording/renditions.ts';
import type { TimelineSpan } from '#core/recording/timeline.ts';
import type {
  LegalHold,
  CallLeg,
  CallSummary,
  RecordingSummary,
  RecordingTrack,
} from '#ports/library.ts';
import type { StoredRendition } from '#ports/renditions.ts';
import type {
  CallsTable,
  LegsTable,
  RecordingsTable,
  RenditionsTable,
  TracksTable,
} from '../schema.ts';

const ms = (instant: Date | null): number | null => instant?.getTime() ?? null;

export const readCall = (
  row: Selectable<CallsTable>,
  agentIds: readonly string[],
): CallSummary => ({
  callId: row.id as CallId,
  callNumber: row.callNumber,
  callType: row.callType,
  direction: row.direction,
  caller: row.caller,
  callee: row.callee,
  queueId: row.queueId as QueueId | null,
  agentIds: agentIds as readonly AgentId[],
  startedAtMs: row.startedAt.getTime(),
  answeredAtMs: ms(row.answeredAt),
  endedAtMs: ms(row.endedAt),
  endStatus: row.endStatus,
  hungUpSide: row.hungUpSide,
  cause: row.cause,
  record: row.record,
  recordRule: row.recordRule,
  outcome: row.outcome,
  outcomeReason: row.outcomeReason,
});

export const readLeg = (row: Selectable<LegsTable>): CallLeg => ({
  legId: row.id as LegId,
  direction: row.direction,
  participant: row.participant,
  kind: row.participantKind,
  endpointUser: row.endpointUser,
  agentId: row.agentId as AgentId | null,
  sipCallId: row.sipCallId,
  startedAtMs: row.startedAt.getTime(),
  ringingAtMs: ms(row.ringingAt),
  answeredAtMs: ms(row.answeredAt),
  endedAtMs: ms(row.endedAt),
  sipStatus: row.sipStatus,
  cause: row.cause,
});

/** What lists show of a recording: all but the timeline, which may be long. */
export const listedColumns = [
  'id',
  'callId',
  'segment',
  'state',
  'callType',
  'direction',
  'caller',
  'callee',
  'endpointUser',
  'queueId',
  'startedAt',
  'sealedAt',
  'readyAt',
  'failureReason',
  'salvaged',
  'durationMs',
] as const satisfies readonly (keyof RecordingsTable)[];

/** Of a recording that is not sealed: whether its call has ended. Of any other no call is looked up. */
export const savingColumn =
  sql<boolean>`case when recordings.state in ('planned', 'capturing') then exists (
  select from calls where calls.id = recordings.call_id and calls.ended_at is not null) else false end`.as(
    'saving',
  );

export const readRecording = (
  row: Pick<Selectable<RecordingsTable>, (typeof listedColumns)[number]> & {
    readonly saving: boolean;
  },
  agentIds: readonly string[] = [],
  tags: readonly string[] = [],
): RecordingSummary => ({
  recordingId: row.id as RecordingId,
  callId: row.callId as CallId,
  segment: row.segment,
  state: row.state,
  callType: row.callType,
  direction: row.direction,
  caller: row.caller,
  callee: row.callee,
  endpointUser: row.endpointUser,
  queueId: row.queueId as QueueId | null,
  agentIds: agentIds as readonly AgentId[],
  startedAtMs: row.startedAt.getTime(),
  sealedAtMs: ms(row.sealedAt),
  readyAtMs: ms(row.readyAt),
  failureReason: row.failureReason,
  saving: row.saving,
  salvaged: row.salvaged,
  durationMs: row.durationMs,
  tags,
});

export const legalHoldColumns = [
  'legalHoldAt',
  'legalHoldBy',
  'legalHoldReason',
] as const satisfies readonly (keyof RecordingsTable)[];

export const readLegalHold = ({
  legalHoldAt,
  legalHoldBy,
  legalHoldReason,
}: Pick<Selectable<RecordingsTable>, (typeof legalHoldColumns)[number]>): LegalHold | null =>
  legalHoldAt && {
    sinceMs: legalHoldAt.getTime(),
    by: legalHoldBy ?? '',
    reason: legalHoldReason ?? '',
  };

export const readTrack = (row: Selectable<TracksTable>): RecordingTrack => ({
  trackId: row.id as TrackId,
  participant: row.participant,
  kind: row.participantKind,
  endpointUser: row.endpointUser,
  agentId: row.agentId as AgentId | null,
  startedAtMs: row.startedAt.getTime(),
  sealedAtMs: ms(row.sealedAt),
  frames: row.frames,
  lostFrames: row.lostFrames,
  salvaged: row.salvaged,
  failedBy: row.failedBy,
});

export const readRendition = (row: Selectable<RenditionsTable>): StoredRendition => ({
  rendition: row.rendition as Rendition,
  format: row.format,
  objectKey: row.objectKey,
  sizeBytes: row.sizeBytes,
  sha256: row.sha256,
  durationMs: row.durationMs,
  frames: row.frames,
  channels: row.channels === 2 ? 2 : 1,
  peaksKey: row.peaksKey ?? '',
});

/** @param text as the database writes it: a thousand spans go from thread to thread faster as one text than as objects */
export const readTimeline = (text: string | null): readonly TimelineSpan[] | null => {
  const timeline: unknown = text === null ? null : JSON.parse(text);
  return Array.isArray(timeline) ? (timeline as readonly TimelineSpan[]) : null;
};
