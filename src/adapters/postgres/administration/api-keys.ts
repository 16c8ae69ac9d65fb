import type { Kysely, Selectable } from 'kysely';
import type { TenantId } from '#core/ids.ts';
import type { ApiKeyRow, ApiKeyRows } from '#ports/admin-store.ts';
import type { ApiKeysTable, DB } from '../schema.ts';
import { tenantReads } from './tenant-rows.ts';

const rowOf = (found: Selectable<ApiKeysTable>): ApiKeyRow => ({
  ...found,
  tenantId: found.tenantId as TenantId,
});

export const apiKeyRows = (db: Kysely<DB>): ApiKeyRows => ({
  ...tenantReads(
    (tenantId) => db.selectFrom('apiKeys').selectAll().where('tenantId', '=', tenantId),
    rowOf,
  ),
  findByHash: async (keyHash) => {
    const found = await db
      .selectFrom('apiKeys')
      .selectAll()
      .where('keyHash', '=', keyHash)
      .executeTakeFirst();
    return found ? rowOf(found) : null;
  },
  insert: async (row) => {
    await db.insertInto('apiKeys').values(row).execute();
  },
  revoke: async (tenantId, id, at) => {
    const result = await db
      .updateTable('apiKeys')
      .set({ revokedAt: at })
      .where('tenantId', '=', tenantId)
      .where('id', '=', id)
      .where('revokedAt', 'is', null)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  },
  touch: async (id, at) => {
    await db.updateTable('apiKeys').set({ lastUsedAt: at }).where('id', '=', id).execute();
  },
});
