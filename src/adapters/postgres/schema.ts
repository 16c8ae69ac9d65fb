/**
 * The tables as Kysely sees them: columns are snake_case in SQL and camelCase here (CamelCasePlugin, nested keys of jsonb untouched).
 * Every row that belongs to a tenant carries `tenantId`, and every query names it. Instants are `timestamptz` ↔ `Date` with millisecond
 * precision; int8 is a number ≤ 2^53−1 on both databases; jsonb is written as `JSON.stringify(value)` and read as the value.
 */
import type { ColumnType, Generated } from 'kysely';
import type { CallType, ParticipantFacts } from '#core/call/ledger-entry.ts';
import type { EndStatus } from '#core/call/end-status.ts';
import type { SoundFacts } from '#core/asset/sound.ts';
import type { CallOutcome, RecordingState } from '#core/recording/outcome.ts';

/** Written as JSON text, because `pg` would turn a bare array into an SQL array; read as the value. */
export type Json<T> = ColumnType<T, string, string>;
type Instant = ColumnType<Date, Date, Date>;
type MaybeInstant = ColumnType<Date | null, Date | null | undefined, Date | null>;
type MaybeText = ColumnType<string | null, string | null | undefined, string | null>;
type CreatedAt = ColumnType<Date, Date | undefined, Date>;

// --- sample data

export interface SampleThingsTable {
  tenantId: string;
  kind: 'queue' | 'agent' | 'number' | 'trunk';
  thingId: string;
}

export interface DB {
  installation: InstallationTable;
  tenants: TenantsTable;
  users: UsersTable;
  userSessions: UserSessionsTable;
  apiKeys: ApiKeysTable;
  auditLog: AuditLogTable;
  signInAttempts: SignInAttemptsTable;
  idempotencyKeys: IdempotencyKeysTable;
  trunks: TrunksTable;
  trunkAddresses: TrunkAddressesTable;
  numbers: NumbersTable;
  agents: AgentsTable;
  queues: QueuesTable;
  queueAgents: QueueAgentsTable;
  settingsVersions: SettingsVersionsTable;
  directoryVersion: DirectoryVersionTable;
  calls: CallsTable;
  callAgents: CallAgentsTable;
  callEvents: CallEventsTable;
  legs: LegsTable;
  recordings: RecordingsTable;
  recordingAgents: RecordingAgentsTable;
  tracks: TracksTable;
  renditions: RenditionsTable;
  ledgerRefused: LedgerRefusedTable;
  agentWishes: AgentWishesTable;
  ledgerCursors: LedgerCursorsTable;
  alarms: AlarmsTable;
  voiceAssets: VoiceAssetsTable;
  rosters: RostersTable;
  rosterPeople: RosterPeopleTable;
  rosterIssues: RosterIssuesTable;
  doNotCall: DoNotCallTable;
  outboundTasks: OutboundTasksTable;
  outboundCallees: OutboundCalleesTable;
  outboundAttempts: OutboundAttemptsTable;
  nodes: NodesTable;
  recordingNotes: RecordingNotesTable;
  recordingTags: RecordingTagsTable;
  savedViews: SavedViewsTable;
  recordingExports: RecordingExportsTable;
  sampleThings: SampleThingsTable;
}

/** One row, or none before its first start. */
export interface InstallationTable {
  onlyOne: Generated<boolean>;
  masterKeyId: string;
  createdAt: CreatedAt;
}

export interface TenantsTable {
  id: string;
  /** Grows with each change (migration 0004). */
  version: Generated<number>;
  name: string;
  vdnId: number;
  sdkAppId: number;
  timeZone: string;
  country: string;
  recordingStorageDays: Generated<number>;
  /** What the directory needs besides the call-recording settings, which are versioned in `settingsVersions`. */
  settings: Json<TenantSettings>;
  createdAt: CreatedAt;
  deletedAt: MaybeInstant;
}

export interface TenantSettings {
  readonly allowedPrefixes?: readonly string[];
  readonly emergencyNumbers?: readonly string[];
  readonly wrapUpSeconds?: number;
  readonly agentsSeeListening?: boolean;
}

export type UserRole = 'owner' | 'admin' | 'supervisor' | 'agent' | 'auditor';

