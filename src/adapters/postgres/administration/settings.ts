import type { Kysely } from 'kysely';
import type { SettingsRows } from '#ports/admin-store.ts';
import { unlessTaken } from '../keyset.ts';
import type { DB } from '../schema.ts';

export const settingsRows = (db: Kysely<DB>): SettingsRows => ({
  latest: async (tenantId, scope) => {
    const found = await db
      .selectFrom('settingsVersions')
      .select(['version', 'value'])
      .where('tenantId', '=', tenantId)
      .where('scope', '=', scope)
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst();
    return found ?? null;
  },
  insert: (row) =>
    unlessTaken(
      db
        .insertInto('settingsVersions')
        .values({ ...row, value: JSON.stringify(row.value) })
        .execute(),
    ),
});
