/** Writes the outcome of calls as it follows from their rows, in the caller's transaction. */
import { sql, type Transaction } from 'kysely';
import type { OutcomeFacts, OutcomeRule } from '#core/recording/outcome.ts';
import type { DB } from '../schema.ts';

const failedByOfRecordings = async (
  trx: Transaction<DB>,
  callIds: readonly string[],
): Promise<Map<string, string>> => {
  const rows = await trx
    .selectFrom('tracks')
    .select((eb) => ['recordingId', eb.fn.min('failedBy').as('failedBy')])
    .where(sql<boolean>`call_id = any(${callIds}::text[])`)
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
    .where(sql<boolean>`id = any(${callIds}::text[])`)
    .orderBy('id')
    .forUpdate()
    .execute();
  const recordings = await trx
    .selectFrom('recordings')
    .select(['id', 'callId', 'segment', 'state', 'failureReason'])
    .where(sql<boolean>`call_id = any(${callIds}::text[])`)
    .orderBy('segment')
    .execute();
  const failedBy = await failedByOfRecordings(trx, callIds);
  const byCall = Map.groupBy(recordings, (recording) => recording.callId);
  const changed: {
    readonly id: string;
    readonly outcome: string;
    readonly reason: string | null;
  }[] = [];
  for (const call of calls) {
    const facts: OutcomeFacts = {
      ended: call.endedAt !== null,
      verdict: call.record === null ? null : { record: call.record, rule: call.recordRule ?? '' },
      recordings: (byCall.get(call.id) ?? []).map((recording) => ({
        ...recording,
        captureFailedBy: failedBy.get(recording.id) ?? null,
      })),
    };
    const { outcome, reason } = rule(facts);
    if (outcome === call.outcome && reason === call.outcomeReason) continue;
    changed.push({ id: call.id, outcome, reason });
  }
  if (changed.length > 0)
    await sql`
      update calls set outcome = x.outcome, outcome_reason = x.reason
      from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as x(id text, outcome text, reason text)
      where calls.id = x.id`.execute(trx);
  return changed.map((call) => call.id);
};
