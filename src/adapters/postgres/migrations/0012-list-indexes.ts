/** What the lists of a large centre are walked along: one index fewer to write, and queues that are filtered further within their index. */
import { sql, type Kysely } from 'kysely';

const statements: readonly string[] = [
  // The end user is the caller or the callee, and both have theirs.
  `drop index recordings_endpoint_user`,
  // A number that another queue answers hits nothing: then all of the queue is looked through, so it must not be fetched row by row.
  `drop index recordings_queue`,
  `create index recordings_queue on recordings (tenant_id, queue_id, started_at desc, id desc)
    include (caller, callee, state)`,
  `drop index calls_queue`,
  `create index calls_queue on calls (tenant_id, queue_id, started_at desc, id desc)
    include (caller, callee, outcome)`,
];

export const listIndexes = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
