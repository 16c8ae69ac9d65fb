/** Named filters of lists, per person. */
import { randomUUIDv7 } from 'node:crypto';
import { sql, type Kysely, type Selectable } from 'kysely';
import { Fault } from '#base/fault.ts';
import { ok, refuse } from '#base/result.ts';
import type { SavedViewId } from '#core/ids.ts';
import type { SavedView, SavedViews, ViewOwner } from '#ports/saved-views.ts';
import { unlessTaken } from '../keyset.ts';
import type { DB, SavedViewsTable } from '../schema.ts';

/** A menu of more is no help. */
const MOST_VIEWS = 50;

const readView = ({ id, list, name, filter }: Selectable<SavedViewsTable>): SavedView => ({
  viewId: id as SavedViewId,
  list,
  name,
  filter,
});

/** False when the owner has another one of this name. */
const isFree = async (writing: Promise<unknown>): Promise<boolean> => {
  try {
    await unlessTaken(writing);
    return true;
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'database/not-unique') return false;
    throw thrown;
  }
};

export const sqlSavedViews = (db: Kysely<DB>): SavedViews => {
  const ofOwner = ({ tenantId, ownerId }: ViewOwner) =>
    db
      .selectFrom('savedViews')
      .selectAll()
      .where('tenantId', '=', tenantId)
      .where('ownerId', '=', ownerId);
  return {
    list: async (owner, list) => {
      const rows = await ofOwner(owner)
        .where('list', '=', list)
        .orderBy(sql`lower(name)`)
        .limit(MOST_VIEWS)
        .execute();
      return rows.map(readView);
    },
    find: async (owner, viewId) => {
      const row = await ofOwner(owner).where('id', '=', viewId).executeTakeFirst();
      return row ? readView(row) : null;
    },
    create: async (owner, view) => {
      const { rows } = await sql<{
        count: number;
      }>`select count(*)::integer as count from saved_views
        where tenant_id = ${owner.tenantId} and owner_id = ${owner.ownerId} and list = ${view.list}`.execute(
        db,
      );
      if ((rows[0]?.count ?? 0) >= MOST_VIEWS) return refuse('too-many');
      const id = randomUUIDv7();
      const writing = db
        .insertInto('savedViews')
        .values({ ...owner, ...view, id, filter: JSON.stringify(view.filter) })
        .execute();
      return (await isFree(writing))
        ? ok({ ...view, viewId: id as SavedViewId })
        : refuse('name-taken');
    },
    change: async ({ tenantId, ownerId }, viewId, { name, filter }) => {
      const writing = db
        .updateTable('savedViews')
        .set({
          ...(name !== undefined && { name }),
          ...(filter !== undefined && { filter: JSON.stringify(filter) }),
        })
        .where('tenantId', '=', tenantId)
        .where('ownerId', '=', ownerId)
        .where('id', '=', viewId)
        .execute();
      return (await isFree(writing)) ? ok(undefined) : refuse('name-taken');
    },
    remove: async ({ tenantId, ownerId }, viewId) => {
      await db
        .deleteFrom('savedViews')
        .where('tenantId', '=', tenantId)
        .where('ownerId', '=', ownerId)
        .where('id', '=', viewId)
        .execute();
    },
  };
};
