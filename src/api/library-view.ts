/** From the library's words to the answers of the API, and back for filters and cursors. */
import type { z } from 'zod';
import { Fault } from '#base/fault.ts';
import { normaliseNumber } from '#core/routing/phone-number.ts';
import type { AgentId, QueueId } from '#core/ids.ts';
import type {
  CallDetails,
  CallSummary,
  Page,
  PageCursor,
  PageRequest,
  RecordingDetails,
  RecordingSummary,
} from '#ports/library.ts';
import type { LiveCall } from '#ports/live-calls.ts';
import type { call, callDetail, recording, recordingDetail } from './record-schemas.ts';

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** @throws {Fault} `api/invalid-cursor` */
export const pageRequest = (query: { limit: number; cursor?: string | undefined }): PageRequest => {
  if (query.cursor === undefined) return { limit: query.limit, after: null };
  const match = /^(\d{1,15})_([\w-]{1,64})$/.exec(query.cursor);
  if (!match)
    throw new Fault('api/invalid-cursor', 'The cursor is not one of ours.', { blame: 'caller' });
  return { limit: query.limit, after: { atMs: Number(match[1]), id: match[2] ?? '' } };
};

const cursorText = (cursor: PageCursor | null): string | null =>
  cursor && `${cursor.atMs}_${cursor.id}`;

export const pageAnswer = <Row, Item>(
  page: Page<Row>,
  view: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } => ({
  items: page.items.map(view),
  nextCursor: cursorText(page.next),
});

interface SharedQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly number?: string | undefined;
  readonly agentId?: string | undefined;
  readonly queueId?: string | undefined;
}

/** @param country fills in the country code of a national number, as it was done when the call was stored */
export const sharedFilter = (query: SharedQuery, country: string) => ({
  ...(query.from !== undefined && { fromMs: Date.parse(query.from) }),
  ...(query.to !== undefined && { toMs: Date.parse(query.to) }),
  ...(query.number !== undefined && { number: normaliseNumber(query.number, country) }),
  ...(query.agentId !== undefined && { agentId: query.agentId as AgentId }),
  ...(query.queueId !== undefined && { queueId: query.queueId as QueueId }),
});

export const listenersView = (
  live: LiveCall,
): { readonly name: string; readonly since: string }[] =>
  (live.listeners ?? []).map(({ name, sinceMs }) => ({ name, since: iso(sinceMs) }));

const liveView = (live: LiveCall) => ({
  state: live.state,
  capture: live.capture,
  listeners: listenersView(live),
});

type CallAnswer = z.output<typeof call>;

export const callView = (row: CallSummary, live: LiveCall | undefined): CallAnswer => {
  const { callId, startedAtMs, answeredAtMs, endedAtMs, ...rest } = row;
  return {
    ...rest,
    id: callId,
    sessionId: callId,
    startedAt: iso(startedAtMs),
    answeredAt: isoOrNull(answeredAtMs),
    endedAt: isoOrNull(endedAtMs),
    live: live && live.state !== 'ended' ? liveView(live) : null,
  };
};

export const callDetailView = (
  row: CallDetails,
  live: LiveCall | undefined,
): z.output<typeof callDetail> => ({
  ...callView(row, live),
  legs: row.legs.map(({ legId, startedAtMs, ringingAtMs, answeredAtMs, endedAtMs, ...leg }) => ({
    ...leg,
    id: legId,
    startedAt: iso(startedAtMs),
    ringingAt: isoOrNull(ringingAtMs),
    answeredAt: isoOrNull(answeredAtMs),
    endedAt: isoOrNull(endedAtMs),
  })),
  events: row.happenings.map(({ atMs, ...event }) => ({ ...event, at: iso(atMs) })),
  recordings: row.recordings.map(recordingView),
});

/** A call that has begun but is not projected into the tables yet (some 100 ms, or as long as the database is away). */
export const unprojectedCall = (live: LiveCall): z.output<typeof callDetail> => ({
  id: live.callId,
  sessionId: live.callId,
  callNumber: null,
  callType: live.callType,
  direction: null,
  caller: live.caller,
  callee: live.callee,
  queueId: live.queueId,
  agentIds: live.agentIds,
  startedAt: iso(live.startedAtMs),
  answeredAt: isoOrNull(live.answeredAtMs),
  endedAt: null,
  endStatus: null,
  hungUpSide: null,
  cause: null,
  record: null,
  recordRule: null,
  outcome: 'inProgress',
  outcomeReason: null,
  live: liveView(live),
  legs: [],
  events: [],
  recordings: [],
});

export const recordingView = (row: RecordingSummary): z.output<typeof recording> => {
  const { recordingId, callId, startedAtMs, sealedAtMs, readyAtMs, ...rest } = row;
  return {
    ...rest,
    id: recordingId,
    callId,
    sessionId: callId,
    startedAt: iso(startedAtMs),
    sealedAt: isoOrNull(sealedAtMs),
    readyAt: isoOrNull(readyAtMs),
  };
};

export const recordingDetailView = (row: RecordingDetails): z.output<typeof recordingDetail> => ({
  ...recordingView(row),
  timeline: row.timeline && [...row.timeline],
  legalHold: row.legalHold && {
    since: iso(row.legalHold.sinceMs),
    by: row.legalHold.by,
    reason: row.legalHold.reason,
  },
  tagsVersion: row.tagsVersion,
  endUserChannel: row.endUserChannel,
  tracks: row.tracks.map(({ trackId, ...track }) => ({ ...track, id: trackId })),
  renditions: [...row.renditions],
});
