import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JournalFolders } from '#ports/journal-folders.ts';
import { diskFault } from './disk-fault.ts';

/** `DATA_DIR/journals/{callId}`: call ids are minted here and are safe as names. */
export const journalFolders = (dataDir: string): JournalFolders => ({
  make: (callId) => {
    const relativeToData = join('journals', callId);
    const absolute = join(dataDir, relativeToData);
    const parent = dirname(absolute);
    try {
      if (!existsSync(parent)) mkdirSync(parent, { recursive: true, mode: 0o700 });
      // Not recursively: Node then answers ENOENT where the file system is read-only, and the operator would look for a lost folder.
      mkdirSync(absolute, { mode: 0o700 });
    } catch (thrown) {
      const fault = diskFault(thrown, absolute);
      if (fault.code !== 'disk/exists') throw fault;
    }
    return { absolute, relativeToData };
  },
});
