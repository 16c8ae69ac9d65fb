import type { Renderer, RenderOrder, RenderReport } from '#ports/renderer.ts';
import { WorkerPool } from './worker-pool.ts';

/** What a thread that reads journals is started with. */
export interface JournalThreadData {
  /** Opens the keys of the journals; never logged. */
  readonly masterKey: Uint8Array;
}

export interface FinaliseWorkersOptions {
  /** Module of the thread, `src/threads/finalise.ts`. */
  readonly threadUrl: URL;
  readonly threadData: JournalThreadData;
  /** Threads at most; cores − 1, at least one, leaves the calls a core. */
  readonly count: number;
  /** Orders that may wait for a thread; one more is refused. Default 1,000. */
  readonly mostWaiting?: number;
  /** One order may take so long before its thread is taken for stuck. Default 30 minutes: 200 hours of audio. */
  readonly timeoutMs?: number;
}

/** Finalise threads: each renders one recording at a time. */
export class FinaliseWorkers implements Renderer {
  readonly #pool: WorkerPool<RenderOrder, RenderReport>;

  /** Starts one thread at once, so that the first call to end does not wait for it; the others come with need. */
  constructor(options: FinaliseWorkersOptions) {
    this.#pool = new WorkerPool({
      mostWaiting: 1000,
      timeoutMs: 1_800_000,
      ...options,
      name: 'finalise',
      task: 'makes the files',
      faults: {
        closed: 'finalise/closed',
        full: 'finalise/queue-full',
        died: 'finalise/worker-crashed',
        stuck: 'finalise/timed-out',
        aborted: 'finalise/aborted',
      },
    });
    this.#pool.warmUp();
  }

  /** Orders that wait for a thread. */
  get waiting(): number {
    return this.#pool.waiting;
  }

  render(order: RenderOrder, signal?: AbortSignal): Promise<RenderReport> {
    return this.#pool.run(order, { signal });
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}
