/** Calls to look at before there are any: sample queues, agents and recordings, kept apart from what is real and removed by one act. */
import type { Result } from '#base/result.ts';
import type { AgentId, CallId, QueueId, TenantId } from '#core/ids.ts';
import type { Principal, Refusal } from './administration.ts';

export type SampleKind = 'queue' | 'agent' | 'number' | 'trunk';

export interface SampleThing {
  readonly kind: SampleKind;
  readonly id: string;
}

export interface SampleView {
  /** `making`: the sample calls are being held right now. */
  readonly state: 'none' | 'making' | 'ready';
  /** Whether it may be made: there is none, and the tenant has no call of its own. */
  readonly canBeMade: boolean;
  readonly queueIds: readonly QueueId[];
  readonly agentIds: readonly AgentId[];
  readonly numberIds: readonly string[];
  readonly trunkIds: readonly string[];
  readonly calls: number;
  readonly recordings: number;
}

export interface SampleData {
  view(tenantId: TenantId): Promise<SampleView>;
  /**
   * Makes the sample things and begins the calls between them: built-in phones, real calls over this server, recorded as any other.
   *
   * @returns `sample/exists`, `sample/making`, `sample/has-calls`, `sample/recording-off`, or what an own thing stands in the way of
   */
  make(who: Principal): Promise<Result<SampleView, Refusal>>;
  /**
   * Removes everything that was made and every call of the sample queues with its files.
   *
   * @returns `sample/none`, `sample/making`, `sample/held`, or what keeps a sample thing in use
   */
  remove(who: Principal): Promise<Result<SampleView, Refusal>>;
  /** Ids of sample queues and agents; for whoever counts what is real. */
  things(tenantId: TenantId): Promise<readonly SampleThing[]>;
}

export interface SampleFigures {
  readonly calls: number;
  readonly recordings: number;
  /** Recordings that are not yet playable. */
  readonly pending: number;
}

export interface ErasedCalls {
  readonly callIds: readonly CallId[];
  readonly objectKeys: readonly string[];
}

export interface SampleRows {
  things(tenantId: TenantId): Promise<readonly SampleThing[]>;
  add(tenantId: TenantId, thing: SampleThing): Promise<void>;
  /** Idempotent. */
  forget(tenantId: TenantId): Promise<void>;
  hasCalls(tenantId: TenantId): Promise<boolean>;
  figures(tenantId: TenantId, queueIds: readonly string[]): Promise<SampleFigures>;
  /** All calls of these queues and what hangs on them, in one transaction; null and nothing when one is under legal hold. */
  erase(tenantId: TenantId, queueIds: readonly string[]): Promise<ErasedCalls | null>;
}
