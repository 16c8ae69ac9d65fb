/** Agents who chose to be unavailable: a restart of the server is no reason to ring them. */
import { sql, type Kysely } from 'kysely';

export const agentWishes = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql
      .raw(
        `create table agent_wishes (
          agent_id text primary key references agents on delete cascade,
          tenant_id text not null,
          away_since timestamptz(3) not null
        )`,
      )
      .execute(db);
  },
};
