/** Which line of a roster could not be read, apart from the sentence, so that the console can say it in any language. */
import { sql, type Kysely } from 'kysely';

export const rosterFailureLine = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw('alter table rosters add column failure_line integer').execute(db);
  },
};
