/** The database brought to this version, with the master key that the installation was made with. Wiring only. */
import { findMasterKey, keepMasterKey } from '#adapters/disk/installation-key.ts';
import { sqlInstallationRows } from '#adapters/postgres/installation/installation-rows.ts';
import type { Opened } from './opened.ts';

export interface Installation {
  readonly masterKey: Uint8Array;
  /** Names of the migrations that ran now. */
  readonly applied: readonly string[];
}

/** @throws {Fault} `secrets/…` before anything is written, `database/…`, `disk/…` */
export const openInstallation = async ({
  config,
  folder,
  database,
}: Pick<Opened, 'config' | 'folder' | 'database'>): Promise<Installation> => {
  const rows = sqlInstallationRows(database.kysely);
  const key = { folder, configured: config.masterKey, rows };
  const found = await findMasterKey(key);
  const applied = await database.migrate();
  return { masterKey: await keepMasterKey(found, key), applied };
};
