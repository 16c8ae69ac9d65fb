/** Figures of each predictive task as its calls bring them, and how many numbers it dials by them. */
import { callsToPlace, MovingMean, mostAbandoned, pacingWindow } from '#core/outbound/pacing.ts';
import type { TaskId } from '#core/ids.ts';
import type { CallPlacer } from '#ports/call-placer.ts';
import type { ClaimAhead, DialRows, OpenTask } from '#ports/dial-rows.ts';

/** What a task is taken for before it has figures of its own: usual ones of outbound campaigns. */
const first = { answerRate: 0.5, ringMs: 12_000, talkMs: 120_000 } as const;
/** Attempts that a figure follows: a drift shows within some minutes. */
const span = 200;

interface Pacer {
  answered: number;
  lastAbandoned: boolean[];
  readonly answerRate: MovingMean;
  readonly ringMs: MovingMean;
  readonly talkMs: MovingMean;
}

export class TaskPacers {
  readonly #options: { readonly rows: DialRows; readonly placer: CallPlacer };
  readonly #pacers = new Map<TaskId, Pacer>();

  constructor(options: { readonly rows: DialRows; readonly placer: CallPlacer }) {
    this.#options = options;
  }

  keepOnly(ids: ReadonlySet<TaskId>): void {
    for (const id of this.#pacers.keys()) if (!ids.has(id)) this.#pacers.delete(id);
  }

  /**
   * How many to dial now, and within what the other nodes leave. Calls of all tasks of the queue count, so that two tasks do not
   * promise one agent twice.
   *
   * @param inFlight calls of the task's queue that are dialled and not answered
   */
  async wanted(
    task: OpenTask,
    inFlight: number,
  ): Promise<{ readonly wanted: number; readonly ahead: ClaimAhead }> {
    const pacer = await this.#of(task);
    const { free, busy } =
      task.queueId === null ? { free: 0, busy: 0 } : this.#options.placer.seats(task.queueId);
    const wanted = callsToPlace({
      freeAgents: free,
      busyAgents: busy,
      inFlight,
      answered: pacer.answered,
      abandonedOfLast: pacer.lastAbandoned.filter(Boolean).length,
      abandonPercent: task.abandonPercent,
      answerRate: pacer.answerRate.value,
      ringMs: pacer.ringMs.value,
      talkMs: pacer.talkMs.value,
    });
    return {
      wanted,
      ahead: {
        surely: Math.max(0, free - inFlight),
        beyond: Math.max(0, inFlight - free),
        mayAbandon: mostAbandoned(task.abandonPercent),
        ofLast: pacingWindow,
      },
    };
  }

  answered(task: OpenTask, afterMs: number): void {
    this.#pacers.get(task.id)?.ringMs.add(afterMs);
  }

  ended(
    task: OpenTask,
    end: {
      readonly wasAnswered: boolean;
      readonly isAbandoned: boolean;
      readonly talkMs: number | null;
    },
  ): void {
    const pacer = this.#pacers.get(task.id);
    if (pacer === undefined) return;
    pacer.answerRate.add(end.wasAnswered ? 1 : 0);
    if (end.talkMs !== null) pacer.talkMs.add(end.talkMs);
    if (!end.wasAnswered) return;
    pacer.answered++;
    pacer.lastAbandoned.push(end.isAbandoned);
    if (pacer.lastAbandoned.length > pacingWindow) pacer.lastAbandoned.shift();
  }

  async #of(task: OpenTask): Promise<Pacer> {
    const known = this.#pacers.get(task.id);
    if (known !== undefined) return known;
    const { answered, lastAbandoned } = await this.#options.rows.pacing(task.id);
    const pacer: Pacer = {
      answered,
      lastAbandoned: [...lastAbandoned],
      answerRate: new MovingMean(span, first.answerRate),
      ringMs: new MovingMean(span, first.ringMs),
      talkMs: new MovingMean(span, first.talkMs),
    };
    this.#pacers.set(task.id, pacer);
    return pacer;
  }
}