export interface UsersTable {
  id: string;
  /** Grows with each change (migration 0004). */
  version: Generated<number>;
  /** Null for an owner of the installation only. */
  tenantId: string | null;
  /** Lower case; unique in the installation. */
  email: string;
  name: string;
  passwordHash: string;
  role: UserRole;
  /** Row id of `agents` for the role `agent`. */
  agentId: string | null;
  /** Queues of a supervisor. */
  queueIds: Generated<string[]>;
  createdAt: CreatedAt;
  updatedAt: CreatedAt;
  disabledAt: MaybeInstant;
}

export interface UserSessionsTable {
  id: string;
  userId: string;
  tokenHash: string;
  csrfToken: string;
  createdAt: CreatedAt;
  lastSeenAt: CreatedAt;
  expiresAt: Instant;
  address: string | null;
  userAgent: string | null;
}

export interface ApiKeysTable {
  id: string;
  /** Null for a key of the installation (role `owner`). */
  tenantId: string | null;
  name: string;
  /** First characters of the key, for people to recognise it. */
  prefix: string;
  keyHash: string;
  role: UserRole;
  createdBy: string | null;
  createdAt: CreatedAt;
  lastUsedAt: MaybeInstant;
  expiresAt: MaybeInstant;
  revokedAt: MaybeInstant;
}

export interface AuditLogTable {
  id: string;
  tenantId: string | null;
  at: Instant;
  actorKind: 'user' | 'apiKey' | 'system' | 'anonymous';
  actorId: string | null;
  actorName: string | null;
  /** For example `recording.play`, `agent.update`. */
  action: string;
  subjectKind: string | null;
  subjectId: string | null;
  detail: Json<Readonly<Record<string, unknown>>>;
  address: string | null;
}

export interface SignInAttemptsTable {
  id: string;
  at: Instant;
  account: string;
  address: string;
  succeeded: boolean;
}

export interface IdempotencyKeysTable {
  /** Who sent it: the user's or API key's id. */
  actorId: string;
  key: string;
  tenantId: string | null;
  method: string;
  path: string;
  /** SHA-256 of the request body: the same key with another body is refused. */
  requestHash: string;
  /** Of the request that answers it (migration 0018); null of one before that. */
  claimId: MaybeText;
  /** When that request was last known to be at work. */
  renewedAt: MaybeInstant;
  /** Null while the first request is still being answered. */
  status: number | null;
  response: string | null;
  createdAt: CreatedAt;
  expiresAt: Instant;
}

export interface TrunksTable {
  id: string;
  /** Grows with each change (migration 0004). */
  version: Generated<number>;
  tenantId: string;
  name: string;
  host: string;
  port: number;
  transport: 'udp' | 'tcp';
  username: string | null;
  passwordSealed: string | null;
  callerNumbers: Generated<string[]>;
  sortOrder: Generated<number>;
  createdAt: CreatedAt;
  updatedAt: CreatedAt;
  deletedAt: MaybeInstant;
}

/** Allowed addresses of trunks, a table of its own because an address is unique in the installation and decides the tenant. */
export interface TrunkAddressesTable {
  /** `ip`, `ip:port` or CIDR. */
  address: string;
  trunkId: string;
  tenantId: string;
  position: number;
}

export interface NumbersTable {
  id: string;
  /** Grows with each change (migration 0004). */
  version: Generated<number>;
  tenantId: string;
  number: string;
  targetKind: 'queue' | 'agent';
  targetId: string;
  createdAt: CreatedAt;
  updatedAt: CreatedAt;
}

export interface AgentsTable {
  id: string;
  /** Grows with each change (migration 0004). */
  version: Generated<number>;
  tenantId: string;
  email: string;
  name: string;
  /** Short id the centre uses, for example `1001`. */
  agentId: string;
  /** Unique in the installation: it decides the tenant of a registering phone. */
  sipUsername: string;
  sipPasswordSealed: string;
  callerNumber: string | null;
  createdAt: CreatedAt;
  updatedAt: CreatedAt;
  deletedAt: MaybeInstant;
}

