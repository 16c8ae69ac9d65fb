import { sql, type Kysely } from 'kysely';
import type { CallId, RecordingId } from '#core/ids.ts';
import type { RecoveryRows } from '#ports/recovery.ts';
import type { DB } from '../schema.ts';

/** Ids in one statement: a few hundred kilobytes at most. */
const chunk = 5000;

export class SqlRecoveryRows implements RecoveryRows {
  readonly #db: Kysely<DB>;

  constructor(db: Kysely<DB>) {
    this.#db = db;
  }

  async unknownCalls(callIds: readonly string[]): Promise<readonly CallId[]> {
    const unknown: CallId[] = [];
    for (let from = 0; from < callIds.length; from += chunk) {
      const part = callIds.slice(from, from + chunk);
      const { rows } = await sql<{ id: string }>`
        select id from unnest(${part}::text[]) as asked(id)
        where not exists (select from calls where calls.id = asked.id)`.execute(this.#db);
      unknown.push(...rows.map((row) => row.id as CallId));
    }
    return unknown;
  }

  async sealedRecordings(): Promise<readonly RecordingId[]> {
    const rows = await this.#db
      .selectFrom('recordings')
      .select('id')
      .where('state', '=', 'sealed')
      .orderBy('sealedAt')
      .execute();
    return rows.map((row) => row.id as RecordingId);
  }
}
