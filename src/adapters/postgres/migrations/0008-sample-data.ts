/** What was made as sample data, so that it is told from what is real and removed by one act. */
import { sql, type Kysely } from 'kysely';

const statements: readonly string[] = [
  `create table sample_things (
    tenant_id text not null references tenants,
    kind text not null check (kind in ('queue', 'agent', 'number', 'trunk')),
    thing_id text not null,
    primary key (tenant_id, kind, thing_id)
  )`,
];

export const sampleData = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