export interface QueuesTable {
  id: string;
  /** Grows with each change (migration 0004). */
  version: Generated<number>;
  tenantId: string;
  name: string;
  channel: 'ivr' | 'mobile' | 'web';
  parentId: string | null;
  ringSeconds: Generated<number>;
  maxWaitSeconds: Generated<number>;
  waitingTone: Generated<'ringback' | 'music'>;
  overflow: ColumnType<unknown, string | undefined, string>;
  createdAt: CreatedAt;
  updatedAt: CreatedAt;
  deletedAt: MaybeInstant;
}

export interface QueueAgentsTable {
  queueId: string;
  agentId: string;
  tenantId: string;
}

/** Every version of every settings block; the highest version of a scope is in force. */
export interface SettingsVersionsTable {
  tenantId: string;
  /** For example `call-recording`, `queue/{id}/call-recording`. */
  scope: string;
  version: number;
  value: ColumnType<unknown, string, never>;
  changedBy: string | null;
  changedAt: CreatedAt;
}

/** One row. Triggers on every table the directory is made of raise it and notify `callreel_directory`. */
export interface DirectoryVersionTable {
  id: Generated<number>;
  version: number;
  changedAt: Instant;
}

export interface CallsTable {
  id: string;
  tenantId: string;
  /** Number for external file names (`call-{id}.mp3`); given when the call is projected. */
  callNumber: Generated<number>;
  /** Which node's ledger the call is in. */
  node: string;
  callType: CallType;
  direction: 'in' | 'out';
  caller: string;
  callee: string;
  trunkId: string | null;
  directoryVersion: number;
  /** The last queue the call waited in. */
  queueId: string | null;
  startedAt: Instant;
  queuedAt: MaybeInstant;
  ringingAt: MaybeInstant;
  answeredAt: MaybeInstant;
  endedAt: MaybeInstant;
  gotMedia: Generated<boolean>;
  endStatus: EndStatus | null;
  hungUpSide: 'user' | 'seat' | 'system' | null;
  cause: string | null;
  /** Null while nothing is decided. */
  record: boolean | null;
  recordRule: string | null;
  outcome: CallOutcome;
  /** Rule of `excluded`, reason of `failed`. */
  outcomeReason: string | null;
}

/** Who took part, for lists by agent. */
/** What the list of an agent's calls is filtered by is repeated from the call. */
export interface CallAgentsTable {
  callId: string;
  agentId: string;
  tenantId: string;
  startedAt: Instant;
  queueId: string | null;
  caller: string;
  callee: string;
}

/** Account of what happened within a call: queued, held, unheld. */
export interface CallEventsTable {
  callId: string;
  tenantId: string;
  /** Grows within a call. */
  position: number;
  at: Instant;
  kind: string;
  facts: Json<Readonly<Record<string, unknown>>>;
}

export interface LegsTable {
  id: string;
  callId: string;
  tenantId: string;
  direction: 'in' | 'out';
  participant: number;
  participantKind: ParticipantFacts['kind'];
  endpointUser: string;
  agentId: string | null;
  sipCallId: string;
  startedAt: Instant;
  ringingAt: MaybeInstant;
  answeredAt: MaybeInstant;
  endedAt: MaybeInstant;
  sipStatus: number | null;
  cause: string | null;
}

/** One per segment of a call. Facts of the call that lists filter by are repeated here, so that a page is one index range. */
export interface RecordingsTable {
  id: string;
  tenantId: string;
  callId: string;
  segment: number;
  state: RecordingState;
  callType: CallType;
  direction: 'in' | 'out';
  caller: string;
  callee: string;
  /** The end user's side of the call: caller when `direction` is in, callee when out. */
  endpointUser: string;
  queueId: string | null;
  startedAt: Instant;
  /** CLOCK_MONOTONIC nanoseconds of the start, decimal; the anchor of the tracks' packet times. */
  startedAtMonoNs: string;
  sealedAt: MaybeInstant;
  readyAt: MaybeInstant;
  failedAt: MaybeInstant;
  failureReason: string | null;
  salvaged: Generated<boolean>;
  durationMs: number | null;
  frames: number | null;
  /** All three or none; whoever deletes audio leaves a held recording alone. */
  legalHoldAt: MaybeInstant;
  legalHoldBy: MaybeText;
  legalHoldReason: MaybeText;
  /** Grows with each change of its tags (migration 0006). */
  tagsVersion: Generated<number>;
  timeline: ColumnType<unknown, string | null | undefined, string | null>;
}

