/** Orders to export recordings, and how far they are. */
import type { Kysely, Selectable } from 'kysely';
import type { ExportId, TenantId } from '#core/ids.ts';
import type { Rendition } from '#core/recording/renditions.ts';
import type { Principal } from '#ports/administration.ts';
import type { LibraryScope, RecordingFilter } from '#ports/library.ts';
import type {
  ExportContent,
  ExportOwner,
  ExportRows,
  RecordingExport,
} from '#ports/recording-exports.ts';
import { idAfter, pageOf } from '../keyset.ts';
import type { DB, RecordingExportsTable } from '../schema.ts';

type Row = Selectable<RecordingExportsTable>;

const contentOf = ({ kind, rendition, format }: Row): ExportContent =>
  kind === 'zip' && rendition !== null && format !== null
    ? { kind, rendition: rendition as Rendition, format }
    : { kind: 'csv' };

const readExport = (row: Row): RecordingExport => ({
  exportId: row.id as ExportId,
  content: contentOf(row),
  state: row.state,
  total: row.total,
  done: row.done,
  missing: row.missing,
  sizeBytes: row.sizeBytes,
  sha256: row.sha256,
  failure: row.failure,
  createdAtMs: row.createdAt.getTime(),
  expiresAtMs: row.expiresAt.getTime(),
});

const underWay = ['queued', 'running'] as const;

export const sqlExportRows = (db: Kysely<DB>): ExportRows => {
  const ofOwner = ({ tenantId, ownerId }: ExportOwner) =>
    db
      .selectFrom('recordingExports')
      .selectAll()
      .where('tenantId', '=', tenantId)
      .where('ownerId', '=', ownerId);
  return {
    list: async (owner, page) => {
      const after = idAfter(page);
      let query = ofOwner(owner);
      if (after !== '') query = query.where('id', '<', after);
      const rows = await query
        .orderBy('id', 'desc')
        .limit(page.limit + 1)
        .execute();
      return pageOf(rows, page, (row) => row.id, readExport);
    },
    find: async (owner, exportId) => {
      const row = await ofOwner(owner).where('id', '=', exportId).executeTakeFirst();
      return row ? readExport(row) : null;
    },
    count: async (owner) => {
      const rows = await ofOwner(owner).where('state', '<>', 'expired').limit(100).execute();
      return rows.length;
    },
    insert: async ({ requestedBy, content, ...work }) => {
      await db
        .insertInto('recordingExports')
        .values({
          id: work.exportId,
          tenantId: requestedBy.tenantId,
          ownerId: requestedBy.id,
          requestedBy: JSON.stringify(requestedBy),
          kind: content.kind,
          rendition: content.kind === 'zip' ? content.rendition : null,
          format: content.kind === 'zip' ? content.format : null,
          scope: JSON.stringify(work.scope),
          filter: JSON.stringify(work.filter),
          total: work.total,
          sizeBytes: null,
          createdAt: new Date(work.createdAtMs),
          expiresAt: new Date(work.expiresAtMs),
        })
        .execute();
    },
    begin: async (exportId) => {
      const row = await db
        .updateTable('recordingExports')
        .set({ state: 'running' })
        .where('id', '=', exportId)
        .where('state', 'in', underWay)
        .returningAll()
        .executeTakeFirst();
      if (!row) return null;
      return {
        ...readExport(row),
        requestedBy: row.requestedBy as Principal,
        scope: row.scope as LibraryScope,
        filter: row.filter as RecordingFilter,
      };
    },
    progress: async (exportId, done, missing) => {
      const { numUpdatedRows } = await db
        .updateTable('recordingExports')
        .set({ done, missing })
        .where('id', '=', exportId)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    finish: async (exportId, file) => {
      const { numUpdatedRows } = await db
        .updateTable('recordingExports')
        .set((eb) => ({ ...file, state: 'ready' as const, done: eb.ref('total') }))
        .where('id', '=', exportId)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    fail: async (exportId, failure) => {
      const row = await db
        .updateTable('recordingExports')
        .set({ state: 'failed', failure })
        .where('id', '=', exportId)
        .where('state', 'in', underWay)
        .returning('tenantId')
        .executeTakeFirst();
      return (row?.tenantId ?? null) as TenantId | null;
    },
    remove: async ({ tenantId, ownerId }, exportId) => {
      await db
        .deleteFrom('recordingExports')
        .where('tenantId', '=', tenantId)
        .where('ownerId', '=', ownerId)
        .where('id', '=', exportId)
        .execute();
    },
    expire: async (nowMs) => {
      const rows = await db
        .updateTable('recordingExports')
        .set({ state: 'expired' })
        .where('state', '<>', 'expired')
        .where('expiresAt', '<', new Date(nowMs))
        .returningAll()
        .execute();
      return rows.map((row) => ({
        tenantId: row.tenantId as TenantId,
        exported: readExport(row),
      }));
    },
  };
};
