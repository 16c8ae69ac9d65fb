import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalFolders } from '#ports/journal-folders.ts';
import { diskFault } from './disk-fault.ts';

/** `DATA_DIR/journals/{callId}`: call ids are minted here and are safe as names. */
export const journalFolders = (dataDir: string): JournalFolders => ({
  make: (callId) => {
    const relativeToData = join('journals', callId);
    const absolute = join(dataDir, relativeToData);
    try {
      mkdirSync(absolute, { recursive: true, mode: 0o700 });
    } catch (thrown) {
      throw diskFault(thrown, absolute);
    }
    return { absolute, relativeToData };
  },
});
