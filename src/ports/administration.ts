/**
 * What the API and the command line ask of the administration: users, keys, tenants, trunks, numbers, agents, queues, settings, audit.
 * Every operation names who asks, is scoped to that principal's tenant, and writes the audit log together with the change.
 * Whether the principal has the right is decided before (`#core/policy/rights.ts`); how far it reaches is decided here.
 */
import type { FaultCode } from '#base/fault.ts';
import type { Result } from '#base/result.ts';
import type { CallRecordingSettings } from '#core/directory.ts';
import type { AgentId, NumberId, QueueId, TenantId, TrunkId, UserId } from '#core/ids.ts';
import type { UserRole } from '#core/policy/rights.ts';

/** Who asks. */
export interface Principal {
  readonly kind: 'user' | 'apiKey' | 'system';
  /** Row id of the user or the key; `system` for the command line and the first run. */
  readonly id: string;
  /** E-mail of a user, name of a key: for the audit log. */
  readonly name: string;
  readonly tenantId: TenantId;
  readonly role: UserRole;
  /** The agent a user is, for the reach `own`. */
  readonly agentId: AgentId | null;
  /** Queues of a supervisor, for the reach `queues`. */
  readonly queueIds: readonly QueueId[];
  /** Network address of the request; null for the command line. */
  readonly address: string | null;
}

export interface Refusal {
  readonly code: FaultCode;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
}

