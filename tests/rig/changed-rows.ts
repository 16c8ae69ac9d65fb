/** Rows of a server's embedded database, changed while it does not run. */
import { join } from 'node:path';
import { openDatabase, type Database } from '../../src/adapters/postgres/open-database.ts';
import type { Server } from './server.ts';

/** Stops the server, and starts it again on what was changed. */
export const changeRows = async (
  server: Server,
  change: (database: Database) => Promise<void>,
): Promise<void> => {
  await server.stop();
  const database = await openDatabase({
    folder: join(server.dataDir, 'db'),
    url: '',
    onBackgroundError: (error) => {
      throw error;
    },
  });
  try {
    await change(database);
  } finally {
    await database.close();
  }
  await server.start();
};
