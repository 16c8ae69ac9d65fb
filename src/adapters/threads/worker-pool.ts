import { Worker, type ResourceLimits } from 'node:worker_threads';
import { asFault, Fault, type FaultCode } from '#base/fault.ts';
import { faultOfPlain, type AnswerMessage, type OrderMessage } from './messages.ts';

/** What an order is refused or fails with; each of them may be tried again. */
export interface PoolFaults {
  readonly closed: FaultCode;
  /** Too many orders wait already. */
  readonly full: FaultCode;
  readonly died: FaultCode;
  /** It took too long. */
  readonly stuck: FaultCode;
  readonly aborted: FaultCode;
}

export interface WorkerPoolOptions {
  /** Of the threads, as the system shows it. */
  readonly name: string;
  /** What the threads do, for people: "a thread that … died". */
  readonly task: string;
  /** Module of the thread, in `src/threads`. */
  readonly threadUrl: URL;
  readonly threadData?: unknown;
  /** Threads at most. */
  readonly count: number;
  /** Orders that may wait for a thread; one more is refused. */
  readonly mostWaiting: number;
  /** One order may take so long before its thread is taken for stuck. */
  readonly timeoutMs: number;
  /** A thread that had nothing to do for so long is ended; without it threads stay. */
  readonly restMs?: number;
  readonly resourceLimits?: ResourceLimits;
  readonly faults: PoolFaults;
}

export interface OrderOptions {
  readonly signal?: AbortSignal | undefined;
  /** Memory that is handed over instead of copied. */
  readonly transfer?: readonly ArrayBuffer[];
}

interface Task<Order, Report> {
  readonly id: number;
  readonly order: Order;
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (report: Report) => void;
  readonly reject: (fault: Fault) => void;
}

interface Seat<Order, Report> {
  readonly worker: Worker;
  task: Task<Order, Report> | undefined;
  /** Until its order has taken too long, or it has rested for long enough. */
  timer: NodeJS.Timeout | undefined;
  /** It is being stopped, and takes no order any more. */
  isLeaving: boolean;
}

/** A thread in the middle of a system call that does not return is not waited for longer; one more takes its place. */
const stopWithinMs = 30_000;

/**
 * Threads that carry out one order at a time each, hired with need. A thread that dies fails its order, which may be tried again, and is
 * replaced with the next one.
 */
