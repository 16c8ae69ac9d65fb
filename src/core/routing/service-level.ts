/** How well a queue answers, as contact centres count it. */

/** "Within 20 s", the second half of the common 80/20 goal. */
export const serviceLevelSeconds = 20;

export interface QueueCounts {
  /** Callers that waited and are no longer waiting, or are, or were turned away. */
  readonly offered: number;
  readonly answered: number;
  /** Answered no later than the threshold. */
  readonly answeredInTime: number;
  /** Callers who gave up, waiting or while a phone rang. */
  readonly abandoned: number;
  /** Of those, who gave up after the threshold: earlier ones are nobody's fault. */
  readonly abandonedLate: number;
  /** Sent away because no agent was there, or those there let it ring, at once or after a while: nobody's fault but the queue's. */
  readonly turnedAway: number;
}

/** @returns 0–1, or null while nobody has been answered, kept waiting too long or turned away */
export const serviceLevelOf = ({
  answered,
  answeredInTime,
  abandonedLate,
  turnedAway,
}: Pick<QueueCounts, 'answered' | 'answeredInTime' | 'abandonedLate' | 'turnedAway'>):
  | number
  | null => {
  const judged = answered + abandonedLate + turnedAway;
  return judged === 0 ? null : answeredInTime / judged;
};
