/** The tables the ledger is projected into. One batch of entries is one set of changes is one transaction. */
import type { CallType, LedgerEntry, ParticipantFacts } from '#core/call/ledger-entry.ts';
import type { EndStatus } from '#core/call/end-status.ts';
import type { CallId, RecordingId, TenantId } from '#core/ids.ts';
import type { LedgerPlace } from './ledger.ts';

/** Instants are wall milliseconds. In a patch, an absent field leaves what stands. */
export interface LedgerChanges {
  readonly calls: readonly CallStart[];
  readonly callPatches: readonly CallPatch[];
  readonly legs: readonly LegStart[];
  readonly legPatches: readonly LegPatch[];
  readonly recordings: readonly RecordingStart[];
  readonly tracks: readonly TrackStart[];
  readonly trackPatches: readonly TrackPatch[];
  readonly sealed: readonly { readonly id: string; readonly at: number }[];
  readonly failed: readonly { readonly id: string; readonly at: number; readonly reason: string }[];
  readonly happenings: readonly Happening[];
}

export interface CallStart {
  readonly id: string;
  readonly tenantId: string;
  readonly callType: CallType;
  readonly direction: 'in' | 'out';
  readonly caller: string;
  readonly callee: string;
  readonly trunkId: string | null;
  readonly directoryVersion: number;
  readonly startedAt: number;
}

export interface CallPatch {
  readonly id: string;
  /** The last one stands. */
  readonly queueId?: string;
  /** Of these three the first one stands. */
  readonly queuedAt?: number;
  readonly ringingAt?: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  /** Moves an end that is earlier. */
  readonly heardUntil?: number;
  readonly gotMedia?: boolean;
  readonly endStatus?: EndStatus;
  readonly hungUpSide?: 'user' | 'seat' | 'system';
  readonly cause?: string;
  readonly record?: boolean;
  readonly recordRule?: string;
}

export interface LegStart {
  readonly id: string;
  readonly callId: string;
  readonly direction: 'in' | 'out';
  readonly participant: number;
  readonly participantKind: ParticipantFacts['kind'];
  readonly endpointUser: string;
  readonly agentId: string | null;
  readonly sipCallId: string;
  readonly startedAt: number;
}

export interface LegPatch {
  readonly id: string;
  readonly ringingAt?: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly sipStatus?: number;
  readonly cause?: string;
}

export interface RecordingStart {
  readonly id: string;
  readonly callId: string;
  readonly segment: number;
  readonly startedAt: number;
  readonly startedAtMonoNs: string;
}

export interface TrackStart {
  readonly id: string;
  readonly recordingId: string;
  readonly legId: string;
  readonly participant: number;
  readonly path: string;
  readonly startedAt: number;
}

export interface TrackPatch {
  readonly id: string;
  readonly sealedAt: number;
  readonly frames: number;
  readonly lostFrames: number;
  readonly bytes: number;
  readonly firstPacketAtMonoNs: string | null;
  readonly lastPacketAtMonoNs: string | null;
  readonly salvaged: boolean;
  readonly failedBy: string | null;
}

export interface Happening {
  readonly callId: string;
  readonly at: number;
  readonly kind: 'queued' | 'held' | 'unheld' | 'messagePlayed' | 'optedOut';
  readonly facts: Readonly<Record<string, string>>;
}

export interface AppliedChanges {
  readonly calls: readonly { readonly id: CallId; readonly tenantId: TenantId }[];
  readonly recordings: readonly { readonly id: RecordingId; readonly tenantId: TenantId }[];
  /** Calls of tenants that do not exist: they are in the ledger only. */
  readonly strangers: readonly CallId[];
}

export interface LedgerTables {
  /** Up to where the node's ledger has been projected; null = not at all. */
  place(node: string): Promise<LedgerPlace | null>;
  /**
   * Writes the changes, the outcomes that follow from them, the `finalise` jobs of recordings that are sealed now, and the new place:
   * all or nothing.
   *
   * @throws {Fault} `ledger/moved` when the place was not `from` any more: somebody else projects the same ledger; `ledger/refused` when the
   * tables will never take what an entry says
   */
  apply(order: {
    readonly node: string;
    readonly from: LedgerPlace | null;
    readonly next: LedgerPlace;
    readonly changes: LedgerChanges;
  }): Promise<AppliedChanges>;
  /** Keeps an entry that the tables refuse, with the new place: all or nothing. @throws {Fault} `ledger/moved` */
  setAside(order: {
    readonly node: string;
    readonly from: LedgerPlace | null;
    readonly next: LedgerPlace;
    readonly entry: LedgerEntry;
    readonly reason: string;
  }): Promise<void>;
}
