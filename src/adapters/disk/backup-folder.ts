/** Backups: the data folder copied while it is in use, and put back. */
import { existsSync, readdirSync } from 'node:fs';
import {
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Fault } from '#base/fault.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import type { BackupFacts, BackupMaker } from '#ports/backup.ts';
import { diskFault } from './disk-fault.ts';

/** Written last: a folder without it is no whole backup. */
const manifestName = 'callreel-backup.json';
/** Locks, sockets, phones and work in the making belong to the process, the database is copied by itself. */
const isLeftOut = (name: string): boolean =>
  /^(lock(\..*)?|control\.sock|rendering.*|phones\.json.*|db|db\..*)$/.test(name);

interface Manifest extends BackupFacts {
  readonly version: string;
  readonly madeAt: string;
}

export interface BackupOptions {
  /** The data folder. */
  readonly root: string;
  readonly version: string;
  readonly nowMs: () => number;
  /** Writes a copy of the embedded database into a folder; null when the database is a server's. */
  readonly copyDatabase: ((to: string) => Promise<void>) | null;
}

/**
 * The order is what makes the copy consistent: rows refer to the ledger, the ledger to journals, both to objects, so each is copied
 * after what refers to it. The ledger goes before the database too, since what is projected may be pruned in between.
 */
export const createBackupMaker = (options: BackupOptions): BackupMaker => ({
  make: async (to) => {
    const { root, copyDatabase } = options;
    if (copyDatabase === null)
      return refuse(
        'The database is on a PostgreSQL server: docs/runbook/upgrade.md tells how it is copied together with the data folder.',
      );
    if (isInside(root, to)) return refuse(`${to} lies in the data folder: choose another place.`);
    if (!isAbsentOrEmpty(to))
      return refuse(`${to} is not empty: a backup is made in a new folder.`);
    const making = `${to}.unfinished`;
    try {
      await rm(making, { recursive: true, force: true });
      await mkdir(making, { recursive: true, mode: 0o700 });
      await copyTree(join(root, 'ledger'), join(making, 'ledger'));
      await copyDatabase(join(making, 'db'));
      await copyTree(join(root, 'ledger'), join(making, 'ledger'));
      await copyTree(join(root, 'journals'), join(making, 'journals'));
      for (const name of await readdir(root))
        if (!isLeftOut(name) && name !== 'ledger' && name !== 'journals')
          await copyTree(join(root, name), join(making, name));
      const facts = await measure(making);
      const madeAt = new Date(options.nowMs()).toISOString();
      await writeManifest(making, { version: options.version, madeAt, ...facts });
      await rm(to, { recursive: true, force: true });
      await rename(making, to);
      return ok(facts);
    } catch (thrown) {
      await rm(making, { recursive: true, force: true });
      throw diskFault(thrown, to);
    }
  },
});

/**
 * Puts a backup into a data folder that does not exist or is empty, whole or not at all.
 *
 * @throws {Fault} `disk/…`
 */
export const restoreBackup = async (
  from: string,
  root: string,
): Promise<Result<BackupFacts, string>> => {
  const manifest = await readManifest(from);
  if (!manifest) return refuse(`${from} is no whole backup: ${manifestName} is missing or broken.`);
  if (!isAbsentOrEmpty(root))
    return refuse(`${root} is not empty: a backup is restored into a new CALLREEL_DATA_DIR.`);
  const making = `${root}.restoring`;
  try {
    await rm(making, { recursive: true, force: true });
    await mkdir(dirname(root), { recursive: true });
    await copyTree(from, making);
    const { files, sizeBytes } = await measure(making);
    if (files !== manifest.files || sizeBytes !== manifest.sizeBytes)
      throw new Fault(
        'disk/missing',
        `${from} has ${files} files of ${sizeBytes} bytes and should have ${manifest.files} of ${manifest.sizeBytes}`,
      );
    await rm(join(making, manifestName));
    if (existsSync(root)) await rmdir(root);
    await rename(making, root);
    return ok({ files, sizeBytes });
  } catch (thrown) {
    await rm(making, { recursive: true, force: true });
    throw diskFault(thrown, root);
  }
};

const isInside = (root: string, path: string): boolean => {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
};

const isAbsentOrEmpty = (folder: string): boolean =>
  !existsSync(folder) || readdirSync(folder).length === 0;

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * Copies a file or a folder, each file on the disk before the next; only for the owner. A file that goes meanwhile was not needed. Over an
 * earlier copy it adds and renews.
 */
export const copyTree = async (from: string, to: string): Promise<void> => {
  let entries;
  try {
    entries = await readdir(from, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return;
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR')
      return copyOne(from, to);
    throw error;
  }
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isFile()) await copyOne(source, target);
  }
};

const copyOne = async (from: string, to: string): Promise<void> => {
  try {
    await copyFile(from, to);
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  const handle = await open(to, 'r+');
  try {
    await handle.chmod(0o600);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const measure = async (folder: string): Promise<BackupFacts> => {
  let [files, sizeBytes] = [0, 0];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === manifestName) continue;
    const handle = await open(join(entry.parentPath, entry.name), 'r');
    try {
      sizeBytes += (await handle.stat()).size;
      files++;
    } finally {
      await handle.close();
    }
  }
  return { files, sizeBytes };
};

const writeManifest = async (folder: string, manifest: Manifest): Promise<void> => {
  const path = join(folder, manifestName);
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true });
};

const readManifest = async (folder: string): Promise<Manifest | undefined> => {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(folder, manifestName), 'utf8'));
    const { files, sizeBytes } = manifest as Partial<Record<keyof Manifest, unknown>>;
    const isWhole = typeof files === 'number' && typeof sizeBytes === 'number';
    return isWhole ? (manifest as Manifest) : undefined;
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError) return undefined;
    throw diskFault(error, folder);
  }
};
