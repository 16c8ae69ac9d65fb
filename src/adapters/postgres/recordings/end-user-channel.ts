import type { Kysely } from 'kysely';
import type { DB } from '../schema.ts';

/** Side of the end user in dual-channel renditions, by the settings that were in force when the call began. */
export const endUserChannelOf = async (
  db: Kysely<DB>,
  callId: string,
): Promise<'left' | 'right'> => {
  const row = await db
    .selectFrom('settingsVersions')
    .innerJoin('calls', 'calls.tenantId', 'settingsVersions.tenantId')
    .select('settingsVersions.value')
    .where('calls.id', '=', callId)
    .where('settingsVersions.scope', '=', 'call-recording')
    .whereRef('settingsVersions.changedAt', '<=', 'calls.startedAt')
    .orderBy('settingsVersions.version', 'desc')
    .limit(1)
    .executeTakeFirst();
  const value = row?.value;
  const isRight =
    typeof value === 'object' &&
    value !== null &&
    'endUserChannel' in value &&
    value.endUserChannel === 'right';
  return isRight ? 'right' : 'left';
};
