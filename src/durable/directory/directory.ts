/** Keeps the directory in memory fresh: by notice at once, by looking once a second in any case. */
import { asFault } from '#base/fault.ts';
import type { Directory } from '#core/directory.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { DirectoryRows } from '#ports/directory-rows.ts';
import type { DirectorySource } from '#ports/directory-source.ts';
import type { SqlDatabase } from '#ports/sql.ts';
import { buildDirectory, type BuildOptions } from './build.ts';

export interface DirectoryOptions extends BuildOptions {
  readonly rows: DirectoryRows;
  readonly database: Pick<SqlDatabase, 'listen'>;
  readonly clock: Clock;
  /** Look at least this often; 1,000 ms unless told. */
  readonly lookEveryMs?: number;
}

export interface FreshDirectory extends DirectorySource {
  /** Resolves once what is committed now is in `current()`. */
  refresh(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Raised by the triggers on every table the directory is made of. */
const channel = 'callreel_directory';

class MemoryDirectory implements FreshDirectory {
  readonly #options: DirectoryOptions;
  readonly #listeners = new Set<(directory: Directory) => void>();
  #directory: Directory;
  #looking: Promise<void> = Promise.resolve();
  #lookAgain = false;
  #timer: Timer | undefined;
  #stopListening: (() => Promise<void>) | undefined;
  #closed = false;
  #away = false;

  constructor(options: DirectoryOptions, first: Directory) {
    this.#options = options;
    this.#directory = first;
  }

  async start(): Promise<void> {
    const { database } = this.#options;
    const notice = (): void => this.#notice();
    const listening = await database.listen(channel, notice, notice);
    this.#stopListening = () => listening.close();
    this.#schedule();
  }

  current(): Directory {
    return this.#directory;
  }

  onChange(listener: (directory: Directory) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  refresh(): Promise<void> {
    this.#looking = this.#looking.catch(() => undefined).then(() => this.#look());
    return this.#looking;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    await this.#stopListening?.();
    await this.#looking.catch(() => undefined); // told where it failed
  }

  /** Many changes at once are one look. */
  #notice(): void {
    if (this.#lookAgain || this.#closed) return;
    this.#lookAgain = true;
    this.#lookQuietly();
  }

  #schedule(): void {
    if (this.#closed) return;
    const { clock, lookEveryMs = 1000 } = this.#options;
    this.#timer = clock.setTimer(lookEveryMs, () => {
      this.#lookQuietly();
      this.#schedule();
    });
  }

  #lookQuietly(): void {
    const { log } = this.#options;
    this.refresh().then(
      () => {
        if (this.#away) log.info('directory.fresh-again');
        this.#away = false;
      },
      (thrown: unknown) => {
        // Calls go on with what is in memory; said once, not every second.
        const fault = asFault(thrown, 'directory/stale');
        if (!this.#away && !this.#closed)
          log.error('directory.stale', { code: fault.code, reason: fault.message });
        this.#away = true;
      },
    );
  }

  async #look(): Promise<void> {
    this.#lookAgain = false;
    if (this.#closed) return;
    const { rows } = this.#options;
    if ((await rows.version()) === this.#directory.version) return;
    const next = buildDirectory(await rows.read(), this.#options);
    this.#directory = next;
    for (const listener of this.#listeners) listener(next);
  }
}

/**
 * Builds the directory and keeps it fresh. While the database is away the last one stays in force.
 *
 * @throws {Fault} what the database says when the first one cannot be read
 */
export const openDirectory = async (options: DirectoryOptions): Promise<FreshDirectory> => {
  const first = buildDirectory(await options.rows.read(), options);
  const directory = new MemoryDirectory(options, first);
  await directory.start();
  return directory;
};
