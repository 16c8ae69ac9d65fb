/** Of two people who change one outbound task the second is told. */
import { sql, type Kysely } from 'kysely';

export const taskVersion = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql
      .raw('alter table outbound_tasks add column version integer not null default 1')
      .execute(db);
  },
};
