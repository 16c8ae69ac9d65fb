/** What became of a call in the one account every answered call has to balance in (spec decisions 13 and 32). */

export const callOutcomes = ['inProgress', 'ready', 'declined', 'excluded', 'failed'] as const;

export type CallOutcome = (typeof callOutcomes)[number];

/** In the order of a recording's life; the last two are its other ends. */
export const recordingStates = [
  'planned',
  'capturing',
  'sealed',
  'ready',
  'delivered',
  'purged',
  'failed',
  'expired',
] as const;

export type RecordingState = (typeof recordingStates)[number];

export interface OutcomeFacts {
  readonly ended: boolean;
  /** The record decision; null when the call never came to one. */
  readonly verdict: { readonly record: boolean; readonly rule: string } | null;
  /** One per segment, in order. */
  readonly recordings: readonly {
    readonly segment: number;
    readonly state: RecordingState;
    readonly failureReason: string | null;
    /** Fault code when capture of one of its tracks ended early: what there is of it is kept, but it is not the whole call. */
    readonly captureFailedBy: string | null;
  }[];
}

export interface Outcome {
  readonly outcome: CallOutcome;
  /** Rule of `excluded`, reason of `failed`, else null. */
  readonly reason: string | null;
}

const unfinished = new Set<RecordingState>(['planned', 'capturing', 'sealed']);

/**
 * The outcome as it follows from what is known: `ready` when every planned recording came to a file, `failed` naming what is missing,
 * `inProgress` while any of it may still come. A call that nobody was to record is `excluded` by the rule that said so; one that
 * ended before an agent was connected has no verdict and is `excluded` by `no-agent`.
 */
export const outcomeOf = ({ ended, verdict, recordings }: OutcomeFacts): Outcome => {
  const failed = recordings.filter(
    (recording) => recording.state === 'failed' || recording.captureFailedBy !== null,
  );
  const waiting = recordings.some((recording) => unfinished.has(recording.state));
  if (!ended || waiting) return { outcome: 'inProgress', reason: null };
  if (failed.length > 0) return { outcome: 'failed', reason: failureOf(failed, recordings.length) };
  if (recordings.length > 0) return { outcome: 'ready', reason: null };
  if (verdict?.record) return { outcome: 'failed', reason: 'capture never started' };
  if (verdict?.rule === 'declined') return { outcome: 'declined', reason: null };
  return { outcome: 'excluded', reason: verdict?.rule ?? 'no-agent' };
};

/** The decision as a value, for those who may know of it only by its shape. */
export type OutcomeRule = (facts: OutcomeFacts) => Outcome;

const failureOf = (failed: OutcomeFacts['recordings'], planned: number): string =>
  failed
    .map(({ segment, failureReason, captureFailedBy }) => {
      // What the disk refused comes before what followed from it, such as a file without any sound.
      const reason = captureFailedBy ?? failureReason ?? 'no reason was given';
      return planned === 1 ? reason : `segment ${segment}: ${reason}`;
    })
    .join('; ');
