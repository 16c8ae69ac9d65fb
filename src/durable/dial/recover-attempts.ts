/** After a crash: what the account of calls says of attempts that have no end. */
import { afterAttempt } from '#core/outbound/attempt-outcome.ts';
import type { Clock } from '#ports/clock.ts';
import type { DialRows, UnfinishedAttempt } from '#ports/dial-rows.ts';
import type { Log } from '#ports/log.ts';
import { dispositionOf } from './attempt-calls.ts';

export interface RecoverAttemptsOptions {
  readonly rows: DialRows;
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * An attempt that the account knows was dialled, or may have been: it is ended as the account says. One that it does not know never left
 * this machine: it is undone. So nobody is dialled twice for one attempt, and none is forgotten. Runs when the ledger of this node is
 * projected, before the dialler starts. Repeatable.
 */
export const recoverAttempts = async (
  options: RecoverAttemptsOptions,
): Promise<{ readonly ended: number; readonly undone: number }> => {
  const { rows, node, clock, log } = options;
  const tally = { ended: 0, undone: 0 };
  for (const attempt of await rows.unfinished(node)) {
    if (attempt.call === null) {
      await rows.undo(attempt.id, clock.nowMs());
      tally.undone++;
    } else {
      await end(rows, attempt, attempt.call);
      tally.ended++;
    }
  }
  if (tally.ended + tally.undone > 0) log.info('dial.recovered', tally);
  return tally;
};

const end = async (
  rows: DialRows,
  attempt: UnfinishedAttempt,
  call: NonNullable<UnfinishedAttempt['call']>,
): Promise<void> => {
  if (call.optedOut) await rows.optOut(attempt.tenantId, attempt.taskId, attempt.number);
  const wasAnswered = call.answeredAtMs !== null;
  const up = {
    task: attempt,
    answeredAtMs: call.answeredAtMs,
    agent: call.agentId === null ? null : {},
  };
  await rows.finish(attempt.id, {
    ...call,
    disposition: dispositionOf(up, call),
    agentAfterMs: null,
    callee: afterAttempt({
      wasAnswered,
      endStatus: call.endStatus,
      attempts: attempt.attempt,
      tries: attempt.tries,
      retryIntervalMs: attempt.retryIntervalMs,
      endedAtMs: call.endedAtMs,
    }),
  });
};
