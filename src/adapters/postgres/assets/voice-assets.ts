import { sql, type Kysely, type Selectable } from 'kysely';
import { Fault } from '#base/fault.ts';
import type { TenantId, VoiceAssetId } from '#core/ids.ts';
import type { AssetOrder, UsedAssetRow, VoiceAssetRows } from '#ports/voice-assets.ts';
import { auditRows } from '../administration/audit.ts';
import { isForeignKeyViolation } from '../errors.ts';
import { pageOf } from '../keyset.ts';
import type { DB, VoiceAssetsTable } from '../schema.ts';
import { Together } from '../together.ts';
import { usesOf, type Uses } from './uses.ts';

/** What a list is ordered by: comparable in SQL, and in the cursor as text. */
const sortKeys = {
  name: sql<string>`lower(name)`,
  duration: sql<string>`lpad(duration_ms::text, 12, '0')`,
  size: sql<string>`lpad(size_bytes::text, 12, '0')`,
  created: sql<string>`id`,
} as const;

interface Place {
  readonly key: string;
  readonly id: string;
}

const placeOf = (cursor: string | null): Place | null => {
  if (cursor === null) return null;
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const [key, id] = Array.isArray(read) ? (read as readonly unknown[]) : [];
    if (typeof key === 'string' && typeof id === 'string' && !`${key}${id}`.includes('\0'))
      return { key, id };
  } catch {
    // No JSON of ours: the same answer as for any other text.
  }
  throw new Fault('api/invalid-cursor', 'the cursor is not one of ours', { blame: 'caller' });
};

const cursorOf = ({ key, id }: Place): string =>
  Buffer.from(JSON.stringify([key, id])).toString('base64url');

/** A search text stands for itself, whatever signs it holds. */
const pattern = (search: string): string => `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

const rowOf = (found: Selectable<VoiceAssetsTable>, uses: Uses): UsedAssetRow => ({
  ...found,
  id: found.id as VoiceAssetId,
  tenantId: found.tenantId as TenantId,
  usedBy: uses.get(found.id)?.usedBy ?? [],
  useCount: uses.get(found.id)?.useCount ?? 0,
});

const select = (db: Kysely<DB>, tenantId: TenantId, order: AssetOrder) => {
  const key = sortKeys[order.sort];
  const place = placeOf(order.cursor);
  let query = db
    .selectFrom('voiceAssets')
    .selectAll()
    .select(key.as('sortKey'))
    .where('tenantId', '=', tenantId);
  if (order.search !== '')
    query = query.where(
      sql<boolean>`(name ilike ${pattern(order.search)} or description ilike ${pattern(order.search)})`,
    );
  if (place) {
    const isAfter = order.direction === 'asc' ? sql`>` : sql`<`;
    query = query.where(sql<boolean>`(${key}, id) ${isAfter} (${place.key}, ${place.id})`);
  }
  return query
    .orderBy(key, order.direction)
    .orderBy('id', order.direction)
    .limit(order.limit + 1);
};

/** A column cannot hold it, so nothing is of that name. */
const holds = (text: string): boolean => !text.includes('\0');

interface Insert {
  readonly row: Parameters<VoiceAssetRows['insert']>[0];
  readonly audit: Parameters<VoiceAssetRows['insert']>[1];
}

/** One statement is a transaction, and a quarter of the way to the database and back. */
const insertAll = async (db: Kysely<DB>, inserts: readonly Insert[]): Promise<void> => {
  const rows = inserts.map(({ row }) => ({
    ...row,
    sound: row.sound && JSON.stringify(row.sound),
  }));
  const notes = inserts.map(({ audit }) => ({ ...audit, detail: JSON.stringify(audit.detail) }));
  await db
    .with('made', (query) => query.insertInto('voiceAssets').values(rows))
    .insertInto('auditLog')
    .values(notes)
    .execute();
};

const createRows = (db: Kysely<DB>, inserts: Together<Insert>): VoiceAssetRows => ({
  list: async (tenantId, order) => {
    if (!holds(order.search)) return { items: [], nextCursor: null };
    const rows = await select(db, tenantId, order).execute();
    const shown = rows.slice(0, order.limit).map(({ id }) => id);
    const uses = await usesOf(db, tenantId, shown);
    const cursor = ({ sortKey, id }: { sortKey: string; id: string }): string =>
      cursorOf({ key: sortKey, id });
    return pageOf(rows, order, cursor, ({ sortKey: _key, ...row }) => rowOf(row, uses));
  },
  find: async (tenantId, id) => {
    const found = await db
      .selectFrom('voiceAssets')
      .selectAll()
      .where('tenantId', '=', tenantId)
      .where('id', '=', id)
      .executeTakeFirst();
    return found ? rowOf(found, await usesOf(db, tenantId, [found.id])) : null;
  },
  insert: (row, audit) => inserts.add({ row, audit }),
  rename: ({ id, tenantId, name, description, updatedAt, version }, audit) =>
    db.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('voiceAssets')
        .set({ name, description, updatedAt, version })
        .where('tenantId', '=', tenantId)
        .where('id', '=', id)
        .where('version', '=', version - 1)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await auditRows(transaction).append(audit);
      return true;
    }),
  remove: async (tenantId, id, audit) => {
    try {
      return await db.transaction().execute(async (transaction) => {
        // Tasks refer to it on delete restrict: the database decides, also against one that is made at this moment.
        const { numDeletedRows } = await transaction
          .deleteFrom('voiceAssets')
          .where('tenantId', '=', tenantId)
          .where('id', '=', id)
          .executeTakeFirst();
        if (numDeletedRows === 0n) return 'unknown';
        await auditRows(transaction).append(audit);
        return 'removed';
      });
    } catch (thrown) {
      if (isForeignKeyViolation(thrown)) return 'in-use';
      throw thrown;
    }
  },
  prepared: async (id, sound) => {
    const { numUpdatedRows } = await db
      .updateTable('voiceAssets')
      .set(
        sound === null
          ? { prepared: 'failed' as const }
          : { prepared: 'ready' as const, sound: JSON.stringify(sound) },
      )
      .where('id', '=', id)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
  pending: async () => {
    const rows = await db
      .selectFrom('voiceAssets')
      .select(['id', 'tenantId'])
      .where('prepared', '=', 'pending')
      .orderBy('id')
      .limit(10_000)
      .execute();
    return rows.map(({ id, tenantId }) => ({
      id: id as VoiceAssetId,
      tenantId: tenantId as TenantId,
    }));
  },
  existing: async (ids) => {
    if (ids.length === 0) return new Set();
    const rows = await db
      .selectFrom('voiceAssets')
      .select('id')
      .where('id', 'in', [...ids])
      .execute();
    return new Set(rows.map(({ id }) => id));
  },
});

export const voiceAssetRows = (db: Kysely<DB>): VoiceAssetRows =>
  createRows(db, new Together((inserts) => insertAll(db, inserts)));
