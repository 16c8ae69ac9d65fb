import type { AssetFormat, AudioPreparer, PreparedAudio } from '#ports/voice-assets.ts';
import { WorkerPool } from './worker-pool.ts';

export interface PrepareOrder {
  readonly format: AssetFormat;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface PreparerThreadOptions {
  /** Module of the thread, `src/threads/prepare.ts`. */
  readonly threadUrl: URL;
  /** A file of a minute takes 0.03 s; this is for one that never ends. Default 20 s, for a machine with everything else to do. */
  readonly timeoutMs?: number;
  /** Files that may wait, at most a megabyte each; one more is refused. Default 64. */
  readonly mostWaiting?: number;
}

/** One thread that decodes one file after the other; started with the first, replaced when it dies or hangs. */
export class PreparerThread implements AudioPreparer {
  /** Reports null when the bytes cannot be decoded. */
  readonly #pool: WorkerPool<PrepareOrder, PreparedAudio | null>;

  constructor(options: PreparerThreadOptions) {
    this.#pool = new WorkerPool({
      mostWaiting: 64,
      timeoutMs: 20_000,
      ...options,
      name: 'prepare',
      task: 'decodes uploads',
      count: 1,
      resourceLimits: { maxOldGenerationSizeMb: 128 },
      faults: {
        closed: 'asset/preparer-died',
        full: 'asset/preparer-full',
        died: 'asset/preparer-died',
        stuck: 'asset/preparer-stuck',
        // Nobody breaks one off.
        aborted: 'asset/preparer-died',
      },
    });
  }

  prepare(format: AssetFormat, bytes: Uint8Array<ArrayBuffer>): Promise<PreparedAudio | null> {
    return this.#pool.run({ format, bytes }, { transfer: [bytes.buffer] });
  }

  /** Fails what waits and what runs: it is done again when it is next wanted. Idempotent. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}
