/**
 * What takes longest to open and needs least of the program: begun while the rest of the program is still being read, so this file
 * imports little. Wiring only.
 */
import { type DataFolder, openDataFolder, shareDataFolder } from '#adapters/disk/data-folder.ts';
import { EmbeddedClient } from '#adapters/postgres/embedded/client.ts';
import type { Config } from '#config';

export interface Foundation {
  readonly folder: DataFolder;
  /** The embedded database, opening; undefined with a PostgreSQL server. */
  readonly embedded: EmbeddedClient | undefined;
}

/** @throws {Fault} when the data folder cannot be had; what is wrong with the database is told when it is used */
export const layFoundation = (config: Config): Foundation => {
  // Journals and ledger have one writer: the process with the calls owns the folder, the others look into it.
  const open = config.roles.includes('call') ? openDataFolder : shareDataFolder;
  const folder = open(config.dataDir);
  if (config.databaseUrl) return { folder, embedded: undefined };
  const embedded = new EmbeddedClient({ folder: folder.database });
  embedded.open().catch(() => undefined);
  return { folder, embedded };
};
