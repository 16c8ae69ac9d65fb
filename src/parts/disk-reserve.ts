/** Room on the disk that is kept for calls. Wiring only. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { DiskReserve, watchDisk } from '#adapters/disk/disk-reserve.ts';
import { readNode } from '#adapters/disk/node-id.ts';
import { SqlAlarms } from '#adapters/postgres/alarms/alarms.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { Closers } from './closers.ts';
import type { Opened } from './opened.ts';

/** The store for exports and uploads, which leave the reserve alone, and whether there is room beside it. */
export const keepReserve = (
  opened: Opened,
  objects: ObjectStore,
  closers: Closers,
): { readonly objects: ObjectStore; readonly hasRoom: () => Promise<boolean> } => {
  const { config, folder, database, changeFeed, log, metrics } = opened;
  const reserve = new DiskReserve({
    freeSpace: () => folder.freeSpace(),
    reserveBytes: config.limits.diskReserveMib * 2 ** 20,
  });
  const alarms = new SqlAlarms(database.kysely, changeFeed);
  const watch = {
    reserve,
    node: readNode(folder.ledger),
    alarms,
    clock: systemClock,
    log,
    metrics,
  };
  closers.add('watch of the disk', watchDisk(watch));
  return {
    objects: reserve.keptBy(objects),
    hasRoom: async () => !(await reserve.look()).isLow,
  };
};
