/** pg-boss on either database: our queues declared, a notice wakes the workers, polling is only the floor. */
import { PgBoss, type ConstructorOptions, type JobWithMetadata } from 'pg-boss';
import { asFault } from '#base/fault.ts';
import { Sparing } from '#base/sparing.ts';
import type { JobData, JobName, Jobs, JobWorker } from '#ports/jobs.ts';
import type { Log } from '#ports/log.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { SqlDatabase, SqlSession } from '#ports/sql.ts';
import { deadLetterOf, jobNames, queuePlans, type QueuePlan } from './queues.ts';

export interface JobRunnerOptions {
  readonly database: SqlDatabase;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What the log was told of lately, one for all runners of a process; one of its own unless told. */
  readonly toldErrors?: Sparing;
  /** How long `close` waits for running jobs; 10,000 ms unless told. Those that do not end are repeated by the next start. */
  readonly drainMs?: number;
  /** Those of `queues.ts` unless told. */
  readonly plans?: Readonly<Record<JobName, QueuePlan>>;
}

export interface JobRunner extends Jobs {
  /**
   * Begins to work on a queue.
   *
   * @param bury told of a job that never succeeded, after its last try; repeated until it resolves
   */
  work<Name extends JobName>(
    name: Name,
    worker: JobWorker<Name>,
    bury: (data: JobData[Name], lastError: string) => Promise<void>,
  ): Promise<void>;
  /** Jobs that wait or run, and that lie dead, by queue. */
  counts(): Promise<Readonly<Record<JobName, { waiting: number; dead: number }>>>;
  /** Takes no more jobs and waits for the running ones. Idempotent. */
  close(): Promise<void>;
}

type BossDatabase = NonNullable<ConstructorOptions['db']>;

/** What a session of ours looks like to pg-boss. */
const bossDatabase = (session: SqlSession): BossDatabase => ({
  executeSql: (text: string, values?: unknown[]) => session.executeSql(text, values),
});

/** Every worker of every queue fails each time it looks for jobs while the database is away: hundreds of lines in half a minute. */
export const tellJobErrorsEveryMs = 60_000;

/** Floor under the notices: a notice that was lost costs this much. */
const pollSeconds = 2;
const slotOptions = {
  pollingIntervalSeconds: pollSeconds,
  notifyPollingIntervalSeconds: pollSeconds,
  batchSize: 1,
  includeMetadata: true,
} as const;
/** A job whose process died is given out again after this much without a heartbeat (pg-boss allows no less than 10). */
const heartbeatSeconds = 10;

/** One job per recording or roster at a time: the second order for it is the first one. */
const keyOf = (data: JobData[JobName]): string => {
  if ('recordingId' in data) return data.recordingId;
  return 'rosterId' in data ? data.rosterId : data.exportId;
};

class BossRunner implements JobRunner {
  readonly #boss: PgBoss;
  readonly #options: JobRunnerOptions;
  readonly #plans: Readonly<Record<JobName, QueuePlan>>;
  readonly #results;
  #closing: Promise<void> | undefined;

