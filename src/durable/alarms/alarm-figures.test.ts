import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createChangeFeed } from '#adapters/events/change-feed.ts';
import { createMetrics } from '#adapters/metrics/prometheus.ts';
import { SqlAlarms } from '#adapters/postgres/alarms/alarms.ts';
import { Fault } from '#base/fault.ts';
import type { TenantId } from '#core/ids.ts';
import type { OpenAlarms } from '#ports/alarms.ts';
import type { Clock } from '#ports/clock.ts';
import { until } from '../../../tests/rig/programs.ts';
import { silentLog } from '../../../tests/rig/silent.ts';
import {
  addTestTenant,
  openTestDatabase,
  type TestDatabase,
} from '../../../tests/rig/test-database.ts';
import { countAlarms } from './alarm-figures.ts';

let db: TestDatabase;
before(async () => {
  db = await openTestDatabase();
  await addTestTenant(db.database);
});
after(() => db.drop());

const tenantId = 'tenant-a' as TenantId;

/** Time that passes when the test says so. */
const steppedClock = () => {
  const timers = new Set<{ readonly delayMs: number; readonly callback: () => void }>();
  const clock: Clock = {
    nowMs: () => 0,
    monoMs: () => 0,
    setTimer: (delayMs, callback) => {
      const timer = { delayMs, callback };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
  };
  /** Waits for the timer of this length, and lets it ring. */
  const ring = async (delayMs: number): Promise<void> => {
    const timer = await until(`a timer of ${delayMs} ms`, () =>
      [...timers].find((one) => one.delayMs === delayMs),
    );
    timers.delete(timer);
    timer.callback();
  };
  return { clock, ring };
};

const watch = (alarms: OpenAlarms) => {
  const { clock, ring } = steppedClock();
  const metrics = createMetrics({ processMetrics: false });
  const log = silentLog();
  const stop = countAlarms({ alarms, clock, log, metrics });
  const shows = (line: string): Promise<true> =>
    until(line, async () => ((await metrics.text()).split('\n').includes(line) ? true : undefined));
  return { ring, shows, stop, log };
};

const isUp = 'callreel_database_up 1';
const isAway = 'callreel_database_up 0';

test('open alarms are counted by kind over all tenants, and one that is over is 0', async () => {
  const alarms = new SqlAlarms(db.database.kysely, createChangeFeed(silentLog()));
  const full = { kind: 'capture/failed', message: 'The disk is full' } as const;
  await alarms.raise({ ...full, tenantId: null, subjectId: 'node-1' });
  await alarms.raise({ ...full, tenantId, subjectId: null });
  await alarms.raise({ tenantId: null, kind: 'disk/low', subjectId: null, message: 'low' });
  const { ring, shows, stop } = watch(alarms);
  await shows('callreel_alarms{kind="capture/failed"} 2');
  await shows('callreel_alarms{kind="disk/low"} 1');
  await shows(isUp);
  await alarms.clear({ tenantId: null, kind: 'disk/low', subjectId: null });
  await ring(15_000);
  await shows('callreel_alarms{kind="disk/low"} 0');
  await shows('callreel_alarms{kind="capture/failed"} 2');
  await stop();
});

test('a database that is away is 0, told once, and the alarms stay as they were', async () => {
  let answer = async (): Promise<ReadonlyMap<string, number>> => new Map([['disk/low', 1]]);
  const { ring, shows, stop, log } = watch({ openByKind: () => answer() });
  await shows(isUp);
  answer = async () => {
    throw new Fault('database/away', 'The database cannot be reached', { retry: 'later' });
  };
  await ring(15_000);
  await shows(isAway);
  await shows('callreel_alarms{kind="disk/low"} 1');
  await ring(15_000);
  answer = async () => new Map();
  await ring(15_000);
  await shows(isUp);
  await shows('callreel_alarms{kind="disk/low"} 0');
  await stop();
  assert.deepEqual(
    log.events.map(({ event }) => event),
    ['database.away', 'database.back'],
  );
});

test('a database that hangs is away, and is asked one question at a time', async () => {
  let asked = 0;
  let answer: (open: ReadonlyMap<string, number>) => void = () => undefined;
  const { ring, shows, stop } = watch({
    openByKind: () => {
      asked++;
      return new Promise((resolve) => (answer = resolve));
    },
  });
  await ring(3000);
  await shows(isAway);
  await ring(15_000);
  await ring(3000);
  assert.equal(asked, 1);
  answer(new Map());
  await ring(15_000);
  await until('the second question', () => (asked === 2 ? true : undefined));
  answer(new Map());
  await shows(isUp);
  await stop();
});
