import type { JournalFolder } from '#ports/recovery.ts';
import type { JournalThreadData } from './finalise-workers.ts';
import { WorkerPool } from './worker-pool.ts';

export interface SalvageOrder {
  /** Relative to the data folder. */
  readonly path: string;
}

export type SalvageReport = Awaited<ReturnType<JournalFolder['salvage']>>;

export interface SalvageThreadData extends JournalThreadData {
  /** The data folder, absolute. */
  readonly root: string;
}

export interface SalvageThreadOptions {
  /** Module of the thread, `src/threads/salvage.ts`. */
  readonly threadUrl: URL;
  readonly threadData: SalvageThreadData;
  /** An hour of a voice takes a fifth of a second. Default 10 minutes, for a disk that stalls. */
  readonly timeoutMs?: number;
  /** Without work for so long the thread ends: most lives of a process need none. Default 10 s. */
  readonly restMs?: number;
}

/** One thread that makes one journal after the other complete again: reading hours of audio is not for the thread that takes the calls. */
export class SalvageThread implements Pick<JournalFolder, 'salvage'> {
  readonly #pool: WorkerPool<SalvageOrder, SalvageReport>;

  constructor(options: SalvageThreadOptions) {
    this.#pool = new WorkerPool({
      timeoutMs: 600_000,
      restMs: 10_000,
      ...options,
      name: 'salvage',
      task: 'salvages journals',
      count: 1,
      // Recovery asks for one after the other; so does each media thread that died, for all its tracks.
      mostWaiting: 10_000,
      faults: {
        closed: 'salvage/closed',
        full: 'salvage/queue-full',
        died: 'salvage/thread-died',
        stuck: 'salvage/timed-out',
        // Nobody breaks one off.
        aborted: 'salvage/closed',
      },
    });
  }

  salvage(path: string): Promise<SalvageReport> {
    return this.#pool.run({ path });
  }

  /** What is being salvaged is salvaged again at the next start. Idempotent. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}
