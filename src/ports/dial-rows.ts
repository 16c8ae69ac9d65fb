/** What the dialler asks of the tables: open tasks, due attempts, and a place for what became of them. */
import type { EndStatus } from '#core/call/end-status.ts';
import type { CalleeAfter } from '#core/outbound/attempt-outcome.ts';
import type { CallingWindow } from '#core/outbound/calling-window.ts';
import type { TaskKind, TaskState } from '#core/outbound/task-words.ts';
import type { AgentId, CallId, QueueId, TaskId, TenantId } from '#core/ids.ts';

/** A task that is to begin, runs, or is ending. */
export interface OpenTask {
  readonly id: TaskId;
  readonly tenantId: TenantId;
  readonly kind: TaskKind;
  readonly state: TaskState;
  readonly isPaused: boolean;
  readonly isCut: boolean;
  readonly isPrepared: boolean;
  /** Of its callees. */
  readonly zones: readonly string[];
  /** E.164; they take turns. */
  readonly callerNumbers: readonly string[];
  readonly windows: readonly CallingWindow[];
  /** Wall milliseconds. */
  readonly notAfterMs: number | null;
  readonly tries: number;
  readonly retryIntervalMs: number;
  readonly ringSeconds: number;
  readonly optOutKey: string | null;
  readonly voiceAssetId: string;
  readonly queueId: QueueId | null;
  readonly priority: number;
  readonly abandonPercent: number;
}

/** One dialling, committed: nobody else has it. */
export interface ClaimedAttempt {
  readonly id: CallId;
  readonly position: number;
  /** 1 = the first. */
  readonly attempt: number;
  /** E.164. */
  readonly number: string;
  readonly callerNumber: string;
}

export interface Claim {
  readonly attempts: readonly ClaimedAttempt[];
  /** People who are on the do-not-call list: their turn is over without a call. */
  readonly listed: number;
}

export interface AttemptResult {
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number;
  readonly endStatus: EndStatus;
  readonly playedMs: number | null;
  readonly playCompleted: boolean;
  readonly optedOut: boolean;
  readonly disposition: 'message' | 'agent' | 'abandoned' | 'left' | null;
  readonly agentId: AgentId | null;
  readonly agentAfterMs: number | null;
  readonly callee: CalleeAfter;
}

/** An attempt of an earlier life of this node, also one that was given up as lost, and what the account of calls says of it. */
export interface UnfinishedAttempt {
  readonly id: CallId;
  readonly tenantId: TenantId;
  readonly taskId: TaskId;
  readonly kind: TaskKind;
  readonly number: string;
  readonly attempt: number;
  readonly tries: number;
  readonly retryIntervalMs: number;
  /** Null: no INVITE was sent. */
  readonly call: {
    readonly answeredAtMs: number | null;
    readonly endedAtMs: number;
    readonly endStatus: EndStatus;
    readonly playedMs: number | null;
    readonly playCompleted: boolean;
    readonly optedOut: boolean;
    readonly agentId: AgentId | null;
  } | null;
}

export interface LostAttempts {
  readonly tenantId: TenantId;
  readonly taskId: TaskId;
  readonly attempts: number;
}

/** How a predictive task has fared, for its pacing. */
export interface PacingHistory {
  readonly answered: number;
  /** Of the last hundred answered, the latest last. */
  readonly lastAbandoned: readonly boolean[];
}

/** What bounds a node that dials ahead of its agents, so that all nodes together keep the limit of abandoned calls. */
export interface ClaimAhead {
  /** How many may be dialled whatever the others do: one for each free agent. */
  readonly surely: number;
  /** Calls of this node that are up already beyond its free agents. */
  readonly beyond: number;
  /** So many of the last answered calls of all nodes may be abandoned. */
  readonly mayAbandon: number;
  readonly ofLast: number;
}

export interface DialRows {
  /** Tasks whose time has come, and those that are not over. */
  openTasks(nowMs: number): Promise<readonly OpenTask[]>;
  /** State 0 → 1. @returns false when somebody else was faster, or it is not to begin any more */
  begin(taskId: TaskId, nowMs: number): Promise<boolean>;
  /** Copies the next people of the roster into the task. Repeatable. @returns true when all are there */
  prepare(taskId: TaskId, nowMs: number): Promise<boolean>;
  /**
   * Takes due people and writes an attempt for each, in one transaction: exactly one worker gets each, within the task's concurrency and
   * calls per second over all workers.
   *
   * A node dials ahead of its agents only while no other node has calls of the task up, and only as far as the calls that all nodes
   * abandoned allow; both are looked at under the lock of the task.
   *
   * @param zones whose windows are open now
   * @param restingCallers caller numbers that take no turn now; when that is all of them, nobody is taken
   */
  claim(order: {
    readonly taskId: TaskId;
    readonly node: string;
    readonly zones: readonly string[];
    readonly limit: number;
    readonly restingCallers?: readonly string[];
    /** Of a task that dials ahead of its agents; absent: all of `limit` may be dialled. */
    readonly ahead?: ClaimAhead;
    readonly nowMs: number;
  }): Promise<Claim>;
  /** The INVITE was never sent: the attempt is as if it had not been, and the person is due again. */
  undo(attemptId: CallId, dueAtMs: number): Promise<void>;
  /** Idempotent. An attempt that was given up as lost gets its true end, and its person is not dialled again. */
  finish(attemptId: CallId, result: AttemptResult): Promise<void>;
  /** State 1 → 3: no new attempts. */
  end(taskId: TaskId): Promise<void>;
  /** State 1 → 2 when everybody was called, 3 → 4 when the last call is over. @returns whether it changed */
  settle(taskId: TaskId, nowMs: number): Promise<boolean>;
  unfinished(node: string): Promise<readonly UnfinishedAttempt[]>;
  /** The node is at work. */
  seen(node: string, nowMs: number): Promise<void>;
  /**
   * Ends the attempts of nodes that were not seen since, as `unknown` and `lost`. Whether they were dialled nobody knows, so their people
   * are not dialled again.
   */
  lose(unseenSinceMs: number, nowMs: number): Promise<readonly LostAttempts[]>;
  pacing(taskId: TaskId): Promise<PacingHistory>;
  /** Puts the number on the tenant's do-not-call list. Idempotent. */
  optOut(tenantId: TenantId, taskId: TaskId, number: string): Promise<void>;
}

/** Prepared audio of a voice asset. */
export interface TaskPrompts {
  /** Null when the asset cannot be played. */
  prompt(
    tenantId: TenantId,
    assetId: string,
  ): Promise<{ readonly promptName: string; readonly durationMs: number } | null>;
}
