/** Many recordings as one file: a list (CSV) or an archive (ZIP), made beside the request and kept for a day. */
import type { Result } from '#base/result.ts';
import type { ExportId, TenantId } from '#core/ids.ts';
import type { AudioFormat, Rendition } from '#core/recording/renditions.ts';
import type { Page, PageOrder, Principal } from './administration.ts';
import type { LibraryScope, RecordingFilter } from './library.ts';

export type ExportState = 'queued' | 'running' | 'ready' | 'failed' | 'expired';

export type ExportContent =
  | { readonly kind: 'csv' }
  | { readonly kind: 'zip'; readonly rendition: Rendition; readonly format: AudioFormat };

export interface RecordingExport {
  readonly exportId: ExportId;
  readonly content: ExportContent;
  readonly state: ExportState;
  /** Recordings that were chosen. */
  readonly total: number;
  readonly done: number;
  /** Of those that are done: without a file in the archive; its manifest says why. */
  readonly missing: number;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  /** Fault code. */
  readonly failure: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface ExportOrder {
  readonly content: ExportContent;
  /** What the orderer may take away. */
  readonly scope: LibraryScope;
  readonly filter: RecordingFilter;
}

/** An export as it is worked on. */
export interface ExportWork extends RecordingExport, ExportOrder {
  readonly requestedBy: Principal;
}

/** Everybody sees their own only: those of others are as if they were not there. */
export interface RecordingExports {
  /** Newest first. */
  list(who: Principal, page: PageOrder): Promise<Page<RecordingExport>>;
  find(who: Principal, exportId: ExportId): Promise<RecordingExport | null>;
  /** @returns `disk-low` when no room is left but what is kept for calls: it would be given up later */
  create(
    who: Principal,
    order: ExportOrder,
  ): Promise<Result<RecordingExport, 'nothing' | 'too-large' | 'too-many' | 'disk-low'>>;
  /** Ends it when it is being made, and deletes the file. Idempotent. */
  remove(who: Principal, exportId: ExportId): Promise<void>;
  /** Where the file lies in the object store. */
  objectKey(tenantId: TenantId, exported: RecordingExport): string;
}

export interface ExportRows {
  list(owner: ExportOwner, page: PageOrder): Promise<Page<RecordingExport>>;
  find(owner: ExportOwner, exportId: ExportId): Promise<RecordingExport | null>;
  /** Those of the owner that are not expired. */
  count(owner: ExportOwner): Promise<number>;
  insert(work: ExportWork): Promise<void>;
  /** Also a row that was begun before. Null when there is nothing to do any more. */
  begin(exportId: ExportId): Promise<ExportWork | null>;
  /** False when the export was removed meanwhile. */
  progress(exportId: ExportId, done: number, missing: number): Promise<boolean>;
  finish(
    exportId: ExportId,
    file: { readonly sizeBytes: number; readonly sha256: string; readonly missing: number },
  ): Promise<boolean>;
  /** @returns whom to tell; null when it was removed */
  fail(exportId: ExportId, failure: string): Promise<TenantId | null>;
  remove(owner: ExportOwner, exportId: ExportId): Promise<void>;
  /** Marks as expired what is older than this, and says which. */
  expire(
    nowMs: number,
  ): Promise<readonly { readonly tenantId: TenantId; readonly exported: RecordingExport }[]>;
}

export interface ExportOwner {
  readonly tenantId: TenantId;
  readonly ownerId: string;
}

export interface ArchivedFile {
  /** Name inside the archive. */
  readonly name: string;
  readonly atMs: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Files one after the other → the bytes of a ZIP (stored, ZIP64 when it is large). Reads no faster than it is read. */
export type ArchiveWriter = (files: AsyncIterable<ArchivedFile>) => AsyncIterable<Uint8Array>;
