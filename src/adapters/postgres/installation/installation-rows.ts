import { sql, type Kysely } from 'kysely';
import type { InstallationRows } from '#ports/installation.ts';
import type { DB } from '../schema.ts';

const hasTable = async (db: Kysely<DB>, table: string): Promise<boolean> => {
  const { rows } = await sql<{ isThere: boolean }>`
    select to_regclass(${table}::text) is not null as is_there`.execute(db);
  return rows[0]?.isThere === true;
};

const masterKeyId = async (db: Kysely<DB>): Promise<string | null> => {
  const row = await db.selectFrom('installation').select('masterKeyId').executeTakeFirst();
  return row?.masterKeyId ?? null;
};

export const sqlInstallationRows = (db: Kysely<DB>): InstallationRows => ({
  masterKeyId: async () => ((await hasTable(db, 'installation')) ? masterKeyId(db) : null),
  sealedExamples: async () => {
    // They came with the first migration, all three.
    if (!(await hasTable(db, 'agents'))) return [];
    const { rows } = await sql<{ sealed: string }>`
      select distinct on (split_part(sealed, '.', 2)) sealed from (
        select sip_password_sealed as sealed from agents
        union all select password_sealed from trunks
        union all select value ->> 'passwordSealed' from settings_versions
      ) as passwords
      where sealed is not null`.execute(db);
    return rows.map(({ sealed }) => sealed);
  },
  keepMasterKeyId: async (keyId) => {
    await db
      .insertInto('installation')
      .values({ masterKeyId: keyId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await masterKeyId(db)) ?? keyId;
  },
});
