import {
  close as closeCallback,
  fdatasync as fdatasyncCallback,
  openSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Fault } from '#base/fault.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { JournalFile, JournalFiles } from '#ports/journal-files.ts';
import { diskFault } from './disk-fault.ts';

const fdatasync = promisify(fdatasyncCallback);
const closeFd = promisify(closeCallback);

/** Bound of what a power cut may cost, and far enough apart that 1,000 tracks cost the thread pool 6 % (1.8 ms each, measured). */
const syncEveryMs = 30_000;
/** How often the oldest unsynced file is looked for: one sync at a time, so the pool keeps threads for everybody else. */
const lookEveryMs = 25;

/** Makes a new directory entry survive a power cut. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

class DiskJournalFile implements JournalFile {
  readonly path: string;
  readonly #fd: number;
  readonly #gone: (file: DiskJournalFile) => void;
  #dirty = false;
  #entrySynced = false;
  #syncing: Promise<void> | undefined;
  #fault: Fault | undefined;
  #closing: Promise<void> | undefined;

  constructor(path: string, gone: (file: DiskJournalFile) => void) {
    this.path = path;
    this.#gone = gone;
    try {
      this.#fd = openSync(path, 'ax', 0o600);
    } catch (thrown) {
      throw diskFault(thrown, path);
    }
  }

  append(bytes: Uint8Array): void {
    if (this.#fault !== undefined) throw this.#fault;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
    } catch (thrown) {
      this.#fault = diskFault(thrown, this.path);
      throw this.#fault;
    }
    this.#dirty = true;
  }

  /** Never rejects: a refusal comes out of the next `append` or of `close`. */
  sync(): Promise<void> {
    this.#syncing ??= this.#syncNow().finally(() => {
      this.#syncing = undefined;
    });
    return this.#syncing;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeNow();
    return this.#closing;
  }

  async #syncNow(): Promise<void> {
    if (!this.#dirty || this.#fault !== undefined) return;
    this.#dirty = false;
    try {
      await fdatasync(this.#fd);
      if (!this.#entrySynced) await syncFolder(dirname(this.path));
      this.#entrySynced = true;
    } catch (thrown) {
      this.#fault = diskFault(thrown, this.path);
    }
  }

  async #closeNow(): Promise<void> {
    this.#gone(this);
    await this.#syncing;
    await this.#syncNow();
    try {
      await closeFd(this.#fd);
    } catch (thrown) {
      this.#fault ??= diskFault(thrown, this.path);
    }
    if (this.#fault !== undefined) throw this.#fault;
  }
}

/**
 * Journals on the local disk. Appends go straight to the page cache; each open file is put on the medium every 30 s, one file at a
 * time and off the thread that appends.
 */
export class DiskJournalFiles implements JournalFiles {
  readonly #clock: Clock;
  /** Open files with the instant of their next sync, the nearest first: a file that was synced goes to the end. */
  readonly #due = new Map<DiskJournalFile, number>();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  create(path: string): JournalFile {
    const file = new DiskJournalFile(path, (gone) => this.#due.delete(gone));
    this.#due.set(file, this.#clock.monoMs() + syncEveryMs);
    this.#arm();
    return file;
  }

  /** Files that are open now; closing them is the business of who created them. */
  get openFiles(): number {
    return this.#due.size;
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#due.size === 0) return;
    this.#timer = this.#clock.setTimer(lookEveryMs, () => {
      void this.#syncOldest().finally(() => {
        this.#timer = undefined;
        this.#arm();
      });
    });
  }

  async #syncOldest(): Promise<void> {
    const [oldest] = this.#due;
    if (oldest === undefined || oldest[1] > this.#clock.monoMs()) return;
    const [file] = oldest;
    await file.sync();
    if (this.#due.delete(file)) this.#due.set(file, this.#clock.monoMs() + syncEveryMs);
  }
}
