/** Which nodes dial, and how an attempt ends whose node never came back. */
import { sql, type Kysely } from 'kysely';

const statements: readonly string[] = [
  `create table dial_nodes (
    node text primary key,
    seen_at timestamptz(3) not null
  )`,
  `alter table outbound_attempts drop constraint outbound_attempts_disposition_check`,
  `alter table outbound_attempts add constraint outbound_attempts_disposition_check
    check (disposition in ('message', 'agent', 'abandoned', 'left', 'lost'))`,
  `create index outbound_attempts_node on outbound_attempts (node)
    where ended_at is null or disposition = 'lost'`,
];

export const lostAttempts = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