  constructor(options: JobRunnerOptions) {
    const { database } = options;
    this.#options = options;
    this.#plans = options.plans ?? queuePlans;
    this.#results = options.metrics.counter(
      'callreel_jobs_total',
      'Jobs run, by queue and result',
      ['queue', 'result'],
    );
    this.#boss = new PgBoss({
      db: {
        ...bossDatabase(database),
        listen: (channel, onNotice, onReconnect) => database.listen(channel, onNotice, onReconnect),
      },
      backend: database.kind === 'embedded' ? 'pglite' : 'postgres',
      schema: 'pgboss',
      useListenNotify: true,
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
      // Bloat and vacuum of the embedded database are the upkeep's business.
      reindex: database.kind === 'server',
      monitorVacuum: database.kind === 'server',
    });
    const told = options.toldErrors ?? new Sparing(tellJobErrorsEveryMs);
    this.#boss.on('error', (error) => {
      const leftOut = told.leftOut(kindOf(error), performance.now());
      if (leftOut !== null) options.log.error('jobs.error', { reason: error.message, leftOut });
    });
    this.#boss.on('warning', (warning) => {
      options.log.warn('jobs.warning', { reason: warning.message });
    });
  }

  async start(): Promise<void> {
    await this.#boss.start();
    for (const name of jobNames) {
      const plan = this.#plans[name];
      const limits = {
        retryLimit: plan.retries,
        retryDelay: plan.firstPauseSeconds,
        retryBackoff: true,
        retryDelayMax: plan.longestPauseSeconds,
        expireInSeconds: plan.timeLimitSeconds,
        heartbeatSeconds,
        notify: true,
      };
      const dead = deadLetterOf(name);
      await this.#boss.createQueue(dead, { retryLimit: 1000, retryDelay: 60, notify: true });
      await this.#boss.createQueue(name, { policy: 'exclusive', deadLetter: dead, ...limits });
      await this.#boss.updateQueue(name, { deadLetter: dead, ...limits });
      // Fills pg-boss's cache of the queue: looked up inside a transaction for the first time, it would wait for that transaction.
      await this.#boss.findJobs(name, { key: 'none' });
    }
  }

  async enqueue<Name extends JobName>(
    name: Name,
    items: readonly JobData[Name][],
    within?: SqlSession,
  ): Promise<void> {
    if (items.length === 0) return;
    const jobs = items.map((data) => ({ data, singletonKey: keyOf(data) }));
    await this.#boss.insert(name, jobs, within ? { db: bossDatabase(within) } : {});
  }

  async work<Name extends JobName>(
    name: Name,
    worker: JobWorker<Name>,
    bury: (data: JobData[Name], lastError: string) => Promise<void>,
  ): Promise<void> {
    for (let slot = 0; slot < this.#plans[name].concurrency; slot++)
      await this.#slot<JobData[Name]>(name, ({ data, signal }) => worker(data, signal));
    await this.#slot<JobData[Name]>(deadLetterOf(name), ({ data, sourceOutput }) =>
      bury(data, textOf(sourceOutput)),
    );
  }

  async counts(): Promise<Readonly<Record<JobName, { waiting: number; dead: number }>>> {
    const count = async (name: string): Promise<number> => {
      const [stats] = await this.#boss.getQueueStats(name, { force: true });
      return (stats?.queuedCount ?? 0) + (stats?.activeCount ?? 0);
    };
    const rows = await Promise.all(
      jobNames.map(
        async (name) =>
          [name, { waiting: await count(name), dead: await count(deadLetterOf(name)) }] as const,
      ),
    );
    return Object.fromEntries(rows) as Record<JobName, { waiting: number; dead: number }>;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#boss.stop({
      close: false,
      graceful: true,
      timeout: this.#options.drainMs ?? 10_000,
    }));
  }

  /** One job at a time; while there are jobs the next follows at once, not with the next poll. */
  async #slot<Data>(
    queue: string,
    run: (job: JobWithMetadata<Data>) => Promise<void>,
  ): Promise<void> {
    let id = '';
    id = await this.#boss.work<Data, undefined, typeof slotOptions>(
      queue,
      slotOptions,
      async (jobs) => {
        this.#boss.notifyWorker(id);
        for (const job of jobs) await this.#run(queue, () => run(job));
        return undefined;
      },
    );
  }

  async #run(queue: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#results.add(1, { queue, result: 'done' });
    } catch (thrown) {
      const fault = asFault(thrown, 'jobs/failed');
      if (this.#closing !== undefined && fault.retry === 'later') {
        // The stop broke it off; the next start takes it up again.
        this.#results.add(1, { queue, result: 'interrupted' });
        this.#options.log.info('job.interrupted', { queue, code: fault.code });
        throw fault;
      }
      this.#results.add(1, { queue, result: 'failed' });
      this.#options.log.warn('job.failed', { queue, code: fault.code, reason: fault.message });
      throw fault;
    }
  }
}

/** By the code; without one by the words, which pg-boss ends with the worker that met the error. */
const kindOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string'
    ? error.code
    : error.message.replace(/ \(Queue: .*$/u, '');

/** What pg-boss kept of the last error: its fields, or `{ value: … }` around them for time-outs of its own. */
const textOf = (output: unknown): string => {
  if (typeof output !== 'object' || output === null) return 'unknown';
  const { code, message, value } = output as Readonly<
    Record<'code' | 'message' | 'value', unknown>
  >;
  if (value !== undefined) return textOf(value);
  return [code, message].filter((part) => typeof part === 'string').join(': ') || 'unknown';
};

/** Declares the queues; jobs begin to run once `work` is called. */
export const startJobRunner = async (options: JobRunnerOptions): Promise<JobRunner> => {
  const runner = new BossRunner(options);
  await runner.start();
  return runner;
};
