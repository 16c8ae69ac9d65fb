/** What follows for the callee from one attempt. @see spec §2.3 */
import { type EndStatus, endStatusCodes } from '../call/end-status.ts';
import { calleeStates, type CalleeState } from './task-words.ts';

/** Another try may reach these people; all other endings are final for them (spec §2.3). */
const retried: ReadonlySet<EndStatus> = new Set<EndStatus>([
  'error',
  'unconnected',
  'notAnswer',
  'powerOff',
  'busy',
  'operatorException',
]);

export const isRetried = (endStatus: EndStatus): boolean => retried.has(endStatus);

export interface AttemptEnd {
  readonly wasAnswered: boolean;
  readonly endStatus: EndStatus;
  /** Attempts made so far, this one included. */
  readonly attempts: number;
  /** Attempts at most, 1–3. */
  readonly tries: number;
  readonly retryIntervalMs: number;
  readonly endedAtMs: number;
}

export interface CalleeAfter {
  readonly state: CalleeState;
  /** When the next attempt is due; null when there is none. */
  readonly dueAtMs: number | null;
}

/** Answered is answered, even if the person hangs up before the end of the message. */
export const afterAttempt = (end: AttemptEnd): CalleeAfter => {
  if (end.wasAnswered) return { state: calleeStates.answered, dueAtMs: null };
  if (end.attempts < end.tries && isRetried(end.endStatus))
    return { state: calleeStates.pendingRetry, dueAtMs: end.endedAtMs + end.retryIntervalMs };
  return { state: calleeStates.unanswered, dueAtMs: null };
};

/** The number of the table of spec §2.5. */
export const endStatusNumber = (endStatus: EndStatus): number => endStatusCodes[endStatus];
