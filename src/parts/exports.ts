/** Exports of recordings. Wiring only. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { sqlExportRows } from '#adapters/postgres/exports/exports.ts';
import { zipArchive } from '#adapters/zip/zip-archive.ts';
import { newId } from '#admin/secrets.ts';
import { repeat } from '#base/repeat.ts';
import type { ExportId } from '#core/ids.ts';
import { createExportDesk } from '#durable/export/export-desk.ts';
import { expireExports, giveUpExport, makeExport } from '#durable/export/make-export.ts';
import { startJobRunner } from '#durable/runner/job-runner.ts';
import type { Administration } from '#ports/administration.ts';
import type { Library } from '#ports/library.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { RecordingExports } from '#ports/recording-exports.ts';
import type { RenditionMaker } from '#ports/renditions.ts';
import type { Closers } from './closers.ts';
import type { Opened } from './opened.ts';

/** A file may outlive its day by this much. */
const SWEEP_MS = 10 * 60_000;

interface ExportParts extends Opened {
  readonly objects: ObjectStore;
  readonly library: Library;
  /** Null where no files are made. */
  readonly renditions: RenditionMaker | null;
  readonly administration: Administration;
  readonly hasRoom: () => Promise<boolean>;
}

export const startExports = async (
  parts: ExportParts,
  closers: Closers,
): Promise<RecordingExports> => {
  const { database, log, metrics, toldErrors, config, administration, renditions } = parts;
  const jobs = await startJobRunner({ database, log, metrics, toldErrors });
  const desk = {
    ...parts,
    rows: sqlExportRows(database.kysely),
    clock: systemClock,
    audit: administration.audit,
    archive: zipArchive,
    jobs,
    newId,
  };
  const stop = new AbortController();
  if (config.roles.includes('work') && renditions !== null) {
    const maker = { ...desk, renditions };
    await jobs.work(
      'exportRecordings',
      ({ exportId }, signal) =>
        makeExport(maker, exportId as ExportId, AbortSignal.any([signal, stop.signal])),
      ({ exportId }) => giveUpExport(maker, exportId as ExportId, 'jobs/failed'),
    );
    const stopSweep = repeat({
      clock: systemClock,
      everyMs: SWEEP_MS,
      work: () => expireExports(maker),
      onFailure: (error) => log.error('export.not-tidied', { error: String(error) }),
    });
    closers.add('old exports', stopSweep);
  }
  closers.add('jobs of exports', async () => {
    stop.abort();
    await jobs.close();
  });
  return createExportDesk(desk);
};
