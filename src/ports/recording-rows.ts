/** The rows of one recording as finalising reads and writes them. Implemented over SQL. */
import type { FaultCode } from '#base/fault.ts';
import type { CallId, RecordingId, TenantId, TrackId } from '#core/ids.ts';
import type { ParticipantFacts } from '#core/call/ledger-entry.ts';
import type { RecordingState } from '#core/recording/outcome.ts';
import type { TimelineSpan } from '#core/recording/timeline.ts';
import type { StoredRendition } from './renditions.ts';

export interface RecordingRows {
  /** Null when there is no such recording. */
  sources(recordingId: RecordingId): Promise<RecordingSources | null>;
  /** Everything stored for it so far. */
  renditions(recordingId: RecordingId): Promise<readonly StoredRendition[]>;
  /** Inserts or replaces the row of (recording, rendition, format). Idempotent. */
  storeRendition(recordingId: RecordingId, rendition: StoredRendition): Promise<void>;
  /**
   * `sealed` → `ready` with what is known of the media; on a recording that is `ready` or further it only refreshes those facts.
   * The call's outcome follows in the same transaction.
   */
  markReady(recordingId: RecordingId, facts: ReadyFacts): Promise<void>;
  /** `sealed` → `failed` with a fault code or a sentence as its reason. Leaves any later state alone. */
  markFailed(recordingId: RecordingId, reason: string): Promise<void>;
}

/** What is to be ordered again. Implemented over SQL. */
export interface WaitingRows {
  /**
   * Recordings of the node that were sealed before the instant (wall milliseconds) and have no file yet, the oldest first.
   *
   * @param atMost rows
   */
  waiting(node: string, sealedBeforeMs: number, atMost: number): Promise<readonly RecordingId[]>;
}

export interface ReadyFacts {
  readonly durationMs: number;
  /** Samples per channel at 8,000 Hz. */
  readonly frames: number;
  readonly timeline: readonly TimelineSpan[];
}

export interface RecordingSources {
  readonly recordingId: RecordingId;
  readonly tenantId: TenantId;
  readonly callId: CallId;
  readonly segment: number;
  /** Of the data folder that has its journals. */
  readonly node: string;
  /** As the states table has it; `planned` and `capturing` cannot be finalised yet. */
  readonly state: RecordingState;
  /** Wall clock, milliseconds. */
  readonly startedAtMs: number;
  /** Decimal; machine-monotonic nanoseconds of the same instant, or null when the ledger does not have it. */
  readonly startedAtMonoNs: string | null;
  /** Side of the end user in dual-channel renditions (spec decision 5), from the tenant's settings at the time of the call. */
  readonly endUserChannel: 'left' | 'right';
  /** What ended capture of one of its voices early, also of one without any sound. */
  readonly captureFailedBy: FaultCode | null;
  /** Those that have a journal. */
  readonly tracks: readonly TrackSource[];
}

export interface TrackSource {
  readonly trackId: TrackId;
  /** Names the rendition `participant-{n}`. */
  readonly participant: number;
  readonly kind: ParticipantFacts['kind'];
  /** Of its journal, relative to the data folder. */
  readonly path: string;
  /** What ended its capture early. */
  readonly failedBy: FaultCode | null;
}
