/** A recording under legal hold is kept whatever the storage period says, until somebody lifts the hold. */
import { sql, type Kysely } from 'kysely';

const statements: readonly string[] = [
  `alter table recordings add column legal_hold_at timestamptz(3),
    add column legal_hold_by text,
    add column legal_hold_reason text,
    add constraint recordings_legal_hold
      check (num_nonnulls(legal_hold_at, legal_hold_by, legal_hold_reason) in (0, 3))`,
];

export const legalHold = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
