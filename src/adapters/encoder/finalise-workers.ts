import { Worker } from 'node:worker_threads';
import { asFault, Fault, type FaultCode } from '#base/fault.ts';
import type { Renderer, RenderOrder, RenderReport } from '#ports/renderer.ts';
import {
  faultOfPlain,
  type AnswerMessage,
  type FinaliseThreadData,
  type OrderMessage,
} from './worker-messages.ts';

export interface FinaliseWorkersOptions {
  /** Module of the thread, `src/threads/finalise.ts`. */
  readonly threadUrl: URL;
  readonly threadData: FinaliseThreadData;
  /** Threads at most; cores − 1, at least one, leaves the calls a core. */
  readonly count: number;
  /** Orders that may wait for a thread; one more is refused. Default 1,000. */
  readonly mostWaiting?: number;
  /** One order may take so long before its thread is taken for stuck. Default 30 minutes: 200 hours of audio. */
  readonly timeoutMs?: number;
}

interface Task {
  readonly id: number;
  readonly order: RenderOrder;
  readonly resolve: (report: RenderReport) => void;
  readonly reject: (fault: Fault) => void;
}

interface Seat {
  readonly worker: Worker;
  task: Task | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * A pool of finalise threads: each renders one recording at a time. A thread that dies fails its order, which may be tried again,
 * and is replaced with the next one.
 */
export class FinaliseWorkers implements Renderer {
  readonly #options: FinaliseWorkersOptions;
  readonly #seats = new Set<Seat>();
  readonly #waiting: Task[] = [];
  #nextId = 1;
  #isClosed = false;

  /** Starts one thread at once, so that the first call to end does not wait for it; the others come with need. */
  constructor(options: FinaliseWorkersOptions) {
    this.#options = options;
    this.#hire();
  }

  /** Orders that wait for a thread. */
  get waiting(): number {
    return this.#waiting.length;
  }

  async render(order: RenderOrder, signal?: AbortSignal): Promise<RenderReport> {
    if (this.#isClosed) throw fault('finalise/closed', 'the finalise threads are closed');
    if (signal?.aborted === true) throw aborted();
    const limit = this.#options.mostWaiting ?? 1000;
    if (this.#waiting.length >= limit)
      throw fault('finalise/queue-full', `${limit} recordings wait for their files already`);
    const id = this.#nextId++;
    const onAbort = (): void => this.#abort(id);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<RenderReport>((resolve, reject) => {
        this.#waiting.push({ id, order, resolve, reject });
        this.#assign();
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Fails what waits and what runs (all of it may be tried again) and stops the threads. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const task of this.#waiting.splice(0)) task.reject(closed());
    await Promise.all([...this.#seats].map((seat) => this.#dismiss(seat, closed())));
  }

  #assign(): void {
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const seat = this.#freeSeat();
      const task = seat && this.#waiting.shift();
      if (!seat || !task) return;
      seat.task = task;
      seat.worker.ref();
      seat.timer = setTimeout(() => {
        const timedOut = fault(
          'finalise/timed-out',
          'making the files of a recording took too long',
        );
        void this.#dismiss(seat, timedOut).then(() => this.#assign());
      }, this.#options.timeoutMs ?? 1_800_000);
      seat.timer.unref();
      seat.worker.postMessage({ id: task.id, order: task.order } satisfies OrderMessage);
    }
  }

  #freeSeat(): Seat | undefined {
    const free = [...this.#seats].find((seat) => seat.task === undefined);
    return free ?? (this.#seats.size < this.#options.count ? this.#hire() : undefined);
  }

  #hire(): Seat {
    const worker = new Worker(this.#options.threadUrl, {
      workerData: this.#options.threadData,
      name: 'finalise',
    });
    const seat: Seat = { worker, task: undefined, timer: undefined };
    this.#seats.add(seat);
    worker.on('message', (answer: AnswerMessage) => this.#answered(seat, answer));
    worker.on('error', (error) => this.#lost(seat, error));
    worker.on('exit', () => this.#lost(seat, undefined));
    // Only work keeps the process alive.
    worker.unref();
    return seat;
  }

  #answered(seat: Seat, answer: AnswerMessage): void {
    const task = this.#free(seat);
    seat.worker.unref();
    if (task?.id === answer.id) {
      if ('report' in answer) task.resolve(answer.report);
      else task.reject(faultOfPlain(answer.fault));
    }
    this.#assign();
  }

  #lost(seat: Seat, error: unknown): void {
    this.#seats.delete(seat);
    const cause =
      error === undefined ? '' : `: ${asFault(error, 'finalise/worker-crashed').message}`;
    this.#free(seat)?.reject(
      new Fault('finalise/worker-crashed', `the thread that makes the files died${cause}`, {
        retry: 'later',
        cause: error,
      }),
    );
    this.#assign();
  }

  #abort(id: number): void {
    const index = this.#waiting.findIndex((task) => task.id === id);
    if (index >= 0) {
      this.#waiting.splice(index, 1)[0]?.reject(aborted());
      return;
    }
    const seat = [...this.#seats].find((each) => each.task?.id === id);
    if (seat) void this.#dismiss(seat, aborted()).then(() => this.#assign());
  }

  /** A thread in mid-file listens to nobody: it is stopped, and a new one takes its place. */
  async #dismiss(seat: Seat, why: Fault): Promise<void> {
    this.#seats.delete(seat);
    this.#free(seat)?.reject(why);
    await seat.worker.terminate();
  }

  #free(seat: Seat): Task | undefined {
    const { task } = seat;
    clearTimeout(seat.timer);
    seat.task = undefined;
    seat.timer = undefined;
    return task;
  }
}

const fault = (code: FaultCode, message: string): Fault =>
  new Fault(code, message, { retry: 'later' });
const closed = (): Fault => fault('finalise/closed', 'the finalise threads are closing');
const aborted = (): Fault => fault('finalise/aborted', 'making the files was broken off');
