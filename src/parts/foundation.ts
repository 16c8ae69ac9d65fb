/**
 * What takes longest to open and needs least of the program: begun while the rest of the program is still being read, so this file
 * imports little. Wiring only.
 */
import { existsSync } from 'node:fs';
import { type DataFolder, openDataFolder, shareDataFolder } from '#adapters/disk/data-folder.ts';
import { EmbeddedClient } from '#adapters/postgres/embedded/client.ts';
import type { Config } from '#config';
import { tryPorts } from './ports.ts';

export interface Foundation {
  readonly folder: DataFolder;
  /** The embedded database, opening; undefined with a PostgreSQL server. */
  readonly embedded: EmbeddedClient | undefined;
}

/**
 * The ports before the database, whose making is a matter of seconds. A data folder that is there already comes first: whoever starts one
 * server twice is told of the other one, and not of a port that it holds; one that is not there is not made for a start that fails.
 *
 * @throws {Fault} when the data folder or a port cannot be had; what is wrong with the database is told when it is used
 */
export const layFoundation = async (config: Config): Promise<Foundation> => {
  // Journals and ledger have one writer: the process with the calls owns the folder, the others look into it.
  const open = config.roles.includes('call') ? openDataFolder : shareDataFolder;
  if (!existsSync(config.dataDir)) await tryPorts(config);
  const folder = open(config.dataDir);
  try {
    await tryPorts(config);
  } catch (thrown) {
    folder.release();
    throw thrown;
  }
  if (config.databaseUrl) return { folder, embedded: undefined };
  const embedded = new EmbeddedClient({ folder: folder.database });
  embedded.open().catch(() => undefined);
  return { folder, embedded };
};