/** What the list of an agent's recordings is filtered by is repeated from the recording. */
export interface RecordingAgentsTable {
  recordingId: string;
  agentId: string;
  tenantId: string;
  startedAt: Instant;
  queueId: string | null;
  caller: string;
  callee: string;
}

export interface TracksTable {
  id: string;
  recordingId: string;
  callId: string;
  tenantId: string;
  legId: string;
  participant: number;
  participantKind: ParticipantFacts['kind'];
  endpointUser: string;
  agentId: string | null;
  /** Journal, relative to the data folder. */
  path: string;
  startedAt: Instant;
  sealedAt: MaybeInstant;
  frames: number | null;
  lostFrames: number | null;
  bytes: number | null;
  firstPacketAtMonoNs: string | null;
  lastPacketAtMonoNs: string | null;
  salvaged: Generated<boolean>;
  /** Fault code when capture ended early. */
  failedBy: string | null;
}

export interface RenditionsTable {
  recordingId: string;
  tenantId: string;
  /** `mixed`, `dual-channel`, `participant-{n}`. */
  rendition: string;
  format: 'mp3' | 'wav';
  objectKey: string;
  sizeBytes: number;
  sha256: string;
  durationMs: number;
  frames: number;
  channels: number;
  peaksKey: string | null;
  madeAt: CreatedAt;
}

/** Up to where a node's ledger is in the tables: written in the same transaction as the rows. */
/** Agents who chose to be unavailable. */
export interface AgentWishesTable {
  agentId: string;
  tenantId: string;
  awaySince: Instant;
}

/** Entries that the tables refuse, as they stood in the ledger. */
export interface LedgerRefusedTable {
  node: string;
  /** Where the entry begins: with an empty name at the beginning of the oldest file. */
  file: string;
  byteOffset: number;
  at: CreatedAt;
  entry: string;
  reason: string;
}

export interface LedgerCursorsTable {
  node: string;
  file: string;
  byteOffset: number;
  updatedAt: Instant;
}

export interface AlarmsTable {
  id: string;
  tenantId: string | null;
  /** For example `balance/calls`, `disk/full`. */
  kind: string;
  subjectId: string | null;
  message: string;
  facts: Json<Readonly<Record<string, unknown>>>;
  raisedAt: Instant;
  clearedAt: MaybeInstant;
}

// --- voice assets

export interface VoiceAssetsTable {
  id: string;
  tenantId: string;
  name: string;
  description: Generated<string>;
  format: 'mp3' | 'wav';
  sizeBytes: number;
  sha256: string;
  durationMs: number;
  /** Samples at 8,000 Hz, counted. */
  frames: number;
  objectKey: string;
  /** Whether the G.711 that a call plays lies beside it. */
  prepared: Generated<'pending' | 'ready' | 'failed'>;
  /** Null until it is prepared. */
  sound: ColumnType<SoundFacts | null, string | null | undefined, string>;
  createdBy: string | null;
  createdAt: CreatedAt;
  updatedAt: CreatedAt;
  /** Of name and description. */
  version: Generated<number>;
  // --- outbound: rosters, do-not-call, tasks
}

export interface RostersTable {
  id: string;
  tenantId: string;
  name: string;
  description: string;
  fileName: string;
  format: 'csv' | 'xlsx';
  onBadRows: 'keep-good' | 'refuse-all';
  objectKey: string | null;
  state: 'importing' | 'ready' | 'failed';
  failure: string | null;
  failureDetail: string | null;
  failureLine: number | null;
  sizeBytes: number;
  readBytes: Generated<number>;
  people: Generated<number>;
  issues: Generated<number>;
  duplicates: Generated<number>;
  createdBy: string | null;
  createdAt: CreatedAt;
  importedAt: MaybeInstant;
  /** Of name and description. */
  version: Generated<number>;
}

export interface RosterPeopleTable {
  rosterId: string;
  tenantId: string;
  number: string;
  line: number;
  name: string | null;
  timeZone: string | null;
  variables: Json<Readonly<Record<string, string>>> | null;
}

