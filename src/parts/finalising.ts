/** Files out of sealed recordings, and the jobs that make them. Wiring only. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDiskObjectStore } from '#adapters/disk/object-store.ts';
import { openDiskRenderFolders } from '#adapters/disk/render-folders.ts';
import { FinaliseWorkers } from '#adapters/threads/finalise-workers.ts';
import { SqlRecordingRows } from '#adapters/postgres/recordings/finalise-rows.ts';
import type { RecordingId } from '#core/ids.ts';
import { outcomeOf } from '#core/recording/outcome.ts';
import { Finaliser } from '#durable/finalise/finalise.ts';
import { startJobRunner } from '#durable/runner/job-runner.ts';
import type { Closers } from './closers.ts';
import type { Opened } from './opened.ts';

/** Makes files of sealed recordings, for the jobs and for whoever asks the API for one that is not there yet. */
export const startFinaliser = async (opened: Opened, closers: Closers) => {
  const { config, log, metrics, folder, database, changeFeed, masterKey } = opened;
  const renderer = new FinaliseWorkers({
    threadUrl: new URL('../threads/finalise.ts', import.meta.url),
    threadData: { masterKey },
    count: config.mediaWorkers,
  });
  closers.add('finalise threads', () => renderer.close());
  const objects = await openDiskObjectStore(folder.objects, config.databaseUrl === null);
  // Emptied at the start, so each process beside the owner of the data folder has one of its own.
  const isOwner = config.roles.includes('call');
  const rendering = join(folder.root, isOwner ? 'rendering' : `rendering-${process.pid}`);
  const finaliser = new Finaliser({
    rows: new SqlRecordingRows(database.kysely, { outcomeOf, changes: changeFeed }),
    renderer,
    folders: await openDiskRenderFolders(rendering),
    store: objects,
    journalPath: (relative) => join(folder.root, relative),
    log,
    metrics,
  });
  if (!isOwner) closers.add('rendering', () => rm(rendering, { recursive: true, force: true }));
  return { objects, finaliser };
};

export const workOnRecordings = async (
  finaliser: Finaliser,
  { database, log, metrics, toldErrors }: Opened,
  closers: Closers,
): Promise<void> => {
  const jobs = await startJobRunner({ database, log, metrics, toldErrors });
  closers.add('jobs', () => jobs.close());
  await jobs.work(
    'finalise',
    async ({ recordingId }, signal) => {
      await finaliser.finalise(recordingId as RecordingId, signal);
    },
    async ({ recordingId }, lastError) => {
      await finaliser.giveUp(recordingId as RecordingId, lastError);
    },
  );
};
