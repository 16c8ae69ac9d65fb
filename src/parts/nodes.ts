/** The machines beside this one. Wiring only. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { SqlAlarms } from '#adapters/postgres/alarms/alarms.ts';
import { sqlNodeRows } from '#adapters/postgres/nodes/node-rows.ts';
import { outcomeOf } from '#core/recording/outcome.ts';
import { watchNodes } from '#durable/nodes/node-watch.ts';
import type { Closers } from './closers.ts';
import type { Opened } from './opened.ts';

/** @param own node of this process's own ledger, or null */
export const watchOtherNodes = (
  { database, changeFeed, log }: Opened,
  own: string | null,
  closers: Closers,
): void => {
  const stop = watchNodes({
    rows: sqlNodeRows(database.kysely, outcomeOf),
    own,
    alarms: new SqlAlarms(database.kysely, changeFeed),
    clock: systemClock,
    log,
  });
  closers.add('watch of the nodes', stop);
};
