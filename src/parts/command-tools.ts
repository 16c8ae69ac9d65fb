/** What the command line works with beyond the administration: backups of this data folder and its database, and the nodes. Wiring only. */
import { createNodeDesk } from '#admin/nodes.ts';
import type { CommandTools } from '#admin/commands.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { copyTree, createBackupMaker } from '#adapters/disk/backup-folder.ts';
import { readNode } from '#adapters/disk/node-id.ts';
import { sqlNodeRows } from '#adapters/postgres/nodes/node-rows.ts';
import { outcomeOf } from '#core/recording/outcome.ts';
import type { Opened } from './opened.ts';

export const createCommandTools = (
  { folder, database, changeFeed }: Pick<Opened, 'folder' | 'database' | 'changeFeed'>,
  version: string,
): CommandTools => {
  const { whileStill } = database;
  return {
    backups: createBackupMaker({
      root: folder.root,
      version,
      nowMs: () => systemClock.nowMs(),
      copyDatabase: whileStill === null ? null : (to) => whileStill((from) => copyTree(from, to)),
    }),
    nodes: createNodeDesk({
      rows: sqlNodeRows(database.kysely, outcomeOf),
      own: readNode(folder.ledger),
      changes: changeFeed,
      clock: systemClock,
    }),
  };
};
