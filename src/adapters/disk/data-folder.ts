import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault, type FaultCode } from '#base/fault.ts';
import { diskFault } from './disk-fault.ts';

export interface FreeSpace {
  /** For processes that are not root. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** The data folder while this process owns it. */
export interface DataFolder {
  readonly root: string;
  readonly journals: string;
  readonly ledger: string;
  readonly objects: string;
  readonly prompts: string;
  readonly database: string;
  readonly secrets: string;
  freeSpace(): Promise<FreeSpace>;
  /** Lets another process have it. Idempotent. */
  release(): void;
}

/** Only the parents are made recursively: Node's recursive form answers ENOENT where the file system is read-only. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  if (!existsSync(dirname(folder))) mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(folder, { mode: 0o700 });
};

/**
 * Whether nothing is there yet: no folder, or an empty one that was made for it.
 *
 * @throws {Fault} `disk/…`
 */
export const isNoDataFolder = (root: string): boolean => {
  try {
    return !existsSync(root) || readdirSync(root).every((name) => name === 'lost+found');
  } catch (thrown) {
    throw diskFault(thrown, root);
  }
};

/** What to do about it, beside what it is. */
const remedyOf = (code: FaultCode): string =>
  code === 'disk/full'
    ? 'free space there or make the disk larger'
    : code === 'disk/read-only'
      ? 'mount it read-write (one that turned read-only has errors), or set CALLREEL_DATA_DIR to a folder elsewhere'
      : 'check CALLREEL_DATA_DIR';

const makeTree = (root: string): Omit<DataFolder, 'freeSpace' | 'release'> => {
  const tree = {
    root,
    journals: join(root, 'journals'),
    ledger: join(root, 'ledger'),
    objects: join(root, 'objects'),
    prompts: join(root, 'prompts'),
    database: join(root, 'db'),
    secrets: join(root, 'secrets'),
  };
  for (const folder of Object.values(tree)) {
    try {
      makeFolder(folder);
      if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
    } catch (thrown) {
      const fault = diskFault(thrown, folder);
      throw new Fault(
        fault.code,
        `the data folder cannot be used (${fault.message}): ${remedyOf(fault.code)}`,
        { facts: { root }, cause: thrown },
      );
    }
  }
  return tree;
};

const ownerOf = (pidFile: string): string => {
  try {
    return `process ${readFileSync(pidFile, 'utf8').trim()}`;
  } catch {
    // The owner holds the lock but has not written its number yet.
    return 'another process';
  }
};

/** SQLite's own words for a lock that another one holds, and for a disk without room. */
const [busy, full] = [5, 13];

/** Locks that are held: one that only its folder knows is closed, and so given back, when that folder is collected as garbage. */
const heldLocks = new Set<DatabaseSync>();

const sqliteCodeOf = (thrown: unknown): unknown =>
  typeof thrown === 'object' && thrown !== null && 'errcode' in thrown ? thrown.errcode : undefined;

/** What keeps the lock from being taken. SQLite tells a full disk; of the rest it knows less than the file system does. */
const lockFault = (thrown: unknown, root: string): Fault => {
  if (sqliteCodeOf(thrown) === full) return diskFault({ code: 'ENOSPC' }, root);
  try {
    accessSync(root, constants.W_OK);
  } catch (refusal) {
    return diskFault(refusal, root);
  }
  return diskFault(thrown, root);
};

/**
 * Takes the exclusive lock of an empty SQLite file. The kernel gives it back when the process dies in whatever way, so there is no stale
 * lock to judge, and containers on one machine see each other's; Node itself has no file locks.
 */
const takeLock = (root: string): DatabaseSync => {
  const lock = new DatabaseSync(join(root, 'lock'), { timeout: 0 });
  try {
    lock.exec(
      'PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE TRANSACTION',
    );
  } catch (thrown) {
    lock.close();
    throw thrown;
  }
  heldLocks.add(lock);
  return lock;
};

const letGo = (lock: DatabaseSync, pidFile: string): void => {
  rmSync(pidFile, { force: true });
  heldLocks.delete(lock);
  lock.close();
};

/**
 * Makes the data folder and its sub-folders (mode 0700) and owns it until `release` or death.
 *
 * @throws {Fault} `data-folder/locked` naming the process that has it; `disk/…` when the disk refuses a folder or the lock;
 * `data-folder/unusable` when the lock cannot be taken for another reason
 */
export const openDataFolder = (root: string): DataFolder => {
  const tree = makeTree(root);
  const pidFile = join(root, 'lock.pid');
  let lock: DatabaseSync | undefined;
  try {
    lock = takeLock(root);
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (thrown) {
    if (lock !== undefined) letGo(lock, pidFile);
    if (sqliteCodeOf(thrown) === busy) {
      const owner = ownerOf(pidFile);
      throw new Fault(
        'data-folder/locked',
        `the data folder ${root} is in use by ${owner}: stop it, or set CALLREEL_DATA_DIR to another folder`,
        { cause: thrown, facts: { root, owner } },
      );
    }
    const fault = lockFault(thrown, root);
    throw new Fault(
      fault.code === 'disk/io' ? 'data-folder/unusable' : fault.code,
      `the data folder cannot be locked (${fault.message}): ${remedyOf(fault.code)}`,
      { cause: thrown, facts: { root } },
    );
  }
  const held = lock;
  let released = false;
  return {
    ...tree,
    freeSpace: () => freeSpaceOf(root),
    release: () => {
      if (released) return;
      released = true;
      letGo(held, pidFile);
    },
  };
};

/**
 * The data folder beside the process that owns it: to read journals and to keep objects, which every process names for itself.
 *
 * @throws {Fault} `disk/…` when a folder cannot be made
 */
export const shareDataFolder = (root: string): DataFolder => ({
  ...makeTree(root),
  freeSpace: () => freeSpaceOf(root),
  release: () => undefined,
});

/** @throws {Fault} `disk/…` */
export const freeSpaceOf = async (folder: string): Promise<FreeSpace> => {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch (thrown) {
    throw diskFault(thrown, folder);
  }
};
