import { sql, type Kysely, type Selectable } from 'kysely';
import type { TenantId } from '#core/ids.ts';
import type { TenantRow, TenantTable } from '#ports/admin-store.ts';
import { idAfter, pageOf, unlessTaken } from '../keyset.ts';
import type { DB, TenantsTable } from '../schema.ts';
import { changeRow } from './changed-row.ts';

/** Numbers every installation starts with (spec decision 15); the tenant edits them. */
export const defaultEmergencyNumbers = ['911', '112', '999', '000', '110', '119'];

const rowOf = (found: Selectable<TenantsTable>): TenantRow => ({
  id: found.id as TenantId,
  version: found.version,
  name: found.name,
  vdnId: found.vdnId,
  sdkAppId: found.sdkAppId,
  timeZone: found.timeZone,
  country: found.country,
  recordingStorageDays: found.recordingStorageDays,
  settings: {
    allowedPrefixes: found.settings.allowedPrefixes ?? [],
    emergencyNumbers: found.settings.emergencyNumbers ?? defaultEmergencyNumbers,
    wrapUpSeconds: found.settings.wrapUpSeconds ?? 30,
    agentsSeeListening: found.settings.agentsSeeListening ?? true,
  },
  createdAt: found.createdAt,
});

const columnsOf = (row: TenantRow) => ({ ...row, settings: JSON.stringify(row.settings) });

export const tenantTable = (db: Kysely<DB>): TenantTable => ({
  list: async (page) => {
    const rows = await db
      .selectFrom('tenants')
      .selectAll()
      .where('deletedAt', 'is', null)
      .where('id', '>', idAfter(page))
      .orderBy('id')
      .limit(page.limit + 1)
      .execute();
    return pageOf(rows, page, (row) => row.id, rowOf);
  },
  find: async (id) => {
    const found = await db
      .selectFrom('tenants')
      .selectAll()
      .where('id', '=', id)
      .where('deletedAt', 'is', null)
      .executeTakeFirst();
    return found ? rowOf(found) : null;
  },
  insert: (row) => unlessTaken(db.insertInto('tenants').values(columnsOf(row)).execute()),
  update: (row) =>
    changeRow(
      db
        .updateTable('tenants')
        .set(columnsOf(row))
        .where('id', '=', row.id)
        .where('version', '=', row.version - 1),
    ),
  highestNumbers: async () => {
    const found = await db
      .selectFrom('tenants')
      .select((eb) => [eb.fn.max('vdnId').as('vdnId'), eb.fn.max('sdkAppId').as('sdkAppId')])
      .having(sql<number>`count(*)`, '>', 0)
      .executeTakeFirst();
    return found ? { vdnId: found.vdnId, sdkAppId: found.sdkAppId } : null;
  },
});
