/**
 * Dials for tasks: begins those whose time has come, takes due people as fast as each task allows, and writes down what became of every
 * attempt. The attempt is committed before the call is placed, and the call is in the ledger before its INVITE: whenever the process
 * dies, `recoverAttempts` tells from the two what was dialled.
 */
import { asFault } from '#base/fault.ts';
import { Sparing } from '#base/sparing.ts';
import { isOpen } from '#core/outbound/calling-window.ts';
import { taskStates } from '#core/outbound/task-words.ts';
import type { TaskId } from '#core/ids.ts';
import type { StandingAlarms } from '#ports/alarms.ts';
import type { CallPlacer, TaskMessage } from '#ports/call-placer.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { ClaimedAttempt, DialRows, OpenTask, TaskPrompts } from '#ports/dial-rows.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';
import type { Metrics } from '#ports/metrics.ts';
import { AttemptCalls, type NotPlaced } from './attempt-calls.ts';
import { CallerNumbers } from './caller-numbers.ts';
import { LostAttempts } from './lost-attempts.ts';
import { Obstacles } from './obstacles.ts';
import { TaskPacers } from './task-pacers.ts';

export interface DiallerOptions {
  readonly rows: DialRows;
  readonly placer: CallPlacer;
  readonly prompts: TaskPrompts;
  /** Whose attempts these are: the node of the ledger. */
  readonly node: string;
  readonly changes: ChangeFeed;
  readonly alarms: StandingAlarms;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Dialler {
  /** Takes no more people; calls that are up go on, and `close` resolves when what became of them is written or `limitMs` is over. */
  close(limitMs?: number): Promise<void>;
}

/** How soon a task is looked at again: within the rhythm of calls per second, and without waking an idle machine. */
const busyMs = 100;
const idleMs = 1000;
/** Changes of one moment are one look. */
const gatherMs = 10;
/** People taken in one transaction. */
const batchSize = 50;
/** The node is full: somebody has to hang up first. */
const fullPauseMs = 1000;
/** Undone attempts come back after this. */
const undoneDueMs = 5000;
/** What a task lacks (its message, a trunk), or why its turn failed, is looked at again after this. */
const restMs = 10_000;
/** A database that is away fails every turn, once a second. */
const tellFailuresEveryMs = 60_000;

export const startDialler = (options: DiallerOptions): Dialler => new TaskDialler(options);

class TaskDialler implements Dialler {
  readonly #options: DiallerOptions;
  readonly #calls: AttemptCalls;
  readonly #pacers: TaskPacers;
  readonly #lost: LostAttempts;
  readonly #obstacles: Obstacles;
  readonly #callers = new CallerNumbers();
  readonly #toldFailures = new Sparing(tellFailuresEveryMs);
  readonly #unsubscribe: () => void;
  /** No new calls until then. */
  readonly #rests = new Map<TaskId, number>();
  /** Nothing at all until then: its last turn threw. */
  readonly #failed = new Map<TaskId, number>();
  #timer: Timer | null = null;
  #running: Promise<void> | null = null;
  #isAgain = false;
  #isClosed = false;
  #fullUntilMs = 0;

