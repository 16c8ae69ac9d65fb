/** The rows of the administration. Implemented over SQL; everything but the sign-in look-ups is scoped to one tenant. */
import type { AgentId, NumberId, QueueId, TenantId, TrunkId, UserId } from '#core/ids.ts';
import type { UserRole } from '#core/policy/rights.ts';
import type { AuditEntry, AuditFilter, NumberTarget, Page, PageOrder } from './administration.ts';

export interface AdminStore extends AdminRows {
  /** All of `work` happens or nothing; rows handed to it must not be used after it returned. */
  transaction<T>(work: (rows: AdminRows) => Promise<T>): Promise<T>;
}

export interface AdminRows {
  readonly tenants: TenantTable;
  readonly users: UserRows;
  readonly sessions: SessionRows;
  readonly apiKeys: ApiKeyRows;
  readonly audit: AuditRows;
  readonly trunks: TrunkRows;
  readonly numbers: NumberRows;
  readonly agents: AgentRows;
  readonly queues: QueueRows;
  readonly settings: SettingsRows;
}

/**
 * Rows of one tenant, in the order they were made.
 *
 * `insert` and `update` throw the Fault `database/not-unique` with `facts.index`, the name of the unique index that refused.
 */
export interface ScopedRows<Row> {
  list(tenantId: TenantId, page: PageOrder): Promise<Page<Row>>;
  find(tenantId: TenantId, id: string): Promise<Row | null>;
  insert(row: Row): Promise<void>;
  /**
   * Writes every field of the row of the same id, whose version must be one below.
   *
   * @throws {Fault} `database/changed-meanwhile` when somebody else wrote it since it was read
   */
  update(row: Row): Promise<void>;
  /** @returns whether there was one */
  remove(tenantId: TenantId, id: string): Promise<boolean>;
}

export interface TenantRow {
  readonly id: TenantId;
  /** 1 when it is made; each change adds one. */
  readonly version: number;
  readonly name: string;
  readonly vdnId: number;
  readonly sdkAppId: number;
  readonly timeZone: string;
  readonly country: string;
  readonly recordingStorageDays: number;
  readonly settings: {
    readonly allowedPrefixes: readonly string[];
    readonly emergencyNumbers: readonly string[];
    readonly wrapUpSeconds: number;
    readonly agentsSeeListening: boolean;
  };
  readonly createdAt: Date;
}

export interface TenantTable {
  /** Of all tenants: for owners and the command line. */
  list(page: PageOrder): Promise<Page<TenantRow>>;
  find(id: string): Promise<TenantRow | null>;
  insert(row: TenantRow): Promise<void>;
  /** As `ScopedRows.update`. */
  update(row: TenantRow): Promise<void>;
  /** Highest VDN id and SdkAppId given so far; null without tenants. */
  highestNumbers(): Promise<{ readonly vdnId: number; readonly sdkAppId: number } | null>;
}

