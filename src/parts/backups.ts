/** Backups of this data folder and its database. Wiring only. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { copyTree, createBackupMaker } from '#adapters/disk/backup-folder.ts';
import type { Database } from '#adapters/postgres/open-database.ts';
import type { BackupMaker } from '#ports/backup.ts';

export const createBackups = (root: string, database: Database, version: string): BackupMaker => {
  const { whileStill } = database;
  return createBackupMaker({
    root,
    version,
    nowMs: () => systemClock.nowMs(),
    copyDatabase: whileStill === null ? null : (to) => whileStill((folder) => copyTree(folder, to)),
  });
};
