/**
 * The settings a call needs, as one immutable value in memory: an INVITE never waits for a database, and each call keeps the
 * version it began with. Built from rows by `durable/directory`, replaced as a whole on change.
 */
import type { AgentId, NumberId, QueueId, TenantId, TrunkId } from './ids.ts';

export interface Directory {
  /** Grows with every change; written on each call. */
  readonly version: number;
  readonly tenants: readonly TenantEntry[];
  readonly trunks: readonly TrunkEntry[];
  readonly numbers: readonly NumberEntry[];
  readonly agents: readonly AgentEntry[];
  readonly queues: readonly QueueEntry[];
}

export interface TenantEntry {
  readonly id: TenantId;
  readonly name: string;
  /** IANA zone, for example `Asia/Jakarta`. */
  readonly timeZone: string;
  /** ISO 3166-1 alpha-2; fills in the country code of national numbers (spec decision 19). */
  readonly country: string;
  readonly recording: CallRecordingSettings;
  /** Country prefixes such as `+62` that outbound calls may go to; empty = the tenant's own country only (decision 30). */
  readonly allowedPrefixes: readonly string[];
  readonly emergencyNumbers: readonly string[];
  readonly wrapUpSeconds: number;
}

/** Global block of spec §3.1. This version decides by the three `record` flags; the rest of the policy joins here. */
export interface CallRecordingSettings {
  readonly useCallRecording: boolean;
  readonly inbound: { readonly record: boolean };
  readonly callback: { readonly record: boolean };
  readonly agentOut: { readonly record: boolean };
  readonly dualChannel: boolean;
  /** Side of the end user in dual-channel renditions (decision 5). */
  readonly endUserChannel: 'left' | 'right';
}

export interface TrunkEntry {
  readonly id: TrunkId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  /** What we answer a challenge of the trunk with, and what the trunk may answer ours with. */
  readonly credentials: { readonly username: string; readonly password: string } | null;
  /** `ip`, `ip:port` or CIDR; unique in the installation. */
  readonly allowedAddresses: readonly string[];
  /** Caller numbers this trunk may present; the first is the default. */
  readonly callerNumbers: readonly string[];
  /** Lower goes first when no caller number picks the trunk. */
  readonly order: number;
}

export interface NumberEntry {
  readonly id: NumberId;
  readonly tenantId: TenantId;
  /** As dialled by the trunk: E.164 with `+`, or a short number such as `1000`. */
  readonly number: string;
  readonly target:
    | { readonly kind: 'queue'; readonly id: QueueId }
    | { readonly kind: 'agent'; readonly id: AgentId };
}

export interface AgentEntry {
  readonly id: AgentId;
  readonly tenantId: TenantId;
  readonly email: string;
  readonly name: string;
  /** Short id the centre uses, for example `1001`. */
  readonly agentId: string;
  readonly sipUsername: string;
  /** H(user:realm:password) in lower-case hex for the two digest algorithms (RFC 8760); the password itself is not kept here. */
  readonly ha1: { readonly md5: string; readonly sha256: string };
  readonly queueIds: readonly QueueId[];
  /** Caller number presented on outbound calls; null = the tenant's default trunk decides (decision 30). */
  readonly callerNumber: string | null;
}

export interface QueueEntry {
  readonly id: QueueId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly channel: 'ivr' | 'mobile' | 'web';
  readonly parentId: QueueId | null;
  /** An agent that does not answer within this time is passed over; default 20 s. */
  readonly ringSeconds: number;
  /** A caller waiting longer is sent away with EndStatus `waitingGiveUp`'s sibling for time-out; 0 = no limit. */
  readonly maxWaitSeconds: number;
  /** What the waiting caller hears: ringback keeps the call unanswered, music answers it. */
  readonly waitingTone: 'ringback' | 'music';
}
