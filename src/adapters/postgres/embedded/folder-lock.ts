/**
 * Keeps two processes out of one database folder. The lock is SQLite's lock on a file beside the folder: the kernel frees it the
 * moment its process dies, so a `kill -9` leaves nothing behind to clear by hand.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '#base/fault.ts';

export interface FolderLock {
  /** Idempotent. */
  release(): void;
}

/** @throws {Fault} `database/locked` naming the process that has it */
export const lockFolder = (folder: string): FolderLock => {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  const holder = `${folder}.pid`;
  const lock = new DatabaseSync(`${folder}.lock`);
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new Fault(
      'database/locked',
      `The database in ${folder} is in use by process ${readHolder(holder)}: stop it first, or set another CALLREEL_DATA_DIR`,
      { facts: { folder }, cause },
    );
  }
  try {
    writeFileSync(holder, String(process.pid), { mode: 0o600 });
  } catch (thrown) {
    lock.close();
    throw thrown;
  }
  return {
    release: () => {
      if (lock.isOpen) lock.close();
    },
  };
};

const readHolder = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'unknown';
  }
};
