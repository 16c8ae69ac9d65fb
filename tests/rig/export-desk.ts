/** Exports over a test's database and objects; a file is made before its order is answered. */
import { randomUUIDv7 } from 'node:crypto';
import type { Kysely } from 'kysely';
import { sqlExportRows } from '../../src/adapters/postgres/exports/exports.ts';
import { SqlLibrary } from '../../src/adapters/postgres/library/library.ts';
import type { DB } from '../../src/adapters/postgres/schema.ts';
import { zipArchive } from '../../src/adapters/zip/zip-archive.ts';
import type { ExportId } from '../../src/core/ids.ts';
import { createExportDesk } from '../../src/durable/export/export-desk.ts';
import { makeExport } from '../../src/durable/export/make-export.ts';
import type { Administration } from '../../src/ports/administration.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ChangeFeed } from '../../src/ports/events.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { RenditionMaker } from '../../src/ports/renditions.ts';

export const exportDesk = (world: {
  readonly kysely: Kysely<DB>;
  readonly objects: ObjectStore;
  readonly renditions: RenditionMaker;
  readonly administration: Administration;
  readonly changeFeed: ChangeFeed;
  readonly clock: Clock;
  readonly hasRoom: () => Promise<boolean>;
}) => {
  const maker = {
    ...world,
    rows: sqlExportRows(world.kysely),
    library: new SqlLibrary(world.kysely),
    archive: zipArchive,
    audit: world.administration.audit,
  };
  return createExportDesk({
    ...maker,
    jobs: {
      enqueue: async (_name: string, items: readonly object[]) => {
        for (const { exportId } of items as { exportId: string }[])
          await makeExport(maker, exportId as ExportId, new AbortController().signal);
      },
    },
    newId: randomUUIDv7,
  });
};
