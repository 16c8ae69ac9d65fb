import { sql, type Kysely } from 'kysely';
import type { CallId } from '#core/ids.ts';
import type { SampleRows } from '#ports/sample-data.ts';
import type { DB } from '../schema.ts';

const none: readonly string[] = [''];
/** `in ()` is no SQL. */
const some = (ids: readonly string[]): readonly string[] => (ids.length === 0 ? none : ids);

export const sqlSampleRows = (db: Kysely<DB>): SampleRows => ({
  things: (tenantId) =>
    db
      .selectFrom('sampleThings')
      .select(['kind', 'thingId as id'])
      .where('tenantId', '=', tenantId)
      .orderBy('thingId')
      .execute(),

  add: async (tenantId, { kind, id }) => {
    await db.insertInto('sampleThings').values({ tenantId, kind, thingId: id }).execute();
  },

  forget: async (tenantId) => {
    await db.deleteFrom('sampleThings').where('tenantId', '=', tenantId).execute();
  },

  hasCalls: async (tenantId) => {
    const found = await db
      .selectFrom('calls')
      .select('id')
      .where('tenantId', '=', tenantId)
      .limit(1)
      .executeTakeFirst();
    return found !== undefined;
  },

  figures: async (tenantId, queueIds) => {
    const { rows } = await sql<{ calls: number; recordings: number; pending: number }>`
      select count(distinct calls.id)::int as calls, count(recordings.id)::int as recordings,
        count(recordings.id) filter (where recordings.state in ('planned', 'capturing', 'sealed'))::int as pending
      from calls left join recordings on recordings.call_id = calls.id
      where calls.tenant_id = ${tenantId} and calls.queue_id in (${sql.join(some(queueIds))})`.execute(
      db,
    );
    return rows[0] ?? { calls: 0, recordings: 0, pending: 0 };
  },

  erase: (tenantId, queueIds) =>
    db.transaction().execute(async (trx) => {
      const recordings = await trx
        .selectFrom('recordings')
        .innerJoin('calls', 'calls.id', 'recordings.callId')
        .select(['recordings.id', 'recordings.legalHoldAt'])
        .where('calls.tenantId', '=', tenantId)
        .where('calls.queueId', 'in', some(queueIds))
        .forUpdate('recordings')
        .execute();
      if (recordings.some(({ legalHoldAt }) => legalHoldAt !== null)) return null;
      const files = await trx
        .selectFrom('renditions')
        .select(['objectKey', 'peaksKey'])
        .where('tenantId', '=', tenantId)
        .where('recordingId', 'in', some(recordings.map(({ id }) => id)))
        .execute();
      const gone = await trx
        .deleteFrom('calls')
        .where('tenantId', '=', tenantId)
        .where('queueId', 'in', some(queueIds))
        .returning('id')
        .execute();
      return {
        callIds: gone.map(({ id }) => id as CallId),
        objectKeys: files.flatMap(({ objectKey, peaksKey }) =>
          peaksKey === null ? [objectKey] : [objectKey, peaksKey],
        ),
      };
    }),
});
