/** Which master key the installation was made with, by its id: one that is lost or foreign is found before anything is sealed with it. */
import { sql, type Kysely } from 'kysely';

export const installation = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql
      .raw(
        `create table installation (
          only_one boolean primary key default true check (only_one),
          master_key_id text not null,
          created_at timestamptz(3) not null default now()
        )`,
      )
      .execute(db);
  },
};
