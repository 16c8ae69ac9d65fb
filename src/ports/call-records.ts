/** Calls and recordings as lists and pages show them. Read only; implemented over SQL. */
import type { CallType, ParticipantFacts } from '#core/call/ledger-entry.ts';
import type { EndStatus } from '#core/call/end-status.ts';
import type { AgentId, CallId, LegId, QueueId, RecordingId, TenantId, TrackId } from '#core/ids.ts';
import type { Page, PageOrder } from './administration.ts';

/** Whose calls may be seen: all of the tenant, or those of these queues, or those this agent took part in. */
export interface RecordScope {
  readonly tenantId: TenantId;
  readonly reach:
    | { readonly kind: 'tenant' }
    | { readonly kind: 'queues'; readonly queueIds: readonly QueueId[] }
    | { readonly kind: 'own'; readonly agentId: AgentId | null };
}

export type CallOutcome = 'inProgress' | 'ready' | 'declined' | 'excluded' | 'failed';

export interface CallFilter {
  /** Started at or after. */
  readonly from?: Date | undefined;
  /** Started before. */
  readonly to?: Date | undefined;
  /** Caller or callee, whole. */
  readonly number?: string | undefined;
  readonly agentId?: string | undefined;
  readonly queueId?: string | undefined;
  readonly outcome?: CallOutcome | undefined;
  readonly callType?: CallType | undefined;
}

export interface CallSummary {
  readonly id: CallId;
  readonly callNumber: number;
  readonly callType: CallType;
  readonly direction: 'in' | 'out';
  readonly caller: string;
  readonly callee: string;
  readonly queueId: QueueId | null;
  readonly agentIds: readonly AgentId[];
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly endStatus: EndStatus | null;
  readonly hungUpSide: 'user' | 'seat' | 'system' | null;
  readonly cause: string | null;
  readonly outcome: CallOutcome;
  /** Rule of `excluded`, reason of `failed`. */
  readonly outcomeReason: string | null;
  /** Why it was, or was not, recorded; null while nothing is decided. */
  readonly recordingVerdict: { readonly record: boolean; readonly rule: string } | null;
}

export interface CallDetail extends CallSummary {
  readonly legs: readonly LegView[];
  readonly segments: readonly {
    readonly segment: number;
    readonly recordingId: RecordingId;
    readonly state: RecordingState;
    readonly startedAt: string;
  }[];
  readonly events: readonly {
    readonly at: string;
    readonly kind: string;
    readonly facts: Readonly<Record<string, unknown>>;
  }[];
}

export interface LegView {
  readonly id: LegId;
  readonly direction: 'in' | 'out';
  readonly participant: number;
  readonly participantKind: ParticipantFacts['kind'];
  readonly endpointUser: string;
  readonly agentId: AgentId | null;
  readonly sipCallId: string;
  readonly startedAt: string;
  readonly ringingAt: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly sipStatus: number | null;
  readonly cause: string | null;
}

export type RecordingState =
  'planned' | 'capturing' | 'sealed' | 'ready' | 'delivered' | 'purged' | 'failed' | 'expired';

export interface RecordingFilter extends Omit<CallFilter, 'outcome'> {
  readonly state?: RecordingState | undefined;
  readonly callId?: string | undefined;
  readonly endpointUser?: string | undefined;
}

export interface RecordingSummary {
  readonly id: RecordingId;
  readonly callId: CallId;
  readonly callNumber: number;
  readonly segment: number;
  readonly state: RecordingState;
  readonly callType: CallType;
  readonly direction: 'in' | 'out';
  readonly caller: string;
  readonly callee: string;
  readonly endpointUser: string;
  readonly queueId: QueueId | null;
  readonly agentIds: readonly AgentId[];
  readonly startedAt: string;
  readonly sealedAt: string | null;
  readonly readyAt: string | null;
  readonly failureReason: string | null;
  /** Cut short by a stop of the process and recovered afterwards. */
  readonly salvaged: boolean;
  readonly durationMs: number | null;
}

export interface RecordingDetail extends RecordingSummary {
  /** Spans with `callMs` and `mediaMs` (spec decision 25); null until the recording is finalised. */
  readonly timeline: unknown;
  readonly tracks: readonly TrackView[];
  readonly renditions: readonly RenditionView[];
}

export interface TrackView {
  readonly id: TrackId;
  readonly participant: number;
  readonly participantKind: ParticipantFacts['kind'];
  readonly endpointUser: string;
  readonly agentId: AgentId | null;
  readonly frames: number | null;
  readonly lostFrames: number | null;
  readonly salvaged: boolean;
  /** Fault code when capture ended early. */
  readonly failedBy: string | null;
}

export interface RenditionView {
  readonly rendition: string;
  readonly format: 'mp3' | 'wav';
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly durationMs: number;
  readonly frames: number;
  readonly channels: number;
}

export interface AlarmView {
  readonly id: string;
  readonly kind: string;
  readonly subjectId: string | null;
  readonly message: string;
  readonly raisedAt: string;
  readonly clearedAt: string | null;
}

export interface CallRecords {
  /** Newest first. */
  listCalls(scope: RecordScope, page: PageOrder, filter: CallFilter): Promise<Page<CallSummary>>;
  findCall(scope: RecordScope, id: string): Promise<CallDetail | null>;
  /** Newest first. */
  listRecordings(
    scope: RecordScope,
    page: PageOrder,
    filter: RecordingFilter,
  ): Promise<Page<RecordingSummary>>;
  findRecording(scope: RecordScope, id: string): Promise<RecordingDetail | null>;
  /** Newest first; those of the installation are shown to every tenant. */
  listAlarms(tenantId: TenantId, page: PageOrder, open: boolean): Promise<Page<AlarmView>>;
}