  constructor(options: DiallerOptions) {
    this.#options = options;
    this.#pacers = new TaskPacers(options);
    this.#lost = new LostAttempts(options);
    this.#obstacles = new Obstacles(options.alarms);
    this.#calls = new AttemptCalls({ ...options, pacers: this.#pacers });
    this.#unsubscribe = options.changes.subscribe(({ topic }) => {
      if (topic === 'tasks' || topic === 'agents') this.#schedule(gatherMs);
    });
    this.#schedule(0);
  }

  async close(limitMs = 0): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#timer?.cancel();
    await this.#running;
    await this.#calls.close(limitMs);
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    if (this.#running !== null) {
      this.#isAgain ||= delayMs < idleMs;
      return;
    }
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(delayMs, () => {
      this.#running = this.#turn().then((nextMs) => {
        this.#running = null;
        this.#schedule(this.#isAgain ? gatherMs : nextMs);
      });
    });
  }

  /** @returns when to look again, unless something happens before */
  async #turn(): Promise<number> {
    this.#isAgain = false;
    try {
      await this.#lost.look();
      await this.#obstacles.recall();
      const tasks = await this.#options.rows.openTasks(this.#options.clock.nowMs());
      await this.#forget(tasks);
      for (const task of tasks) await this.#lookApart(task);
      return tasks.length > 0 ? busyMs : idleMs;
    } catch (thrown) {
      const { code, message } = asFault(thrown, 'database/away');
      const leftOut = this.#toldFailures.leftOut(code, this.#options.clock.monoMs());
      if (leftOut !== null)
        this.#options.log.warn('dial.turn-failed', { code, reason: message, leftOut });
      return idleMs;
    }
  }

  /** What is wrong with one task is no other one's trouble; a database that is away is everybody's. */
  async #lookApart(task: OpenTask): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs < (this.#failed.get(task.id) ?? 0)) return;
    try {
      await this.#look(task);
      await this.#obstacles.clear(task, 'task/turn-failed');
      this.#failed.delete(task.id);
    } catch (thrown) {
      const fault = asFault(thrown, 'task/turn-failed');
      if (fault.code.startsWith('database/')) throw fault;
      const { code, message } = fault;
      this.#options.log.error('dial.task-failed', { taskId: task.id, code, reason: message });
      // When this fails as well it was not the task.
      await this.#obstacles.raise(task, 'task/turn-failed');
      this.#failed.set(task.id, nowMs + restMs);
    }
  }

  async #forget(tasks: readonly OpenTask[]): Promise<void> {
    const ids = new Set(tasks.map((task) => task.id));
    for (const known of [this.#rests, this.#failed])
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    this.#pacers.keepOnly(ids);
    this.#callers.keepOnly(ids);
    await this.#obstacles.keepOnly(tasks);
  }

  async #look(task: OpenTask): Promise<void> {
    if (this.#isClosed) return;
    const { rows, clock } = this.#options;
    const nowMs = clock.nowMs();
    const isOverdue = task.notAfterMs !== null && nowMs >= task.notAfterMs;
    if (task.state === taskStates.initial) {
      if (await rows.begin(task.id, nowMs)) this.#told(task);
      return;
    }
    if (task.state === taskStates.running && isOverdue) {
      await rows.end(task.id);
      this.#told(task);
      return;
    }
    if (task.state === taskStates.ending) {
      if (task.isCut) this.#calls.cut(task.id);
      if (await rows.settle(task.id, nowMs)) this.#told(task);
      return;
    }
    if (!task.isPrepared) {
      if (await rows.prepare(task.id, nowMs)) this.#told(task);
      else this.#isAgain = true;
      return;
    }
    if (!task.isPaused) await this.#dial(task, nowMs);
  }

  async #dial(task: OpenTask, nowMs: number): Promise<void> {
    const { rows, prompts, node } = this.#options;
    if (nowMs < this.#fullUntilMs || nowMs < (this.#rests.get(task.id) ?? 0)) return;
    const restingCallers = this.#callers.resting(task, nowMs);
    if (restingCallers.length === task.callerNumbers.length) return;
    const zones = task.zones.filter((zone) => isOpen(task.windows, zone, nowMs));
    const pace =
      task.kind === 'predictive'
        ? await this.#pacers.wanted(task, this.#calls.inFlight(task.queueId))
        : null;
    const limit = Math.min(batchSize, pace?.wanted ?? batchSize);
    if (zones.length > 0 && limit > 0) {
      const message = await prompts.prompt(task.tenantId, task.voiceAssetId);
      if (message === null) {
        this.#rests.set(task.id, nowMs + restMs);
        await this.#obstacles.raise(task, 'task/prompt-missing');
        return;
      }
      await this.#obstacles.clear(task, 'task/prompt-missing');
      const claim = await rows.claim({
        taskId: task.id,
        node,
        zones,
        limit,
        restingCallers,
        nowMs,
        ...(pace && { ahead: pace.ahead }),
      });
      await this.#placeAll(task, claim.attempts, message);
      if (claim.attempts.length > 0 || claim.listed > 0) {
        this.#isAgain = true;
        this.#told(task);
        return;
      }
    }
    if (await rows.settle(task.id, nowMs)) this.#told(task);
  }

  async #placeAll(
    task: OpenTask,
    attempts: readonly ClaimedAttempt[],
    message: TaskMessage,
  ): Promise<void> {
    const { clock } = this.#options;
    const obstacles = new Set<NotPlaced>();
    let isOneUp = false;
    for (const attempt of attempts) {
      const placing = this.#calls.place(task, attempt, message);
      if (placing === 'over') continue;
      const { callerNumber } = attempt;
      if (placing === 'up') {
        this.#callers.works(task, callerNumber);
        isOneUp = true;
        continue;
      }
      const nowMs = clock.nowMs();
      if (placing === 'no-capacity') this.#fullUntilMs = nowMs + fullPauseMs;
      else obstacles.add(placing);
      // The task's other caller numbers go on.
      if (placing === 'no-trunk') this.#callers.refused(task, callerNumber, nowMs + restMs);
      this.#calls.undo(attempt.id, nowMs + undoneDueMs);
    }
    if (obstacles.size > 0) await this.#cannotDial(task, obstacles);
    else if (isOneUp && this.#callers.allWork(task))
      await this.#obstacles.clear(task, 'task/cannot-dial');
  }

  async #cannotDial(task: OpenTask, obstacles: ReadonlySet<NotPlaced>): Promise<void> {
    this.#options.log.warn('dial.cannot-dial', { taskId: task.id, why: [...obstacles].join() });
    if (obstacles.has('unknown-queue') || obstacles.has('unknown-tenant'))
      this.#rests.set(task.id, this.#options.clock.nowMs() + restMs);
    await this.#obstacles.raise(task, 'task/cannot-dial');
  }

  #told({ tenantId, id }: OpenTask): void {
    this.#options.changes.publish({ tenantId, topic: 'tasks', id });
  }
}
