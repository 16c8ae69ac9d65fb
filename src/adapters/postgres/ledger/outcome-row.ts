/** Writes the outcome of calls as it follows from their rows, in the caller's transaction. */
import type { Transaction } from 'kysely';
import type { OutcomeFacts, OutcomeRule } from '#core/recording/outcome.ts';
import type { DB } from '../schema.ts';

const failedByOfRecordings = async (
  trx: Transaction<DB>,
  callIds: readonly string[],
): Promise<Map<string, string>> => {
  const rows = await trx
    .selectFrom('tracks')
    .select((eb) => ['recordingId', eb.fn.min('failedBy').as('failedBy')])
    .where('callId', 'in', callIds)
    .where('failedBy', 'is not', null)
    .groupBy('recordingId')
    .execute();
  return new Map(rows.map((row) => [row.recordingId, row.failedBy ?? '']));
};

/** @returns the calls whose outcome is another one now */
export const writeOutcomes = async (
  trx: Transaction<DB>,
  callIds: readonly string[],
  rule: OutcomeRule,
): Promise<readonly string[]> => {
  if (callIds.length === 0) return [];
  const calls = await trx
    .selectFrom('calls')
    .select(['id', 'endedAt', 'record', 'recordRule', 'outcome', 'outcomeReason'])
    .where('id', 'in', callIds)
    .orderBy('id')
    .forUpdate()
    .execute();
  const recordings = await trx
    .selectFrom('recordings')
    .select(['id', 'callId', 'segment', 'state', 'failureReason'])
    .where('callId', 'in', callIds)
    .orderBy('segment')
    .execute();
  const failedBy = await failedByOfRecordings(trx, callIds);
  const changed: string[] = [];
  for (const call of calls) {
    const facts: OutcomeFacts = {
      ended: call.endedAt !== null,
      verdict: call.record === null ? null : { record: call.record, rule: call.recordRule ?? '' },
      recordings: recordings
        .filter((recording) => recording.callId === call.id)
        .map((recording) => ({
          ...recording,
          captureFailedBy: failedBy.get(recording.id) ?? null,
        })),
    };
    const { outcome, reason } = rule(facts);
    if (outcome === call.outcome && reason === call.outcomeReason) continue;
    await trx
      .updateTable('calls')
      .set({ outcome, outcomeReason: reason })
      .where('id', '=', call.id)
      .execute();
    changed.push(call.id);
  }
  return changed;
};
