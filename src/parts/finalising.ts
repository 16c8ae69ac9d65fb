/** Files out of sealed recordings, and the jobs that make them. Wiring only. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { readNode } from '#adapters/disk/node-id.ts';
import { openDiskObjectStore } from '#adapters/disk/object-store.ts';
import { openDiskRenderFolders } from '#adapters/disk/render-folders.ts';
import { SqlAlarms } from '#adapters/postgres/alarms/alarms.ts';
import { FinaliseWorkers } from '#adapters/threads/finalise-workers.ts';
import { SqlRecordingRows } from '#adapters/postgres/recordings/finalise-rows.ts';
import { asFault } from '#base/fault.ts';
import { repeat } from '#base/repeat.ts';
import type { RecordingId } from '#core/ids.ts';
import { outcomeOf } from '#core/recording/outcome.ts';
import { Finaliser } from '#durable/finalise/finalise.ts';
import { FinaliseWaits, orderWaiting } from '#durable/finalise/waits.ts';
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
  const rows = new SqlRecordingRows(database.kysely, { outcomeOf, changes: changeFeed });
  const waits = new FinaliseWaits({
    alarms: new SqlAlarms(database.kysely, changeFeed),
    // Asked each time: a folder that was empty may be mounted over, or its owner may start after this process.
    ownNode: () => readNode(folder.ledger),
  });
  const finaliser = new Finaliser({
    rows,
    waits,
    renderer,
    folders: await openDiskRenderFolders(rendering),
    store: objects,
    journalPath: (relative) => join(folder.root, relative),
    log,
    metrics,
  });
  if (!isOwner) closers.add('rendering', () => rm(rendering, { recursive: true, force: true }));
  return { objects, finaliser, rows, waits };
};

/** How often recordings that wait are ordered again; a question of one small index. */
const orderAgainMs = 600_000;

export const workOnRecordings = async (
  { finaliser, rows, waits }: Awaited<ReturnType<typeof startFinaliser>>,
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
  const stop = repeat({
    clock: systemClock,
    everyMs: orderAgainMs,
    work: () => orderWaiting({ rows, waits, jobs, clock: systemClock, log }),
    onFailure: (thrown) => {
      const { code, message } = asFault(thrown, 'database/away');
      log.warn('finalise.not-ordered-again', { code, reason: message });
    },
  });
  closers.add('recordings that wait', stop);
};