export interface FieldError {
  /** Path in the body, dots between names: `target.id`. */
  readonly field: string;
  /** Stable: a client says it in its own language, with `facts` in the sentence. */
  readonly code: string;
  /** In English. */
  readonly message: string;
  /** Limits and findings that the message names, such as `maximum` or `line`. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

export interface PageOrder {
  /** 1–200. */
  readonly limit: number;
  /** `nextCursor` of the page before; null = from the start. */
  readonly cursor: string | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** A change made to this version only: another one in force is refused with `api/changed-meanwhile`. Without it the last one wins. */
export interface MadeTo {
  readonly version?: number | undefined;
}

/** The five operations of a kind of thing. An id of another tenant is unknown: null, or the refusal `api/not-found`. */
export interface Collection<View, Draft, Change, Created = View> {
  list(who: Principal, page: PageOrder): Promise<Page<View>>;
  find(who: Principal, id: string): Promise<View | null>;
  create(who: Principal, draft: Draft): Promise<Result<Created, Refusal>>;
  change(who: Principal, id: string, change: Change & MadeTo): Promise<Result<View, Refusal>>;
  remove(who: Principal, id: string): Promise<Result<null, Refusal>>;
}

export interface TenantView {
  readonly id: TenantId;
  /** Grows with each change. */
  readonly version: number;
  readonly name: string;
  /** Names the tenant's folder of message files. */
  readonly vdnId: number;
  readonly sdkAppId: number;
  readonly timeZone: string;
  readonly country: string;
  readonly recordingStorageDays: number;
  readonly allowedPrefixes: readonly string[];
  readonly emergencyNumbers: readonly string[];
  readonly wrapUpSeconds: number;
  /** Whether agents are shown that somebody listens to their call; on unless switched off. */
  readonly agentsSeeListening: boolean;
  /** ISO 8601, like every instant here. */
  readonly createdAt: string;
}

export interface NewTenant {
  readonly name: string;
  /** Without them the next free numbers are given. */
  readonly vdnId?: number | undefined;
  readonly sdkAppId?: number | undefined;
  readonly timeZone?: string | undefined;
  readonly country?: string | undefined;
  readonly recordingStorageDays?: number | undefined;
  readonly allowedPrefixes?: readonly string[] | undefined;
  readonly emergencyNumbers?: readonly string[] | undefined;
  readonly wrapUpSeconds?: number | undefined;
  readonly agentsSeeListening?: boolean | undefined;
  /** The tenant's first administrator; without a password one is made and returned once. */
  readonly admin?: { readonly email: string; readonly password?: string | undefined } | undefined;
}
export type TenantChange = {
  readonly [K in Exclude<keyof NewTenant, 'admin' | 'vdnId' | 'sdkAppId'>]?:
    | NewTenant[K]
    | undefined;
};
export type CreatedTenant = TenantView & {
  readonly admin: { readonly email: string; readonly password: string | null } | null;
};

export interface UserView {
  readonly id: UserId;
  /** Grows with each change. */
  readonly version: number;
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  readonly agentId: AgentId | null;
  readonly queueIds: readonly QueueId[];
  readonly disabled: boolean;
  readonly createdAt: string;
}

export interface NewUser {
  readonly email: string;
  readonly name?: string | undefined;
  /** At least 10 characters. */
  readonly password: string;
  readonly role: UserRole;
  readonly agentId?: string | null | undefined;
  readonly queueIds?: readonly string[] | undefined;
}
export type UserChange = { readonly [K in keyof NewUser]?: NewUser[K] | undefined } & {
  readonly disabled?: boolean | undefined;
};

export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  /** First characters of the key, enough to recognise it. */
  readonly prefix: string;
  readonly role: UserRole;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

export interface NewApiKey {
  readonly name: string;
  readonly role: UserRole;
  readonly expiresAt?: string | null | undefined;
}
/** The only time the key itself is seen. */
export type CreatedApiKey = ApiKeyView & { readonly key: string };

export interface TrunkView {
  readonly id: TrunkId;
  /** Grows with each change. */
  readonly version: number;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  readonly username: string | null;
  readonly hasPassword: boolean;
  readonly allowedAddresses: readonly string[];
  readonly callerNumbers: readonly string[];
  readonly order: number;
  readonly createdAt: string;
}

export interface NewTrunk {
  readonly name: string;
  readonly host: string;
  readonly port?: number | undefined;
  readonly transport?: 'udp' | 'tcp' | undefined;
  readonly username?: string | null | undefined;
  readonly password?: string | null | undefined;
  readonly allowedAddresses?: readonly string[] | undefined;
  readonly callerNumbers?: readonly string[] | undefined;
  readonly order?: number | undefined;
}
export type TrunkChange = { readonly [K in keyof NewTrunk]?: NewTrunk[K] | undefined };

export type NumberTarget =
  | { readonly kind: 'queue'; readonly id: QueueId }
  | { readonly kind: 'agent'; readonly id: AgentId };

export interface NumberView {
  readonly id: NumberId;
  /** Grows with each change. */
  readonly version: number;
  readonly number: string;
  readonly target: NumberTarget;
  readonly createdAt: string;
}

export interface NewNumber {
  /** E.164, national (the tenant's country fills in), or a short number as the trunk dials it. */
  readonly number: string;
  readonly target: { readonly kind: 'queue' | 'agent'; readonly id: string };
}
export type NumberChange = { readonly [K in keyof NewNumber]?: NewNumber[K] | undefined };

export interface AgentView {
  readonly id: AgentId;
  /** Grows with each change. */
  readonly version: number;
  readonly email: string;
  readonly name: string;
  readonly agentId: string;
  readonly sipUsername: string;
  readonly queueIds: readonly QueueId[];
  readonly callerNumber: string | null;
  readonly createdAt: string;
}

export interface NewAgent {
  readonly email: string;
  readonly name: string;
  readonly agentId: string;
  readonly sipUsername: string;
  /** Without it one is made and returned once. */
  readonly sipPassword?: string | undefined;
  readonly queueIds?: readonly string[] | undefined;
  readonly callerNumber?: string | null | undefined;
}
export type AgentChange = { readonly [K in keyof NewAgent]?: NewAgent[K] | undefined };
export type CreatedAgent = AgentView & {
  /** The password that was made; null when the draft brought one. */
  readonly sipPassword: string | null;
};

export interface QueueView {
  readonly id: QueueId;
  /** Grows with each change. */
  readonly version: number;
  readonly name: string;
  readonly channel: 'ivr' | 'mobile' | 'web';
  readonly parentId: QueueId | null;
  readonly ringSeconds: number;
  readonly maxWaitSeconds: number;
  readonly waitingTone: 'ringback' | 'music';
  readonly createdAt: string;
}

export interface NewQueue {
  readonly name: string;
  readonly channel?: 'ivr' | 'mobile' | 'web' | undefined;
  readonly parentId?: string | null | undefined;
  readonly ringSeconds?: number | undefined;
  readonly maxWaitSeconds?: number | undefined;
  readonly waitingTone?: 'ringback' | 'music' | undefined;
}
export type QueueChange = { readonly [K in keyof NewQueue]?: NewQueue[K] | undefined };

export type VersionedCallRecordingSettings = CallRecordingSettings & {
  /** Grows with each change; 0 = never changed, the defaults hold. */
  readonly version: number;
};

/** What is given replaces what stands; what is absent stays. `version`, when given, must be the present one. */
export interface CallRecordingChange {
  readonly version?: number | undefined;
  readonly useCallRecording?: boolean | undefined;
  readonly inbound?: { readonly record?: boolean | undefined } | undefined;
  readonly callback?: { readonly record?: boolean | undefined } | undefined;
  readonly agentOut?: { readonly record?: boolean | undefined } | undefined;
  readonly dualChannel?: boolean | undefined;
  readonly endUserChannel?: 'left' | 'right' | undefined;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actorKind: 'user' | 'apiKey' | 'system' | 'anonymous';
  readonly actorId: string | null;
  readonly actorName: string | null;
  /** `subject.verb`, for example `recording.play`. */
  readonly action: string;
  readonly subjectKind: string | null;
  readonly subjectId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly address: string | null;
}

export interface AuditNote {
  readonly action: string;
  readonly subjectKind?: string;
  readonly subjectId?: string;
  /** No secrets. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface AuditFilter {
  readonly action?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly actorId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Sign-in of people and recognition of every request. */
export interface Access {
  /**
   * @returns the session, or `session/wrong-credentials`, `api/too-many-requests` (with the time to wait) or `api/busy`. Which of e-mail
   * and password was wrong is neither said nor told by the time it takes.
   */
  signIn(order: {
    readonly email: string;
    readonly password: string;
    readonly address: string;
    readonly userAgent: string | null;
  }): Promise<Result<NewSession, Refusal>>;
  /** Null when the token is unknown or expired, or its user is disabled. */
  bySession(token: string, address: string): Promise<SessionPrincipal | null>;
  /** Null when the key is unknown, expired or revoked. */
  byKey(key: string, address: string): Promise<Principal | null>;
  signOut(who: Principal, token: string): Promise<void>;
}

export interface NewSession extends SessionPrincipal {
  /** Opaque; goes into the cookie and is stored as a hash only. */
  readonly token: string;
}

export interface SessionPrincipal {
  readonly principal: Principal;
  readonly csrfToken: string;
  readonly expiresAt: Date;
}

export interface Administration {
  readonly access: Access;
  readonly tenants: Collection<TenantView, NewTenant, TenantChange, CreatedTenant>;
  readonly users: Collection<UserView, NewUser, UserChange>;
  readonly apiKeys: Omit<Collection<ApiKeyView, NewApiKey, never, CreatedApiKey>, 'change'>;
  readonly trunks: Collection<TrunkView, NewTrunk, TrunkChange>;
  readonly numbers: Collection<NumberView, NewNumber, NumberChange>;
  readonly agents: Collection<AgentView, NewAgent, AgentChange, CreatedAgent>;
  readonly queues: Collection<QueueView, NewQueue, QueueChange>;
  /** As it is made for an agent without one. */
  newSipPassword(): string;
  /** Agents whose name, agent id or SIP user name has the text in it, by name; as far as the principal may see them. */
  searchAgents(who: Principal, text: string, limit: number): Promise<readonly AgentView[]>;
  readonly callRecording: {
    read(who: Principal): Promise<VersionedCallRecordingSettings>;
    change(
      who: Principal,
      change: CallRecordingChange,
    ): Promise<Result<VersionedCallRecordingSettings, Refusal>>;
  };
  readonly audit: {
    list(who: Principal, page: PageOrder, filter: AuditFilter): Promise<Page<AuditEntry>>;
    /** For what is no change of a row: play, download, an action on a call. */
    note(who: Principal, note: AuditNote): Promise<void>;
  };
}