export interface RosterIssuesTable {
  rosterId: string;
  tenantId: string;
  line: number;
  reason: string;
  value: string;
}

export interface DoNotCallTable {
  tenantId: string;
  number: string;
  source: 'person' | 'opt-out';
  note: string;
  taskId: string | null;
  createdBy: string | null;
  createdAt: CreatedAt;
}

export interface OutboundTasksTable {
  id: string;
  /** Grows with each change that people make (migration 0011). */
  version: Generated<number>;
  tenantId: string;
  kind: 'automatic' | 'predictive';
  name: string;
  description: string;
  voiceAssetId: string;
  rosterId: string;
  state: Generated<number>;
  paused: Generated<boolean>;
  stopMode: 'finish' | 'cut' | null;
  prepared: Generated<boolean>;
  zones: Generated<string[]>;
  timeZone: string;
  windows: Json<readonly { days: readonly number[]; from: string; until: string }[]>;
  notBefore: Instant;
  notAfter: MaybeInstant;
  tries: number;
  retryIntervalSeconds: number;
  ringSeconds: number;
  concurrency: number;
  callsPerSecond: number;
  callerNumbers: string[];
  optOutKey: string | null;
  queueId: string | null;
  priority: Generated<number>;
  callOrder: Generated<'random' | 'in-order'>;
  abandonPercent: Generated<number>;
  callsUsedUntil: ColumnType<Date, Date | undefined, Date>;
  dialled: Generated<number>;
  createdBy: string | null;
  createdAt: CreatedAt;
  startedAt: MaybeInstant;
  endedAt: MaybeInstant;
}

export interface OutboundCalleesTable {
  taskId: string;
  position: number;
  tenantId: string;
  number: string;
  name: string | null;
  timeZone: string;
  variables: Json<Readonly<Record<string, string>>> | null;
  state: Generated<number>;
  attempts: Generated<number>;
  dueAt: Instant;
  callOrder: number;
  endStatus: EndStatus | null;
}

/** Nodes that dial for tasks. */
export interface NodesTable {
  node: string;
  seenAt: Instant;
}

export interface OutboundAttemptsTable {
  id: string;
  taskId: string;
  tenantId: string;
  position: number;
  attempt: number;
  node: string;
  number: string;
  callerNumber: string;
  startedAt: Instant;
  answeredAt: MaybeInstant;
  endedAt: MaybeInstant;
  endStatus: EndStatus | null;
  playedMs: number | null;
  playCompleted: boolean | null;
  optedOut: Generated<boolean>;
  disposition: 'message' | 'agent' | 'abandoned' | 'left' | 'lost' | null;
  agentId: string | null;
  agentAfterMs: number | null;
}

// --- what people add to recordings and take from them (migration 0006)

export interface RecordingNotesTable {
  /** UUIDv7: in order of writing. */
  id: string;
  tenantId: string;
  recordingId: string;
  text: string;
  /** Moment of the call it is about, milliseconds since the recording began. */
  momentMs: number | null;
  authorId: string;
  authorName: string;
  createdAt: Instant;
  editedAt: MaybeInstant;
  /** Of the text. */
  version: Generated<number>;
}

export interface RecordingTagsTable {
  tenantId: string;
  recordingId: string;
  tag: string;
  startedAt: Instant;
}

export interface SavedViewsTable {
  id: string;
  tenantId: string;
  /** A user, or an API key. */
  ownerId: string;
  list: 'recordings' | 'calls';
  name: string;
  filter: Json<Readonly<Record<string, string>>>;
  createdAt: CreatedAt;
}

export interface RecordingExportsTable {
  id: string;
  tenantId: string;
  ownerId: string;
  requestedBy: Json<unknown>;
  kind: 'csv' | 'zip';
  rendition: string | null;
  format: 'mp3' | 'wav' | null;
  scope: Json<unknown>;
  filter: Json<unknown>;
  state: Generated<'queued' | 'running' | 'ready' | 'failed' | 'expired'>;
  total: number;
  done: Generated<number>;
  missing: Generated<number>;
  sizeBytes: number | null;
  sha256: MaybeText;
  failure: MaybeText;
  createdAt: Instant;
  expiresAt: Instant;
}
