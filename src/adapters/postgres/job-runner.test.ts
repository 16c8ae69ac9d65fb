import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fault } from '#base/fault.ts';
import { Sparing } from '#base/sparing.ts';
import {
  startJobRunner,
  tellJobErrorsEveryMs,
  type JobRunner,
} from '#durable/runner/job-runner.ts';
import { queuePlans } from '#durable/runner/queues.ts';
import type { SqlDatabase } from '#ports/sql.ts';
import { silentLog, silentMetrics } from '../../../tests/rig/silent.ts';
import { openTestDatabase, type TestDatabase } from '../../../tests/rig/test-database.ts';
import { sessionOf } from './open-database.ts';

let rig: TestDatabase;
let jobs: JobRunner;
const done: string[] = [];
const buried: { recordingId: string; lastError: string }[] = [];
const started: string[] = [];
let hasRoom = false;
let letSlowEnd: () => void = () => undefined;

const until = async (what: string, ready: () => boolean): Promise<void> => {
  const deadline = performance.now() + 15_000;
  while (!ready()) {
    assert(performance.now() < deadline, `no ${what} within 15 s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

before(async () => {
  rig = await openTestDatabase();
  jobs = await startJobRunner({
    database: rig.database,
    log: silentLog(),
    metrics: silentMetrics(),
    plans: { ...queuePlans, finalise: { ...queuePlans.finalise, retries: 0, concurrency: 2 } },
  });
  await jobs.work(
    'finalise',
    async ({ recordingId }) => {
      started.push(recordingId);
      if (recordingId === 'full' && !hasRoom) throw new Fault('disk/full', 'the disk is full');
      if (recordingId === 'broken') throw new Error('the encoder fell over');
      if (recordingId === 'slow') await new Promise<void>((resolve) => (letSlowEnd = resolve));
      done.push(recordingId);
    },
    async ({ recordingId }, lastError) => {
      buried.push({ recordingId, lastError });
    },
  );
});
after(() => rig.drop());

test('a job ordered in a transaction that is rolled back never runs, the next one does', async () => {
  await rig.database.kysely
    .transaction()
    .execute(async (trx) => {
      await jobs.enqueue('finalise', [{ recordingId: 'undone' }], sessionOf(trx));
      throw new Error('roll back');
    })
    .catch(() => undefined);
  await jobs.enqueue('finalise', [{ recordingId: 'kept' }]);
  await until('job', () => done.includes('kept'));
  assert(!started.includes('undone'));
});

test('a hundred jobs follow one another without waiting for polls', async () => {
  const names = Array.from({ length: 100 }, (_, n) => `many-${n}`);
  const begin = performance.now();
  await jobs.enqueue(
    'finalise',
    names.map((recordingId) => ({ recordingId })),
  );
  await until('hundredth job', () => names.every((name) => done.includes(name)));
  // Two workers that polled every 2 s would need 100 s.
  assert(performance.now() - begin < 15_000);
});

test('the same recording ordered twice while its job runs is done once', async () => {
  await jobs.enqueue('finalise', [{ recordingId: 'slow' }]);
  await until('slow job', () => started.includes('slow'));
  await jobs.enqueue('finalise', [{ recordingId: 'slow' }, { recordingId: 'other' }]);
  await until('other job', () => done.includes('other'));
  letSlowEnd();
  await until('slow end', () => done.includes('slow'));
  assert.equal(started.filter((name) => name === 'slow').length, 1);
});

test('a job that never succeeds is buried with its last error', async () => {
  await jobs.enqueue('finalise', [{ recordingId: 'broken' }]);
  await until('burial', () => buried.length > 0);
  assert.equal(buried[0]?.recordingId, 'broken');
  assert.match(buried[0].lastError, /the encoder fell over/);
});

test('what is buried tells its code first, and may be ordered again', async () => {
  await jobs.enqueue('finalise', [{ recordingId: 'full' }]);
  await until('burial', () => buried.some(({ recordingId }) => recordingId === 'full'));
  assert.equal(buried.at(-1)?.lastError, 'disk/full: the disk is full');
  hasRoom = true;
  await jobs.enqueue('finalise', [{ recordingId: 'full' }]);
  await until('second life', () => done.includes('full'));
});

test('closing waits for the job that runs and takes no other', async () => {
  await jobs.enqueue('finalise', [{ recordingId: 'slow' }]);
  await until('slow job', () => started.filter((name) => name === 'slow').length === 2);
  let closed = false;
  const closing = jobs.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(closed, false);
  letSlowEnd();
  await closing;
  assert.equal(done.filter((name) => name === 'slow').length, 2);
});

test('a database that is away is told once, however many workers of however many runners miss it', async () => {
  const log = silentLog();
  let away = 0;
  let isAway = false;
  const { database } = rig;
  const leaving: SqlDatabase = {
    kind: database.kind,
    listen: (...args) => database.listen(...args),
    executeSql: async (...args) => {
      if (!isAway) return database.executeSql(...args);
      away++;
      throw new Fault('database/away', 'The database cannot be reached', { retry: 'later' });
    },
  };
  const toldErrors = new Sparing(tellJobErrorsEveryMs);
  const runners: JobRunner[] = [];
  for (const name of ['importRoster', 'exportRecordings'] as const) {
    const runner = await startJobRunner({
      database: leaving,
      log,
      metrics: silentMetrics(),
      toldErrors,
    });
    runners.push(runner);
    await runner.work(
      name,
      async () => undefined,
      async () => undefined,
    );
  }
  isAway = true;
  await until('miss of several workers', () => away >= 12);
  isAway = false;
  const told = log.events.filter(({ event }) => event === 'jobs.error');
  assert.equal(told.length, 1, JSON.stringify(told));
  assert.equal(told[0]?.facts?.['leftOut'], 0);
  for (const runner of runners) await runner.close();
});
