import { sql, type Kysely } from 'kysely';
import type { CallRecords } from '#ports/call-records.ts';
import { pageOf, timeBefore, timeCursor } from '../keyset.ts';
import type { DB } from '../schema.ts';
import { findCall, iso, listCalls } from './calls.ts';
import { findRecording, listRecordings } from './recordings.ts';

/** Calls, recordings and alarms as the API shows them. */
export const createCallRecords = (db: Kysely<DB>): CallRecords => ({
  listCalls: (scope, page, filter) => listCalls(db, scope, page, filter),
  findCall: (scope, id) => findCall(db, scope, id),
  listRecordings: (scope, page, filter) => listRecordings(db, scope, page, filter),
  findRecording: (scope, id) => findRecording(db, scope, id),
  listAlarms: async (tenantId, page, open) => {
    const before = timeBefore(page);
    let query = db
      .selectFrom('alarms')
      .select(['id', 'kind', 'subjectId', 'message', 'raisedAt', 'clearedAt'])
      .where((eb) => eb.or([eb('tenantId', '=', tenantId), eb('tenantId', 'is', null)]));
    if (open) query = query.where('clearedAt', 'is', null);
    if (before) query = query.where(sql<boolean>`(raised_at, id) < (${before.at}, ${before.id})`);
    const rows = await query
      .orderBy('raisedAt', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit + 1)
      .execute();
    return pageOf(
      rows,
      page,
      (row) => timeCursor({ at: row.raisedAt, id: row.id }),
      (row) => ({ ...row, raisedAt: row.raisedAt.toISOString(), clearedAt: iso(row.clearedAt) }),
    );
  },
});
