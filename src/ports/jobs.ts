/** Durable work: what must happen eventually. A job may run twice, so each is repeatable. */
import type { SqlSession } from './sql.ts';

/** Names of the queues and what their jobs carry. */
export interface JobData {
  /** Sealed journals of one recording → files one can play. */
  readonly finalise: { readonly recordingId: string };
  /** Rows of an uploaded roster → people to call. */
  readonly importRoster: { readonly rosterId: string };
  /** Recordings that somebody chose → one file to download. */
  readonly exportRecordings: { readonly exportId: string };
}

export type JobName = keyof JobData;

export interface Jobs {
  /**
   * @param within an open transaction: the job exists when, and only when, it commits
   * @throws {Fault} `database/away` (retry later)
   */
  enqueue<Name extends JobName>(
    name: Name,
    items: readonly JobData[Name][],
    within?: SqlSession,
  ): Promise<void>;
}

/**
 * Does one job. Resolves when it is done; what it throws is tried again later by the queue's back-off, and after the last try the job
 * lies in the dead letter queue and an alarm is raised.
 *
 * @param signal aborted when the job has run out of time or the process stops
 */
export type JobWorker<Name extends JobName> = (
  data: JobData[Name],
  signal: AbortSignal,
) => Promise<void>;
