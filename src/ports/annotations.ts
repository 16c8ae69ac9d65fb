/** What people add to a recording: notes and tags. Rows of one tenant; who may is asked before. */
import type { Result } from '#base/result.ts';
import type { NoteId, RecordingId, TenantId } from '#core/ids.ts';
import type { Page, PageOrder } from './administration.ts';

export interface Note {
  readonly noteId: NoteId;
  readonly text: string;
  /** Moment of the call it is about, milliseconds since the recording began; null = all of it. */
  readonly momentMs: number | null;
  readonly authorId: string;
  readonly authorName: string;
  readonly createdAtMs: number;
  readonly editedAtMs: number | null;
  /** Grows with every edit. */
  readonly version: number;
}

export interface NewNote {
  readonly text: string;
  readonly momentMs: number | null;
  readonly authorId: string;
  readonly authorName: string;
  readonly atMs: number;
}

export interface Annotations {
  /** Oldest first. */
  notes(tenantId: TenantId, recordingId: RecordingId, page: PageOrder): Promise<Page<Note>>;
  /** Null when the recording has no such note. */
  note(tenantId: TenantId, recordingId: RecordingId, noteId: NoteId): Promise<Note | null>;
  /** @returns `full` when the recording has as many notes as one may have */
  addNote(
    tenantId: TenantId,
    recordingId: RecordingId,
    note: NewNote,
  ): Promise<Result<Note, 'full'>>;
  /** @returns false when another version than `version` is in force, or the note is gone */
  editNote(
    tenantId: TenantId,
    noteId: NoteId,
    edit: { readonly text: string; readonly atMs: number; readonly version: number },
  ): Promise<boolean>;
  /** Idempotent. */
  removeNote(tenantId: TenantId, noteId: NoteId): Promise<void>;
  /**
   * These and no others.
   *
   * @param version the one the change was made to; null = whatever is in force
   * @returns the new version, or `changed-meanwhile` when another one is in force
   */
  setTags(
    tenantId: TenantId,
    recordingId: RecordingId,
    tags: readonly string[],
    version: number | null,
  ): Promise<Result<number, 'changed-meanwhile'>>;
  /** Tags in use that begin so, in order of the alphabet; at most `limit`. */
  knownTags(tenantId: TenantId, prefix: string, limit: number): Promise<readonly string[]>;
}
