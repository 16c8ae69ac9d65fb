/** Calls, recordings and alarms as they are listed and shown. Every query is scoped: what lies outside is as if it were not there. */
import type { EndStatus } from '#core/call/end-status.ts';
import type { CallType, ParticipantFacts } from '#core/call/ledger-entry.ts';
import type { CallOutcome, RecordingState } from '#core/recording/outcome.ts';
import type { AgentId, CallId, LegId, QueueId, RecordingId, TenantId, TrackId } from '#core/ids.ts';
import type { TimelineSpan } from '#core/recording/timeline.ts';
import type { StoredRendition } from './renditions.ts';

export interface LibraryScope {
  readonly tenantId: TenantId;
  /** Null = the whole tenant; else calls of these queues, or calls this agent took part in. */
  readonly only:
    | null
    | { readonly kind: 'queues'; readonly queueIds: readonly QueueId[] }
    | { readonly kind: 'agent'; readonly agentId: AgentId };
}

/** Place after which a page begins: the last item of the page before. */
export interface PageCursor {
  /** Wall milliseconds. */
  readonly atMs: number;
  readonly id: string;
}

export interface PageRequest {
  /** 1–200. */
  readonly limit: number;
  readonly after: PageCursor | null;
}

export interface Page<T> {
  /** Newest first. */
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly next: PageCursor | null;
}

/** Filters join with "and"; an absent one does not filter. */
export interface CallFilter {
  /** Started at or after, wall milliseconds. */
  readonly fromMs?: number;
  /** Started before, wall milliseconds. */
  readonly toMs?: number;
  /** Caller or callee is exactly this. */
  readonly number?: string;
  readonly agentId?: AgentId;
  readonly queueId?: QueueId;
  readonly outcome?: CallOutcome;
}

export interface RecordingFilter {
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Caller, callee or end user is exactly this. */
  readonly number?: string;
  readonly agentId?: AgentId;
  readonly queueId?: QueueId;
  readonly state?: RecordingState;
  readonly callId?: CallId;
  /** Bears this tag. */
  readonly tag?: string;
  /** One of these. */
  readonly ids?: readonly RecordingId[];
}

export interface CallSummary {
  readonly callId: CallId;
  /** Number for external file names; counts up in the installation. */
  readonly callNumber: number;
  readonly callType: CallType;
  readonly direction: 'in' | 'out';
  readonly caller: string;
  readonly callee: string;
  readonly queueId: QueueId | null;
  readonly agentIds: readonly AgentId[];
  readonly startedAtMs: number;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly endStatus: EndStatus | null;
  readonly hungUpSide: 'user' | 'seat' | 'system' | null;
  /** One sentence on how it ended. */
  readonly cause: string | null;
  readonly record: boolean | null;
  /** The rule that decided whether it is recorded. */
  readonly recordRule: string | null;
  readonly outcome: CallOutcome;
  readonly outcomeReason: string | null;
}

export interface CallLeg {
  readonly legId: LegId;
  readonly direction: 'in' | 'out';
  readonly participant: number;
  readonly kind: ParticipantFacts['kind'];
  readonly endpointUser: string;
  readonly agentId: AgentId | null;
  readonly sipCallId: string;
  readonly startedAtMs: number;
  readonly ringingAtMs: number | null;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly sipStatus: number | null;
  readonly cause: string | null;
}

