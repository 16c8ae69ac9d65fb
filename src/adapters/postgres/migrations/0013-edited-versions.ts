/** Of two people who edit one roster, voice asset or note the second is told. */
import { sql, type Kysely } from 'kysely';

export const editedVersions = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const table of ['rosters', 'voice_assets', 'recording_notes'])
      await sql
        .raw(`alter table ${table} add column version integer not null default 1`)
        .execute(db);
  },
};
