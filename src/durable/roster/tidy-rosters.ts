/** Uploads of rosters that the end of a process cut in two: rows that wait for their import, files that nobody will read any more. */
import { repeat } from '#base/repeat.ts';
import type { Clock } from '#ports/clock.ts';
import type { Jobs } from '#ports/jobs.ts';
import type { Log } from '#ports/log.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { RosterRows } from '#ports/rosters.ts';

/** An upload is stored moments before its row; what is older and waits for no import is left over, whichever process stored it. */
const youngMs = 60 * 60_000;
/** What a crash leaves is still young at the start after it. */
const everyMs = 60 * 60_000;
const batchSize = 200;

export interface TidyRostersOptions {
  readonly rows: Pick<RosterRows, 'importing'>;
  readonly objects: Pick<ObjectStore, 'list' | 'delete'>;
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Rosters that are importing get their job again; one that has it already keeps the one. */
export const requeueImports = async (
  options: Pick<TidyRostersOptions, 'rows' | 'jobs'>,
): Promise<number> => {
  const ids = await options.rows.importing();
  await options.jobs.enqueue(
    'importRoster',
    ids.map((rosterId) => ({ rosterId })),
  );
  return ids.length;
};

const idOf = (key: string): string => /([^/]+)\.\w+$/u.exec(key)?.[1] ?? '';

/** They hold people's numbers. @returns how many files went */
export const sweepRosterFiles = async (
  options: Pick<TidyRostersOptions, 'rows' | 'objects' | 'clock'>,
): Promise<number> => {
  const { rows, objects, clock } = options;
  let swept = 0;
  const sweep = async (keys: readonly string[]): Promise<void> => {
    if (keys.length === 0) return;
    const awaited = new Set<string>(await rows.importing());
    for (const key of keys.filter((one) => !awaited.has(idOf(one)))) {
      await objects.delete(key);
      swept++;
    }
  };
  let keys: string[] = [];
  for await (const { key, storedAtMs } of objects.list('rosters/')) {
    if (clock.nowMs() - storedAtMs < youngMs) continue;
    keys.push(key);
    if (keys.length < batchSize) continue;
    await sweep(keys);
    keys = [];
  }
  await sweep(keys);
  return swept;
};

/** Once, beside the start, and each hour after it. @returns what ends it */
export const tidyRosters = (options: TidyRostersOptions): (() => Promise<void>) => {
  const { clock, log } = options;
  const work = async (): Promise<void> => {
    const requeued = await requeueImports(options);
    const swept = await sweepRosterFiles(options);
    if (requeued + swept > 0) log.info('roster.tidied', { requeued, swept });
  };
  const onFailure = (error: unknown): void =>
    log.error('roster.not-tidied', { error: String(error) });
  return repeat({ clock, everyMs, work, onFailure });
};
