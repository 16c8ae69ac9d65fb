import { closeSync, fdatasync, fsync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { Fault } from '#base/fault.ts';

const syncFolder = promisify(fsync);

/** Puts what was written into a file on the medium. */
export type SyncFile = (fd: number) => Promise<void>;

export const syncFile: SyncFile = promisify(fdatasync);

/** The newest file that is known to be on the medium, with its bytes there; every earlier file is there whole. */
export interface SyncedPlace {
  readonly index: number;
  readonly size: number;
}

/**
 * Brings the files of the ledger to the medium, off-thread and in their order, and knows up to where they are there. Only that far may
 * anybody act on the ledger for good: what a power cut takes from it, nobody else has to know then.
 */
export class LedgerMedium {
  readonly #folder: string;
  readonly #sync: SyncFile;
  /** Open files, oldest first; the last one is written. */
  readonly #files: { readonly index: number; readonly fd: number }[] = [];
  #written: SyncedPlace = { index: 0, size: 0 };
  #synced: SyncedPlace = { index: 0, size: 0 };
  #hasNewName = false;
  #syncing: Promise<unknown> = Promise.resolve();

  constructor(folder: string, sync: SyncFile) {
    this.#folder = folder;
    this.#sync = sync;
  }

  get synced(): SyncedPlace {
    return this.#synced;
  }

  get isSynced(): boolean {
    const { index, size } = this.#written;
    return index === this.#synced.index && size === this.#synced.size;
  }

  /** From now on this file is written; the one before it is closed once it is synced. */
  begin(index: number, fd: number): void {
    this.#files.push({ index, fd });
    this.#written = { index, size: 0 };
    this.#hasNewName = true;
  }

  /** @param size bytes of the file that is written */
  wrote(size: number): void {
    this.#written = { ...this.#written, size };
  }

  /**
   * Resolves once all that was written before this call is on the medium.
   *
   * @throws {Fault} `ledger/unsynced`
   */
  sync(): Promise<void> {
    const run = this.#syncing.then(() => this.#syncWritten());
    this.#syncing = run.catch(() => undefined);
    return run;
  }

  close(): void {
    for (const { fd } of this.#files.splice(0)) closeSync(fd);
  }

  async #syncWritten(): Promise<void> {
    if (this.isSynced) return;
    const place = this.#written;
    try {
      if (this.#hasNewName) await this.#syncNames();
      for (const { fd, index } of [...this.#files]) {
        await this.#sync(fd);
        if (index === place.index) break;
        // Full and on the medium.
        this.#files.shift();
        closeSync(fd);
      }
    } catch (cause) {
      throw new Fault('ledger/unsynced', 'The disk does not take the ledger for good', {
        retry: 'later',
        cause,
      });
    }
    this.#synced = place;
  }

  async #syncNames(): Promise<void> {
    this.#hasNewName = false;
    const folder = openSync(this.#folder, 'r');
    try {
      await syncFolder(folder);
    } catch (thrown) {
      this.#hasNewName = true;
      throw thrown;
    } finally {
      closeSync(folder);
    }
  }
}
