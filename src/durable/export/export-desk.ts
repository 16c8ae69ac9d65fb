/** Orders for exports: judged and queued here, made by `make-export.ts`. */
import { ok, refuse } from '#base/result.ts';
import type { ExportId, TenantId } from '#core/ids.ts';
import type { Clock } from '#ports/clock.ts';
import type { Administration, Principal } from '#ports/administration.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Jobs } from '#ports/jobs.ts';
import type { Library } from '#ports/library.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type {
  ExportOrder,
  ExportOwner,
  ExportRows,
  RecordingExport,
  RecordingExports,
} from '#ports/recording-exports.ts';

/** What one file may hold; the manifest and the directory of an archive grow with it. */
export const mostRecordings = { csv: 1_000_000, zip: 10_000 } as const;
/** Files of one person that wait for them. */
const MOST_EXPORTS = 10;
/** Audio that nobody fetched in a day is not wanted, and should not lie about. */
const KEPT_MS = 24 * 3_600_000;

export const exportKey = (tenantId: TenantId, { exportId, content }: RecordingExport): string =>
  `exports/${tenantId}/${exportId}.${content.kind}`;

export interface ExportDeskOptions {
  readonly rows: ExportRows;
  readonly library: Library;
  readonly objects: ObjectStore;
  readonly jobs: Jobs;
  readonly audit: Pick<Administration['audit'], 'note'>;
  readonly changeFeed: ChangeFeed;
  readonly clock: Clock;
  readonly newId: () => string;
  /** False when no room is left but what is kept for calls. */
  readonly hasRoom: () => Promise<boolean>;
}

const ownerOf = (who: Principal): ExportOwner => ({ tenantId: who.tenantId, ownerId: who.id });

export const createExportDesk = (options: ExportDeskOptions): RecordingExports => {
  const { rows, library, objects, jobs, audit, changeFeed, clock, newId } = options;
  const tell = ({ tenantId }: Principal, id: ExportId): void =>
    changeFeed.publish({ tenantId, topic: 'exports', id });

  const create: RecordingExports['create'] = async (who: Principal, order: ExportOrder) => {
    const { content, scope } = order;
    if (!(await options.hasRoom())) return refuse('disk-low');
    if ((await rows.count(ownerOf(who))) >= MOST_EXPORTS) return refuse('too-many');
    const createdAtMs = clock.nowMs();
    // What begins from now on is not part of it: else a busy centre's export would never know its end.
    const toMs = Math.min(order.filter.toMs ?? Infinity, createdAtMs + 1);
    const filter = { ...order.filter, toMs };
    const most = mostRecordings[content.kind];
    const total = await library.countRecordings(scope, filter, most);
    if (total === 0) return refuse('nothing');
    if (total > most) return refuse('too-large');
    const made: RecordingExport = {
      exportId: newId() as ExportId,
      content,
      state: 'queued',
      total,
      done: 0,
      missing: 0,
      sizeBytes: null,
      sha256: null,
      failure: null,
      createdAtMs,
      expiresAtMs: createdAtMs + KEPT_MS,
    };
    await audit.note(who, {
      action: 'export.create',
      subjectKind: 'export',
      subjectId: made.exportId,
      detail: { ...content, total, filter },
    });
    await rows.insert({ ...made, scope, filter, requestedBy: who });
    await jobs.enqueue('exportRecordings', [{ exportId: made.exportId }]);
    tell(who, made.exportId);
    return ok(made);
  };

  return {
    list: (who, page) => rows.list(ownerOf(who), page),
    find: (who, exportId) => rows.find(ownerOf(who), exportId),
    create,
    remove: async (who, exportId) => {
      const exported = await rows.find(ownerOf(who), exportId);
      if (!exported) return;
      const { content, total } = exported;
      await audit.note(who, {
        action: 'export.delete',
        subjectKind: 'export',
        subjectId: exportId,
        detail: { ...content, total },
      });
      // The row first: whoever still makes the file sees that nobody wants it.
      await rows.remove(ownerOf(who), exportId);
      await objects.delete(exportKey(who.tenantId, exported));
      tell(who, exportId);
    },
    objectKey: exportKey,
  };
};
