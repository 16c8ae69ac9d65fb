/** The nodes that dial are the nodes that hold calls, and those whose calls are open are asked for. */
import { sql, type Kysely } from 'kysely';

const statements: readonly string[] = [
  `alter table dial_nodes rename to nodes`,
  `create index calls_in_progress on calls (node) where outcome = 'inProgress'`,
];

export const nodes = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
