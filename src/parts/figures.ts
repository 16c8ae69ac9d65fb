/** What `/metrics` tells of alarms and of the database. Wiring only. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { SqlAlarms } from '#adapters/postgres/alarms/alarms.ts';
import { countAlarms } from '#durable/alarms/alarm-figures.ts';
import type { Closers } from './closers.ts';
import type { Opened } from './opened.ts';

export const showAlarms = (
  { database, changeFeed, log, metrics }: Opened,
  closers: Closers,
): void => {
  const alarms = new SqlAlarms(database.kysely, changeFeed);
  closers.add('figures of alarms', countAlarms({ alarms, clock: systemClock, log, metrics }));
};
