import { Worker } from 'node:worker_threads';
import { Fault, type FaultCode } from '#base/fault.ts';
import type { AssetFormat, AudioPreparer, PreparedAudio } from '#ports/voice-assets.ts';
import type { PrepareAnswer, PrepareOrder } from './preparer-messages.ts';

export interface PreparerThreadOptions {
  /** Module of the thread, `src/threads/prepare.ts`. */
  readonly threadUrl: URL;
  /** A file of a minute takes 0.03 s; this is for one that never ends. Default 20 s, for a machine with everything else to do. */
  readonly timeoutMs?: number;
  /** Files that may wait, at most a megabyte each; one more is refused. Default 64. */
  readonly mostWaiting?: number;
}

interface Task {
  readonly order: PrepareOrder;
  readonly resolve: (made: PreparedAudio | null) => void;
  readonly reject: (fault: Fault) => void;
}

const fault = (code: FaultCode, message: string, cause?: unknown): Fault =>
  new Fault(code, message, { retry: 'later', ...(cause !== undefined && { cause }) });

/** One thread that decodes one file after the other; started with the first, replaced when it dies or hangs. */
export class PreparerThread implements AudioPreparer {
  readonly #options: PreparerThreadOptions;
  readonly #waiting: Task[] = [];
  #worker: Worker | null = null;
  #running: Task | null = null;
  #timer: NodeJS.Timeout | undefined;
  #nextId = 1;
  #isClosed = false;

  constructor(options: PreparerThreadOptions) {
    this.#options = options;
  }

  async prepare(
    format: AssetFormat,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<PreparedAudio | null> {
    if (this.#isClosed) throw fault('asset/preparer-died', 'the thread that decodes is closed');
    if (this.#waiting.length >= (this.#options.mostWaiting ?? 64))
      throw fault('asset/preparer-full', 'too many uploads wait to be decoded');
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order: { id, format, bytes }, resolve, reject });
      this.#next();
    });
  }

  /** Fails what waits and what runs: it is done again when it is next wanted. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = fault('asset/preparer-died', 'the thread that decodes is closing');
    for (const task of this.#waiting.splice(0)) task.reject(closed);
    await this.#dismiss(closed);
  }

  #next(): void {
    if (this.#running || this.#isClosed) return;
    const task = this.#waiting.shift();
    if (!task) return;
    this.#running = task;
    this.#worker ??= this.#hire();
    this.#worker.ref();
    this.#timer = setTimeout(() => {
      const stuck = fault('asset/preparer-stuck', 'a file took too long to decode');
      void this.#dismiss(stuck).then(() => this.#next());
    }, this.#options.timeoutMs ?? 20_000);
    this.#timer.unref();
    this.#worker.postMessage(task.order, [task.order.bytes.buffer]);
  }

  #hire(): Worker {
    const worker = new Worker(this.#options.threadUrl, {
      name: 'prepare',
      resourceLimits: { maxOldGenerationSizeMb: 128 },
      stderr: true,
    });
    worker.on('message', ({ id, made }: PrepareAnswer) => {
      if (this.#running?.order.id !== id) return;
      worker.unref();
      this.#free()?.resolve(made);
      this.#next();
    });
    worker.on('error', (cause) => this.#lost(worker, cause));
    worker.on('exit', () => this.#lost(worker, undefined));
    worker.unref();
    return worker;
  }

  #lost(worker: Worker, cause: unknown): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    this.#free()?.reject(fault('asset/preparer-died', 'the thread that decodes died', cause));
    this.#next();
  }

  async #dismiss(why: Fault): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#free()?.reject(why);
    await worker?.terminate();
  }

  #free(): Task | null {
    const task = this.#running;
    clearTimeout(this.#timer);
    this.#running = null;
    this.#timer = undefined;
    return task;
  }
}
