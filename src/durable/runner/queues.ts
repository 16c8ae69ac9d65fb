/** The queues as they are declared to pg-boss: how often each is tried again, for how long, and where what never succeeds ends. */
import type { JobName } from '#ports/jobs.ts';

export interface QueuePlan {
  /** Tries after the first one. */
  readonly retries: number;
  /** Before the second try; doubled, with some chance, each time. */
  readonly firstPauseSeconds: number;
  readonly longestPauseSeconds: number;
  /** A job that runs longer is given to another worker. */
  readonly timeLimitSeconds: number;
  /** Jobs at once in one process. */
  readonly concurrency: number;
}

export const queuePlans: Readonly<Record<JobName, QueuePlan>> = {
  // An hour of two tracks takes about ten seconds; the limit is for a 12-hour call on a slow machine. Eight tries span half an hour.
  finalise: {
    retries: 8,
    firstPauseSeconds: 2,
    longestPauseSeconds: 600,
    timeLimitSeconds: 3600,
    concurrency: 4,
  },
  // A million rows take half a minute on a server, some minutes on the embedded database.
  importRoster: {
    retries: 5,
    firstPauseSeconds: 2,
    longestPauseSeconds: 60,
    timeLimitSeconds: 1800,
    concurrency: 1,
  },
  // Ten thousand files, each perhaps made anew; two, so that a short list does not wait behind a long archive.
  exportRecordings: {
    retries: 3,
    firstPauseSeconds: 2,
    longestPauseSeconds: 60,
    timeLimitSeconds: 6 * 3600,
    concurrency: 2,
  },
};

export const jobNames = Object.keys(queuePlans) as readonly JobName[];

/** Where jobs lie that never succeeded. */
export const deadLetterOf = (name: JobName): string => `${name}-dead`;
