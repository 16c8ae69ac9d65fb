/** Entries of ledgers that the tables refuse: kept as they are, so that the calls after them are not held up. */
import { sql, type Kysely } from 'kysely';

export const refusedEntries = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql
      .raw(
        `create table ledger_refused (
          node text not null,
          file text not null,
          byte_offset bigint not null,
          at timestamptz(3) not null default now(),
          -- JSON as text: what a jsonb cannot hold may be why it was refused.
          entry text not null,
          reason text not null,
          primary key (node, file, byte_offset)
        )`,
      )
      .execute(db);
  },
};
