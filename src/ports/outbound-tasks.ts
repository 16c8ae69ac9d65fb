/** What the API asks of outbound tasks. Another tenant's id is unknown: null, or the refusal `api/not-found`. Changes are audited. */
import type { Result } from '#base/result.ts';
import type { EndStatus } from '#core/call/end-status.ts';
import type { CallingWindow } from '#core/outbound/calling-window.ts';
import type { CalleeState, TaskAction, TaskKind, TaskState } from '#core/outbound/task-words.ts';
import type { TaskId, TenantId } from '#core/ids.ts';
import type { Page, PageOrder, Principal, Refusal } from './administration.ts';

/** What a person orders. */
export interface TaskDraft {
  readonly kind: TaskKind;
  readonly name: string;
  readonly description: string;
  readonly voiceAssetId: string;
  readonly rosterId: string;
  /** ISO 8601; null = at once. */
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly timeZone: string;
  readonly windows: readonly CallingWindow[];
  readonly tries: number;
  readonly retryIntervalSeconds: number;
  readonly ringSeconds: number;
  readonly concurrency: number;
  readonly callsPerSecond: number;
  readonly callerNumbers: readonly string[];
  readonly optOutKey: string | null;
  /** Predictive tasks only. */
  readonly queueId: string | null;
  readonly priority: number;
  readonly callOrder: 'random' | 'in-order';
  readonly abandonPercent: number;
}

export interface TaskCounts {
  readonly initial: number;
  readonly answered: number;
  readonly unanswered: number;
  readonly calling: number;
  readonly pendingRetry: number;
}

export interface TaskView extends Omit<TaskDraft, 'notBefore'> {
  readonly id: TaskId;
  /** Grows with each change that people make. */
  readonly version: number;
  readonly notBefore: string;
  readonly voiceAssetName: string;
  readonly rosterName: string;
  /** Spec §2.2: 0 initial, 1 running, 2 completed, 3 ending, 4 terminated. */
  readonly state: TaskState;
  readonly paused: boolean;
  readonly people: number;
  readonly counts: TaskCounts;
  /** Of the answered: told the message for want of an agent. */
  readonly abandoned: number;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export interface TaskAttemptView {
  /** Public as `sessionId`: the call of that id. */
  readonly id: string;
  readonly number: string;
  readonly name: string | null;
  readonly attempt: number;
  readonly callerNumber: string;
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly endStatus: EndStatus | null;
  readonly playedMs: number | null;
  readonly playCompleted: boolean | null;
  readonly optedOut: boolean;
  /** `lost`: the node that dialled never came back to tell. */
  readonly disposition: 'message' | 'agent' | 'abandoned' | 'left' | 'lost' | null;
  readonly agentName: string | null;
  readonly agentAfterMs: number | null;
}

export interface TaskCalleeView {
  readonly position: number;
  readonly number: string;
  readonly name: string | null;
  readonly timeZone: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Spec §2.2: 0 initial, 1 answered, 2 unanswered, 3 calling, 4 pending retry. */
  readonly state: CalleeState;
  readonly attempts: number;
  readonly endStatus: EndStatus | null;
  /** When the next attempt is due; null when there is none. */
  readonly dueAt: string | null;
  /** Of each attempt, the first one first. */
  readonly sessions: readonly string[];
}

/** Attempts that ended in one stretch of time. */
export interface OutcomeSlice {
  readonly from: string;
  readonly answered: number;
  readonly unanswered: number;
  readonly abandoned: number;
}

export interface OutboundTasks {
  list(who: Principal, page: PageOrder): Promise<Page<TaskView>>;
  find(who: Principal, id: string): Promise<TaskView | null>;
  create(who: Principal, draft: TaskDraft): Promise<Result<TaskView, Refusal>>;
  /** Before it starts only. Made to one version, another one in force is refused with `api/changed-meanwhile`. */
  change(
    who: Principal,
    id: string,
    change: { readonly [K in keyof Omit<TaskDraft, 'kind'>]?: TaskDraft[K] | undefined },
    version?: number,
  ): Promise<Result<TaskView, Refusal>>;
  /** Refused with `task/still-running` until it is over. */
  remove(who: Principal, id: string): Promise<Result<null, Refusal>>;
  /** @param isCut how a stop treats calls that are up: cut, or let finish */
  act(
    who: Principal,
    id: string,
    action: TaskAction,
    isCut: boolean,
  ): Promise<Result<TaskView, Refusal>>;
  callees(
    who: Principal,
    id: string,
    page: PageOrder,
    state: CalleeState | null,
  ): Promise<Page<TaskCalleeView> | null>;
  /** Newest first. @param only abandoned calls, the evidence of spec decision 17 */
  attempts(
    who: Principal,
    id: string,
    page: PageOrder,
    only: 'abandoned' | null,
  ): Promise<Page<TaskAttemptView> | null>;
  /** At most a few hundred slices over the time from the first attempt to the last. */
  outcomes(who: Principal, id: string): Promise<readonly OutcomeSlice[] | null>;
}

export interface TaskRow extends Omit<TaskDraft, 'notBefore' | 'notAfter'> {
  readonly id: TaskId;
  readonly tenantId: TenantId;
  readonly notBefore: Date;
  readonly notAfter: Date | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
}

/** What an order refers to and is not there. */
export type MissingPart = 'asset' | 'roster' | 'queue' | 'caller-number';

export interface OutboundTaskRows {
  list(tenantId: TenantId, page: PageOrder): Promise<Page<TaskView>>;
  find(tenantId: TenantId, id: string): Promise<TaskView | null>;
  /** Everything of the order that the tenant does not have; a roster that is not ready counts as missing. */
  missing(row: TaskRow): Promise<readonly MissingPart[]>;
  /** @throws {Fault} `database/not-unique`; `task/unknown-asset` or `roster/unknown` for what was deleted in the same moment */
  insert(row: TaskRow): Promise<void>;
  /** Every field of this version, in state 0 only. @returns false when it has begun or was changed; throws like `insert` */
  update(row: TaskRow, version: number): Promise<boolean>;
  /** @returns false when it is not over */
  remove(tenantId: TenantId, id: string): Promise<boolean>;
  /** Changes the state if it still stands as it was looked at. @returns false when it does not */
  act(
    tenantId: TenantId,
    id: string,
    was: { readonly state: TaskState; readonly paused: boolean },
    change: {
      readonly state?: TaskState;
      readonly paused?: boolean;
      readonly notBefore?: Date;
      readonly stopMode?: 'finish' | 'cut';
      readonly endedAt?: Date;
    },
  ): Promise<boolean>;
  callees(
    tenantId: TenantId,
    id: string,
    page: PageOrder,
    state: CalleeState | null,
  ): Promise<Page<TaskCalleeView>>;
  attempts(
    tenantId: TenantId,
    id: string,
    page: PageOrder,
    only: 'abandoned' | null,
  ): Promise<Page<TaskAttemptView>>;
  outcomes(tenantId: TenantId, id: string): Promise<readonly OutcomeSlice[]>;
}