export class WorkerPool<Order, Report> {
  readonly #options: WorkerPoolOptions;
  readonly #seats = new Set<Seat<Order, Report>>();
  readonly #waiting: Task<Order, Report>[] = [];
  #nextId = 1;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Orders that wait for a thread. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Starts a thread before there is an order, so that the first one does not wait for it. */
  warmUp(): void {
    if (this.#seats.size === 0) this.#hire();
  }

  /** @throws {Fault} one of the pool's own, or what the thread answered */
  async run(order: Order, { signal, transfer = [] }: OrderOptions = {}): Promise<Report> {
    const { mostWaiting, faults } = this.#options;
    if (this.#isClosed) throw this.#fault('closed', 'is closed');
    if (signal?.aborted === true) throw this.#fault('aborted', 'was told to break off');
    if (this.#waiting.length >= mostWaiting)
      throw new Fault(faults.full, `${mostWaiting} orders wait already`, { retry: 'later' });
    const id = this.#nextId++;
    const onAbort = (): void => this.#abort(id);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<Report>((resolve, reject) => {
        this.#waiting.push({ id, order, transfer, resolve, reject });
        this.#assign();
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Fails what waits and what runs (all of it may be tried again) and stops the threads. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = this.#fault('closed', 'is closing');
    for (const task of this.#waiting.splice(0)) task.reject(closed);
    await Promise.all([...this.#seats].map((seat) => this.#dismiss(seat, closed)));
  }

  #assign(): void {
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const seat = this.#freeSeat();
      const task = seat && this.#waiting.shift();
      if (!seat || !task) return;
      seat.task = task;
      seat.worker.ref();
      this.#setTimer(seat, this.#options.timeoutMs, () =>
        this.#replace(seat, this.#fault('stuck', 'took too long')),
      );
      this.#post(seat, task);
    }
  }

  /** An order that cannot be sent costs that order alone. */
  #post(seat: Seat<Order, Report>, { id, order, transfer }: Task<Order, Report>): void {
    try {
      seat.worker.postMessage({ id, order } satisfies OrderMessage<Order>, [...transfer]);
    } catch (thrown) {
      seat.worker.unref();
      this.#free(seat)?.reject(this.#fault('died', 'cannot take this order', thrown));
    }
  }

  #freeSeat(): Seat<Order, Report> | undefined {
    const free = [...this.#seats].find((seat) => seat.task === undefined && !seat.isLeaving);
    return free ?? (this.#seats.size < this.#options.count ? this.#hire() : undefined);
  }

  #hire(): Seat<Order, Report> {
    const { threadUrl, threadData, name, resourceLimits } = this.#options;
    const worker = new Worker(threadUrl, {
      workerData: threadData,
      name,
      ...(resourceLimits && { resourceLimits, stderr: true }),
    });
    const seat: Seat<Order, Report> = {
      worker,
      task: undefined,
      timer: undefined,
      isLeaving: false,
    };
    this.#seats.add(seat);
    worker.on('message', (answer: AnswerMessage<Report>) => this.#answered(seat, answer));
    worker.on('error', (error) => this.#lost(seat, error));
    worker.on('exit', () => this.#lost(seat, undefined));
    // Only work keeps the process alive.
    worker.unref();
    return seat;
  }

  #answered(seat: Seat<Order, Report>, answer: AnswerMessage<Report>): void {
    const task = this.#free(seat);
    seat.worker.unref();
    if (task?.id === answer.id) {
      if ('report' in answer) task.resolve(answer.report);
      else task.reject(faultOfPlain(answer.fault));
    }
    this.#assign();
    const { restMs } = this.#options;
    if (restMs !== undefined && seat.task === undefined)
      this.#setTimer(seat, restMs, () => this.#replace(seat, this.#fault('closed', 'rests')));
  }

  #lost(seat: Seat<Order, Report>, error: unknown): void {
    this.#seats.delete(seat);
    const { died } = this.#options.faults;
    const why = error === undefined ? '' : `: ${asFault(error, died).message}`;
    this.#free(seat)?.reject(this.#fault('died', `died${why}`, error));
    this.#assign();
  }

  #abort(id: number): void {
    const aborted = this.#fault('aborted', 'was told to break off');
    const index = this.#waiting.findIndex((task) => task.id === id);
    if (index >= 0) {
      this.#waiting.splice(index, 1)[0]?.reject(aborted);
      return;
    }
    const seat = [...this.#seats].find((each) => each.task?.id === id);
    if (seat) this.#replace(seat, aborted);
  }

  /** The next order has a new thread. */
  #replace(seat: Seat<Order, Report>, why: Fault): void {
    void this.#dismiss(seat, why).then(() => this.#assign());
  }

  /** A thread in mid-order listens to nobody: it is stopped, and what it was at is over before the next one takes its place. */
  async #dismiss(seat: Seat<Order, Report>, why: Fault): Promise<void> {
    seat.isLeaving = true;
    this.#free(seat)?.reject(why);
    const late = new Promise((resolve) => setTimeout(resolve, stopWithinMs).unref());
    await Promise.race([seat.worker.terminate(), late]);
    this.#seats.delete(seat);
  }

  #free(seat: Seat<Order, Report>): Task<Order, Report> | undefined {
    const { task } = seat;
    clearTimeout(seat.timer);
    seat.task = undefined;
    seat.timer = undefined;
    return task;
  }

  #setTimer(seat: Seat<Order, Report>, delayMs: number, then: () => void): void {
    clearTimeout(seat.timer);
    seat.timer = setTimeout(then, delayMs);
    seat.timer.unref();
  }

  #fault(kind: keyof PoolFaults, what: string, cause?: unknown): Fault {
    return new Fault(this.#options.faults[kind], `the thread that ${this.#options.task} ${what}`, {
      retry: 'later',
      ...(cause !== undefined && { cause }),
    });
  }
}
