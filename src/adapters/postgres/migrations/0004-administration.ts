/** What two people can edit counts its changes, so that the second is told instead of overwriting the first. */
import { sql, type Kysely } from 'kysely';

const tables = ['tenants', 'users', 'trunks', 'numbers', 'agents', 'queues'];

const statements: readonly string[] = [
  ...tables.map((table) => `alter table ${table} add column version integer not null default 1`),
];

export const administration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
