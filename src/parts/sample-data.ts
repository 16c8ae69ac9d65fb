/** Sample data on request. Wiring only. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { sqlSampleRows } from '#adapters/postgres/sample/sample-rows.ts';
import { SampleCentre, type SampleDataOptions } from '#admin/sample-data.ts';
import type { SampleData } from '#ports/sample-data.ts';
import type { Closers } from './closers.ts';
import type { Opened } from './opened.ts';

type Handed = Omit<SampleDataOptions, 'rows' | 'forgetJournals' | 'clock' | 'log' | 'changeFeed'>;

export const startSampleData = (
  { folder, database, changeFeed, log }: Opened,
  handed: Handed,
  closers: Closers,
): SampleData => {
  const centre = new SampleCentre({
    ...handed,
    rows: sqlSampleRows(database.kysely),
    // Call ids are minted here and are safe as names.
    forgetJournals: (callId) =>
      rm(join(folder.root, 'journals', callId), { recursive: true, force: true }),
    changeFeed,
    clock: systemClock,
    log,
  });
  closers.add('sample data', () => centre.close());
  return centre;
};
