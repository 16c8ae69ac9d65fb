/**
 * What happened to a call, as the local append-only ledger keeps it: written before it takes effect, projected into SQL as soon as
 * that can be. Everything the projection needs is in the entries; nothing is looked up. Times are wall milliseconds (`at`).
 */
import type {
  AgentId,
  CallId,
  LegId,
  QueueId,
  RecordingId,
  TenantId,
  TrackId,
  TrunkId,
} from '../ids.ts';
import type { HoldReason, TrackSummary } from '../recording/marks.ts';
import type { EndStatus } from './end-status.ts';

export const callTypes = ['inbound', 'callback', 'agentOutbound', 'internal', 'task'] as const;

export type CallType = (typeof callTypes)[number];

/** The record decision of a call and the rule that made it, in words an administrator can check. */
export type RecordingVerdict =
  | { readonly record: true; readonly rule: string }
  | { readonly record: false; readonly rule: ExclusionRule };

/** Rules of the outcome `excluded` (spec decision 13). */
export type ExclusionRule = 'settings-off' | 'no-agent' | 'internal' | 'task' | 'flow-only';

export interface ParticipantFacts {
  /** 1 = end user, 2 = first agent, then in order of joining; names the rendition `participant-{n}`. */
  readonly participant: number;
  readonly kind: 'customer' | 'agent' | 'thirdParty';
  /** The customer's number in E.164, `anonymous`, or the agent's e-mail: what pushes call EndpointUser. */
  readonly endpointUser: string;
  readonly agentId: AgentId | null;
}

interface Entry {
  readonly callId: CallId;
  readonly at: number;
}

export type LedgerEntry =
  | (Entry & {
      readonly kind: 'callStarted';
      readonly tenantId: TenantId;
      readonly callType: CallType;
      readonly direction: 'in' | 'out';
      readonly caller: string;
      readonly callee: string;
      readonly trunkId: TrunkId | null;
      readonly directoryVersion: number;
    })
  /** Came to the queue: to wait in it, or to be turned away at its door for want of an agent. */
  | (Entry & { readonly kind: 'queued'; readonly queueId: QueueId })
  | (Entry & {
      readonly kind: 'legStarted';
      readonly legId: LegId;
      readonly direction: 'in' | 'out';
      readonly participant: ParticipantFacts;
      readonly sipCallId: string;
    })
  | (Entry & { readonly kind: 'legRinging'; readonly legId: LegId })
  | (Entry & { readonly kind: 'legAnswered'; readonly legId: LegId })
  | (Entry & {
      readonly kind: 'legEnded';
      readonly legId: LegId;
      readonly sipStatus: number | null;
      readonly cause: string;
    })
  /** The customer and an agent are connected: spec decision 13's "answered". */
  | (Entry & { readonly kind: 'answered' })
  /** A task's message was played to a person who answered, for as long as they listened. */
  | (Entry & {
      readonly kind: 'messagePlayed';
      readonly legId: LegId;
      readonly prompt: string;
      readonly playedMs: number;
      readonly completed: boolean;
      /** No agent was there in time: the call counts as abandoned, and this is the evidence of what was said (spec decision 17). */
      readonly isForWantOfAgent: boolean;
    })
  /** By key, while the message was played. */
  | (Entry & { readonly kind: 'optedOut'; readonly legId: LegId; readonly number: string })
  | (Entry & { readonly kind: 'recordingDecided'; readonly verdict: RecordingVerdict })
  | (Entry & {
      readonly kind: 'recordingStarted';
      readonly recordingId: RecordingId;
      readonly segment: number;
      readonly atMonoNs: string;
    })
  | (Entry & {
      readonly kind: 'trackStarted';
      readonly recordingId: RecordingId;
      readonly trackId: TrackId;
      readonly legId: LegId;
      readonly participant: number;
      /** Relative to the data folder. */
      readonly path: string;
    })
  | (Entry & { readonly kind: 'held'; readonly legId: LegId; readonly reason: HoldReason })
  | (Entry & { readonly kind: 'unheld'; readonly legId: LegId; readonly reason: HoldReason })
  | (Entry & {
      readonly kind: 'trackSealed';
      readonly recordingId: RecordingId;
      readonly trackId: TrackId;
      readonly summary: TrackSummary;
      readonly salvaged: boolean;
      /** Fault code when capture ended early, for example `disk/full`. */
      readonly failedBy: string | null;
    })
  /** Every track is sealed: the durable side may finalise. */
  | (Entry & { readonly kind: 'recordingSealed'; readonly recordingId: RecordingId })
  /** No file can come of it; the call's outcome is `failed` with this reason. */
  | (Entry & {
      readonly kind: 'recordingFailed';
      readonly recordingId: RecordingId;
      readonly reason: string;
    })
  | (Entry & {
      readonly kind: 'callEnded';
      readonly endStatus: EndStatus;
      readonly hungUpSide: 'user' | 'seat' | 'system';
      /** One sentence for people, for example `the process stopped while the call was up`. */
      readonly cause: string;
      /** Whether we ever sent a 200: only then the call must end in one outcome. */
      readonly gotMedia: boolean;
    })
  /** The last packet in the journals of a call that a crash cut off, found after its end was written: it lasted at least until then. */
  | (Entry & { readonly kind: 'lastHeard' });