export interface CallHappening {
  readonly atMs: number;
  /** `queued`, `held`, `unheld`, `messagePlayed`, `optedOut`. */
  readonly kind: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface CallDetails extends CallSummary {
  readonly legs: readonly CallLeg[];
  readonly happenings: readonly CallHappening[];
  /** In order of segment. */
  readonly recordings: readonly RecordingSummary[];
}

export interface RecordingSummary {
  readonly recordingId: RecordingId;
  readonly callId: CallId;
  readonly segment: number;
  readonly state: RecordingState;
  readonly callType: CallType;
  readonly direction: 'in' | 'out';
  readonly caller: string;
  readonly callee: string;
  readonly endpointUser: string;
  readonly queueId: QueueId | null;
  readonly agentIds: readonly AgentId[];
  readonly startedAtMs: number;
  readonly sealedAtMs: number | null;
  readonly readyAtMs: number | null;
  readonly failureReason: string | null;
  /** The call has its end, and what was captured of it is not sealed yet. */
  readonly saving: boolean;
  /** The process died while it was captured. */
  readonly salvaged: boolean;
  readonly durationMs: number | null;
  /** In order of the alphabet. */
  readonly tags: readonly string[];
}

/** What an act on one recording has to know of it. */
export type RecordingFacts = Pick<
  RecordingSummary,
  'recordingId' | 'callId' | 'segment' | 'state' | 'failureReason'
>;

export interface RecordingTrack {
  readonly trackId: TrackId;
  readonly participant: number;
  readonly kind: ParticipantFacts['kind'];
  readonly endpointUser: string;
  readonly agentId: AgentId | null;
  readonly startedAtMs: number;
  readonly sealedAtMs: number | null;
  /** Samples at 8,000 Hz. */
  readonly frames: number | null;
  readonly lostFrames: number | null;
  readonly salvaged: boolean;
  readonly failedBy: string | null;
}

export interface LegalHold {
  readonly sinceMs: number;
  /** Name of whoever placed it. */
  readonly by: string;
  readonly reason: string;
}

export interface RecordingDetails extends RecordingSummary {
  readonly timeline: readonly TimelineSpan[] | null;
  /** Null: the storage period decides how long it is kept. */
  readonly legalHold: LegalHold | null;
  /** Grows with each change of the tags. */
  readonly tagsVersion: number;
  /** Side of the end user in `dual-channel`, by the settings that were in force when the call began. */
  readonly endUserChannel: 'left' | 'right';
  readonly tracks: readonly RecordingTrack[];
  readonly renditions: readonly StoredRendition[];
}

export interface QueueFiguresOrder {
  /** Calls that began at or after this, wall milliseconds. */
  readonly sinceMs: number;
  /** Threshold of the service level. */
  readonly withinMs: number;
}

/** How a queue has done: callers who waited in it or were turned away from it count. */
export interface QueueFigures {
  readonly queueId: QueueId;
  readonly offered: number;
  readonly answered: number;
  readonly answeredInTime: number;
  readonly abandoned: number;
  /** Gave up after the threshold. */
  readonly abandonedLate: number;
  /** Sent away because no agent was there, or none answered. */
  readonly turnedAway: number;
}

export interface AlarmRow {
  readonly id: string;
  readonly kind: string;
  readonly subjectId: string | null;
  readonly message: string;
  readonly raisedAtMs: number;
  readonly clearedAtMs: number | null;
}

export interface Library {
  calls(scope: LibraryScope, filter: CallFilter, page: PageRequest): Promise<Page<CallSummary>>;
  /** Null when there is none within the scope. */
  call(scope: LibraryScope, callId: CallId): Promise<CallDetails | null>;
  recordings(
    scope: LibraryScope,
    filter: RecordingFilter,
    page: PageRequest,
  ): Promise<Page<RecordingSummary>>;
  /** How many fit; looks no further than one more than `atMost`. */
  countRecordings(scope: LibraryScope, filter: RecordingFilter, atMost: number): Promise<number>;
  /** One row, where `recording` reads six tables. Null when there is none within the scope. */
  recordingFacts(scope: LibraryScope, recordingId: RecordingId): Promise<RecordingFacts | null>;
  /** Null when there is none within the scope. */
  recording(scope: LibraryScope, recordingId: RecordingId): Promise<RecordingDetails | null>;
  /** Null lifts it. Idempotent. */
  setLegalHold(tenantId: TenantId, recordingId: RecordingId, hold: LegalHold | null): Promise<void>;
  /** Of every queue that somebody waited in. */
  queueFigures(tenantId: TenantId, order: QueueFiguresOrder): Promise<readonly QueueFigures[]>;
  /** Of the tenant and of the installation, open ones first, then newest first; at most `limit`. */
  alarms(tenantId: TenantId, limit: number): Promise<readonly AlarmRow[]>;
}
