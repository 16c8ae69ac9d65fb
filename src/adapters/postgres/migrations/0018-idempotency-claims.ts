/** Whose claim an unfinished `Idempotency-Key` is, and when its request was last at work. */
import { sql, type Kysely } from 'kysely';

const statements: readonly string[] = [
  `alter table idempotency_keys add column claim_id text`,
  `alter table idempotency_keys add column renewed_at timestamptz(3)`,
];

export const idempotencyClaims = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
