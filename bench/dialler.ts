/** How fast due people become attempts on PostgreSQL, two workers racing for them; each exactly once. */
import { createChangeFeed } from '#adapters/events/change-feed.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { openDatabase } from '#adapters/postgres/open-database.ts';
import { sqlDialRows } from '#adapters/postgres/outbound/dial-rows.ts';
import { sqlOutboundTaskRows } from '#adapters/postgres/outbound/tasks.ts';
import type { TaskId, TenantId } from '#core/ids.ts';
import { startDialler } from '#durable/dial/dialler.ts';
import { FakeLog, fakeMetrics } from '../tests/rig/fake-call-world.ts';
import {
  addOutboundTenant,
  addRoster,
  FakePlacer,
  numbered,
  taskDraft,
} from '../tests/rig/outbound.ts';
import { openPostgresCluster } from '../tests/rig/postgres-cluster.ts';
import { benchRow, promisedRow, type BenchResult } from './result.ts';

export const name = 'dialler';

const people = 10_000;
const longestMs = 120_000;

export const run = async (): Promise<BenchResult> => {
  const cluster = await openPostgresCluster();
  const databases = [1, 2].map(() => openDatabase({ url: cluster.url, folder: '' }));
  const [one, two] = await Promise.all(databases);
  if (one === undefined || two === undefined) throw new Error('no database');
  try {
    await one.migrate();
    await addOutboundTenant(one);
    const roster = await addRoster(one, numbered(people));
    const draft = taskDraft(roster, { concurrency: 1000, callsPerSecond: 100_000 });
    const id = 'task-of-the-bench' as TaskId;
    const now = new Date();
    const tenantId = 'tenant-a' as TenantId;
    await sqlOutboundTaskRows(one.kysely).insert({
      ...draft,
      id,
      tenantId,
      notBefore: now,
      notAfter: null,
      createdBy: null,
      createdAt: now,
    });
    const first = sqlDialRows(one.kysely);
    await first.begin(id, Date.now());
    while (!(await first.prepare(id, Date.now())));
    const begunAt = performance.now();
    const placers = [one, two].map((database, worker) => {
      const placer = new FakePlacer(() => Date.now());
      placer.onPlace = (call) =>
        setImmediate(() => {
          call.answer();
          call.end('ok', 4000);
        });
      const dialler = startDialler({
        rows: sqlDialRows(database.kysely),
        placer,
        prompts: { prompt: async () => ({ promptName: 'asset', durationMs: 4000 }) },
        node: `node-${worker}`,
        changes: createChangeFeed(new FakeLog()),
        alarms: {
          raise: async () => undefined,
          clear: async () => undefined,
          standing: async () => [],
        },
        clock: systemClock,
        log: new FakeLog(),
        metrics: fakeMetrics,
      });
      return { placer, dialler };
    });
    const placed = (): string[] =>
      placers.flatMap(({ placer }) => placer.placed.map((call) => call.order.to));
    while (placed().length < people && performance.now() - begunAt < longestMs)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const seconds = (performance.now() - begunAt) / 1000;
    for (const { dialler } of placers) await dialler.close(30_000);
    const view = await sqlOutboundTaskRows(one.kysely).find(tenantId, id);
    const shares = placers.map(({ placer }) => placer.placed.length);
    return {
      rows: [
        promisedRow('attempts started, two workers', people / seconds, 'attempts/s', {
          atLeast: 200,
        }),
        benchRow('of them by the slower worker', Math.min(...shares), 'attempts'),
      ],
      complete:
        placed().length === people &&
        new Set(placed()).size === people &&
        view?.counts.answered === people &&
        Math.min(...shares) > 0,
    };
  } finally {
    await Promise.all([one.close(), two.close()]);
    await cluster.drop();
  }
};
