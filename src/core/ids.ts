import type { Brand } from '#base/brand.ts';

export type TenantId = Brand<string, 'TenantId'>;
/** UUID, public as `sessionId`: kept for the whole customer interaction, transfers included (spec §0). */
export type CallId = Brand<string, 'CallId'>;
export type LegId = Brand<string, 'LegId'>;
export type AgentId = Brand<string, 'AgentId'>;
export type QueueId = Brand<string, 'QueueId'>;
export type TrunkId = Brand<string, 'TrunkId'>;
export type NumberId = Brand<string, 'NumberId'>;
export type RecordingId = Brand<string, 'RecordingId'>;
export type TrackId = Brand<string, 'TrackId'>;
export type UserId = Brand<string, 'UserId'>;
export type VoiceAssetId = Brand<string, 'VoiceAssetId'>;
export type RosterId = Brand<string, 'RosterId'>;
/** An outbound calling order; never a durable job. */
export type TaskId = Brand<string, 'TaskId'>;
export type NoteId = Brand<string, 'NoteId'>;
export type SavedViewId = Brand<string, 'SavedViewId'>;
export type ExportId = Brand<string, 'ExportId'>;