export interface UserRow {
  readonly id: UserId;
  /** 1 when it is made; each change adds one. */
  readonly version: number;
  readonly tenantId: TenantId;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly role: UserRole;
  readonly agentId: AgentId | null;
  readonly queueIds: readonly QueueId[];
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

export interface UserRows extends ScopedRows<UserRow> {
  /** In the whole installation: an e-mail belongs to one user. */
  findByEmail(email: string): Promise<UserRow | null>;
  countEnabled(tenantId: TenantId, role: UserRole): Promise<number>;
  /** In the whole installation. */
  countAll(): Promise<number>;
}

export interface SessionRow {
  readonly id: string;
  readonly userId: UserId;
  readonly tokenHash: string;
  readonly csrfToken: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly address: string | null;
  readonly userAgent: string | null;
}

export interface SessionRows {
  insert(row: SessionRow): Promise<void>;
  /** With its user; expired ones too. */
  findByHash(
    tokenHash: string,
  ): Promise<{ readonly session: SessionRow; readonly user: UserRow } | null>;
  removeByHash(tokenHash: string): Promise<void>;
  /** After a change of password or role. */
  removeOfUser(userId: UserId): Promise<void>;
  removeExpired(before: Date): Promise<void>;
}

export interface ApiKeyRow {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly prefix: string;
  readonly keyHash: string;
  readonly role: UserRole;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface ApiKeyRows {
  list(tenantId: TenantId, page: PageOrder): Promise<Page<ApiKeyRow>>;
  find(tenantId: TenantId, id: string): Promise<ApiKeyRow | null>;
  findByHash(keyHash: string): Promise<ApiKeyRow | null>;
  insert(row: ApiKeyRow): Promise<void>;
  /** @returns false when there is no such key or it was revoked before */
  revoke(tenantId: TenantId, id: string, at: Date): Promise<boolean>;
  touch(id: string, at: Date): Promise<void>;
}

export interface AuditRow extends Omit<AuditEntry, 'at'> {
  readonly tenantId: TenantId | null;
  readonly at: Date;
}

export interface AuditRows {
  append(row: AuditRow): Promise<void>;
  /** Newest first. */
  list(tenantId: TenantId, page: PageOrder, filter: AuditFilter): Promise<Page<AuditEntry>>;
}

export interface TrunkRow {
  readonly id: TrunkId;
  /** 1 when it is made; each change adds one. */
  readonly version: number;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  readonly username: string | null;
  readonly passwordSealed: string | null;
  readonly allowedAddresses: readonly string[];
  readonly callerNumbers: readonly string[];
  readonly order: number;
  readonly createdAt: Date;
}

export interface TrunkRows extends ScopedRows<TrunkRow> {
  /**
   * Allowed addresses of every other trunk of the installation. Whoever else asks waits until this transaction is over, so that
   * two trunks made at once cannot both find an address free.
   */
  addressesOfOthers(
    trunkId: TrunkId,
  ): Promise<readonly { readonly address: string; readonly trunkId: TrunkId }[]>;
}

export interface NumberRow {
  readonly id: NumberId;
  /** 1 when it is made; each change adds one. */
  readonly version: number;
  readonly tenantId: TenantId;
  readonly number: string;
  readonly target: NumberTarget;
  readonly createdAt: Date;
}

export interface NumberRows extends ScopedRows<NumberRow> {
  countOfTarget(tenantId: TenantId, target: NumberTarget): Promise<number>;
}

export interface AgentRow {
  readonly id: AgentId;
  /** 1 when it is made; each change adds one. */
  readonly version: number;
  readonly tenantId: TenantId;
  readonly email: string;
  readonly name: string;
  readonly agentId: string;
  readonly sipUsername: string;
  readonly sipPasswordSealed: string;
  readonly queueIds: readonly QueueId[];
  readonly callerNumber: string | null;
  readonly createdAt: Date;
}

export interface AgentRows extends ScopedRows<AgentRow> {
  /** Whose name, agent id or SIP user name has the text in it, whatever its case, by name. */
  search(tenantId: TenantId, text: string, limit: number): Promise<readonly AgentRow[]>;
}

export interface QueueRow {
  readonly id: QueueId;
  /** 1 when it is made; each change adds one. */
  readonly version: number;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly channel: 'ivr' | 'mobile' | 'web';
  readonly parentId: QueueId | null;
  readonly ringSeconds: number;
  readonly maxWaitSeconds: number;
  readonly waitingTone: 'ringback' | 'music';
  readonly createdAt: Date;
}

export interface QueueRows extends ScopedRows<QueueRow> {
  countChildren(tenantId: TenantId, id: QueueId): Promise<number>;
  /** Those of `ids` that exist in the tenant. */
  existing(tenantId: TenantId, ids: readonly string[]): Promise<readonly QueueId[]>;
}

export interface SettingsRows {
  /** The version in force, or null when the scope was never set. */
  latest(
    tenantId: TenantId,
    scope: string,
  ): Promise<{ readonly version: number; readonly value: unknown } | null>;
  /** Throws the Fault `database/not-unique` when somebody else wrote that version first. */
  insert(row: {
    readonly tenantId: TenantId;
    readonly scope: string;
    readonly version: number;
    readonly value: unknown;
    readonly changedBy: string | null;
    readonly changedAt: Date;
  }): Promise<void>;
}
