/**
 * Recordings whose journals are whole, and whose files cannot be made for something that a person has to mend: they stay sealed, an alarm
 * says what to do, and they are ordered again until they are made.
 */
import type { FaultCode } from '#base/fault.ts';
import { faultRow } from '#core/fault-table.ts';
import type { Alarms } from '#ports/alarms.ts';
import type { Clock } from '#ports/clock.ts';
import type { Jobs } from '#ports/jobs.ts';
import type { Log } from '#ports/log.ts';
import type { RecordingSources, WaitingRows } from '#ports/recording-rows.ts';

const elsewhere = 'finalise/other-folder';
/** What says nothing of the recording, only of the machine, its disk or how the process was started. */
const mendable: readonly FaultCode[] = [
  'disk/full',
  'disk/read-only',
  'disk/not-allowed',
  'secrets/wrong-master-key',
];

export const isMendable = (code: string): code is FaultCode =>
  code === elsewhere || mendable.some((each) => each === code);

export interface FinaliseWaitsOptions {
  readonly alarms: Alarms;
  /** Of the data folder of this process; null in one that no process with calls has owned. */
  readonly ownNode: () => string | null;
}

/** The alarms about recordings that wait. */
export class FinaliseWaits {
  readonly #options: FinaliseWaitsOptions;
  /** One may stand from an earlier life. */
  #mayStand = true;

  constructor(options: FinaliseWaitsOptions) {
    this.#options = options;
  }

  get ownNode(): string | null {
    return this.#options.ownNode();
  }

  /** Raising what is raised already only refreshes its words. */
  async tell(code: FaultCode, { node, recordingId }: RecordingSources): Promise<void> {
    const { ownNode: own } = this;
    const { title, remedy } = faultRow(code);
    this.#mayStand = true;
    const where = own === null ? 'a data folder without calls' : `the data folder of ${own}`;
    await this.#options.alarms.raise({
      tenantId: null,
      kind: code,
      // Whose data folder is to be found, or whose disk is to be mended.
      subjectId: code === elsewhere ? node : own,
      message:
        code === elsewhere
          ? `Recordings of the machine ${node} wait for their files: who makes them works on ${where}. ${remedy}`
          : `Recordings wait for their files: ${title.toLowerCase()} (${code}). ${remedy}`,
      facts: { node, ownNode: own, recordingId },
    });
  }

  /** A recording of that machine was made, so nothing is in the way any more. */
  async made({ node }: RecordingSources): Promise<void> {
    if (this.#mayStand) await this.clear(node);
  }

  /**
   * Also what another process raised. Idempotent.
   *
   * @param node whose data folder is here
   */
  async clear(node: string): Promise<void> {
    const { alarms } = this.#options;
    const { ownNode: subjectId } = this;
    await alarms.clear({ tenantId: null, kind: elsewhere, subjectId: node });
    for (const kind of mendable) await alarms.clear({ tenantId: null, kind, subjectId });
    this.#mayStand = false;
  }
}

/** Longer than a recording waits for its first try on an ordinary day. */
const patienceMs = 600_000;
/** At once, so that a disk that was full for a day is not met by a day's recordings in one statement. */
const mostAtOnce = 1000;

export interface OrderAgainOptions {
  readonly rows: WaitingRows;
  readonly waits: FinaliseWaits;
  readonly jobs: Jobs;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Log;
}

/**
 * To be called now and then by a process that makes files: recordings of its data folder that have waited for ten minutes get their job
 * again; one that has it already keeps the one.
 *
 * @returns how many it ordered
 * @throws {Fault} `database/…`
 */
export const orderWaiting = async (options: OrderAgainOptions): Promise<number> => {
  const { rows, waits, jobs, clock, log } = options;
  const { ownNode } = waits;
  if (ownNode === null) return 0;
  const waiting = await rows.waiting(ownNode, clock.nowMs() - patienceMs, mostAtOnce);
  if (waiting.length === 0) {
    await waits.clear(ownNode);
    return 0;
  }
  await jobs.enqueue(
    'finalise',
    waiting.map((recordingId) => ({ recordingId })),
  );
  log.info('finalise.ordered-again', { recordings: waiting.length });
  return waiting.length;
};
