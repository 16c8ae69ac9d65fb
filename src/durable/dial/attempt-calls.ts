/** The calls of this node's attempts: placed, watched, and their end written, however long the database is away. */
import type { EndStatus } from '#core/call/end-status.ts';
import type { AgentId, CallId, TaskId, TenantId } from '#core/ids.ts';
import { afterAttempt } from '#core/outbound/attempt-outcome.ts';
import type {
  CallPlacer,
  TaskCallEvent,
  TaskCallOutcome,
  TaskCallRefusal,
  TaskMessage,
} from '#ports/call-placer.ts';
import type { Clock } from '#ports/clock.ts';
import type { AttemptResult, ClaimedAttempt, DialRows, OpenTask } from '#ports/dial-rows.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';
import type { Counter, Metrics } from '#ports/metrics.ts';
import type { TaskPacers } from './task-pacers.ts';

export interface AttemptCallsOptions {
  readonly rows: DialRows;
  readonly placer: CallPlacer;
  readonly pacers: TaskPacers;
  readonly changes: ChangeFeed;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Lies with the node, or with what the task needs of the tenant, and not with the person: nobody's try is used up for it. */
export type NotPlaced = Extract<
  TaskCallRefusal,
  'no-capacity' | 'no-trunk' | 'unknown-queue' | 'unknown-tenant'
>;

/** `over`: the person's number may not be dialled, which is written down as the end of the attempt. */
export type Placing = 'up' | 'over' | NotPlaced;

/** How a call to a number that may not be dialled ends, in the words of the table of spec §2.5. */
const refusedAs: Readonly<Record<Exclude<TaskCallRefusal, NotPlaced>, EndStatus>> = {
  'invalid-number': 'numberNotExist',
  'emergency-number': 'restrictedCallee',
  'prefix-not-allowed': 'restrictedArea',
};

const isNotPlaced = (refusal: TaskCallRefusal): refusal is NotPlaced =>
  !Object.hasOwn(refusedAs, refusal);

const firstPauseMs = 500;
const longestPauseMs = 10_000;

interface Up {
  readonly task: OpenTask;
  readonly attempt: ClaimedAttempt;
  readonly placedAtMs: number;
  answeredAtMs: number | null;
  agent: { readonly id: AgentId; readonly afterMs: number } | null;
  hasOptedOut: boolean;
}

export class AttemptCalls {
  readonly #options: AttemptCallsOptions;
  readonly #ended: Counter;
  readonly #up = new Map<CallId, Up>();
  /** As many as there are lines: an attempt is not over before it is written. */
  readonly #writing = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: AttemptCallsOptions) {
    this.#options = options;
    this.#ended = options.metrics.counter(
      'callreel_task_attempts_total',
      'Attempts of outbound tasks by how they ended',
      ['end_status'],
    );
  }

  /** Calls of predictive tasks of this queue that may still need an agent. */
  inFlight(queueId: string | null): number {
    let count = 0;
    for (const { task, agent } of this.#up.values())
      if (task.queueId === queueId && agent === null) count++;
    return count;
  }

  /** An attempt that was not placed is to be undone. */
  place(task: OpenTask, attempt: ClaimedAttempt, message: TaskMessage): Placing {
    const { placer, clock } = this.#options;
    const placedAtMs = clock.nowMs();
    const up: Up = {
      task,
      attempt,
      placedAtMs,
      answeredAtMs: null,
      agent: null,
      hasOptedOut: false,
    };
    const placed = placer.place(
      {
        callId: attempt.id,
        tenantId: task.tenantId,
        to: attempt.number,
        callerNumber: attempt.callerNumber,
        ringSeconds: task.ringSeconds,
        message,
        optOutKey: task.optOutKey,
        queueId: task.queueId,
      },
      (event) => this.#on(up, event),
    );
    if (placed.ok) {
      this.#up.set(attempt.id, up);
      return 'up';
    }
    if (isNotPlaced(placed.error)) return placed.error;
    this.#options.log.warn('dial.refused', { taskId: task.id, why: placed.error });
    const endStatus = refusedAs[placed.error];
    this.#over(up, { endStatus, endedAtMs: placedAtMs, playedMs: null, playCompleted: false });
    return 'over';
  }

  /** Hangs up every call of a task that was stopped so. */
  cut(taskId: TaskId): void {
    for (const [id, { task }] of this.#up) if (task.id === taskId) this.#options.placer.hangUp(id);
  }

  undo(id: CallId, dueAtMs: number): void {
    this.#write(id, () => this.#options.rows.undo(id, dueAtMs));
  }

  /** Resolves when every end that is known is written, or after the time; what is not, the account of calls tells the next start. */
  async close(limitMs: number): Promise<void> {
    await this.#settled(limitMs);
    this.#isClosed = true;
  }

  #settled(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimer(limitMs, resolve);
      void Promise.all([...this.#writing]).then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  #on(up: Up, event: TaskCallEvent): void {
    const { task, attempt } = up;
    switch (event.kind) {
      case 'answered':
        up.answeredAtMs = event.atMs;
        this.#options.pacers.answered(task, event.atMs - up.placedAtMs);
        break;
      case 'agent':
        up.agent = { id: event.agentId, afterMs: event.afterMs };
        break;
      case 'optedOut':
        up.hasOptedOut = true;
        this.#write(attempt.id, () =>
          this.#options.rows.optOut(task.tenantId, task.id, attempt.number),
        );
        break;
      case 'ended':
        this.#over(up, event.outcome);
        break;
    }
  }

  #over(up: Up, outcome: TaskCallOutcome): void {
    const { task, attempt } = up;
    this.#up.delete(attempt.id);
    const disposition = dispositionOf(up, outcome);
    this.#options.pacers.ended(task, {
      wasAnswered: up.answeredAtMs !== null,
      isAbandoned: disposition === 'abandoned',
      talkMs: up.agent === null ? null : outcome.endedAtMs - (up.answeredAtMs ?? 0),
    });
    this.#ended.add(1, { end_status: outcome.endStatus });
    const result: AttemptResult = {
      ...outcome,
      answeredAtMs: up.answeredAtMs,
      optedOut: up.hasOptedOut,
      disposition,
      agentId: up.agent?.id ?? null,
      agentAfterMs: up.agent?.afterMs ?? null,
      callee: afterAttempt({
        ...task,
        wasAnswered: up.answeredAtMs !== null,
        endStatus: outcome.endStatus,
        attempts: attempt.attempt,
        endedAtMs: outcome.endedAtMs,
      }),
    };
    this.#write(attempt.id, () => this.#options.rows.finish(attempt.id, result), task);
  }

  #write(id: CallId, write: () => Promise<void>, told?: { id: TaskId; tenantId: TenantId }): void {
    const writing = this.#persist(id, write).then(() => {
      this.#writing.delete(writing);
      if (told !== undefined)
        this.#options.changes.publish({ tenantId: told.tenantId, topic: 'tasks', id: told.id });
    });
    this.#writing.add(writing);
  }

  /** Until the database takes it; a process that dies meanwhile finds it in the account of calls. */
  async #persist(id: CallId, write: () => Promise<void>): Promise<void> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        await write();
        return;
      } catch (thrown) {
        this.#options.log.warn('dial.not-written', { attemptId: id, error: String(thrown) });
        if (this.#isClosed) return;
        await new Promise<void>((resolve) => {
          this.#options.clock.setTimer(pauseMs, resolve);
        });
      }
    }
  }
}

/** What an answered person met. */
export const dispositionOf = (
  up: {
    readonly task: Pick<OpenTask, 'kind'>;
    readonly answeredAtMs: number | null;
    readonly agent: object | null;
  },
  outcome: Pick<TaskCallOutcome, 'playedMs'>,
): AttemptResult['disposition'] => {
  if (up.answeredAtMs === null) return null;
  if (up.agent !== null) return 'agent';
  if (outcome.playedMs === null) return 'left';
  return up.task.kind === 'predictive' ? 'abandoned' : 'message';
};
