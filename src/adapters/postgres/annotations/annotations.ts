/** Notes and tags of recordings. */
import { randomUUIDv7 } from 'node:crypto';
import { sql, type Kysely, type Selectable } from 'kysely';
import { ok, refuse } from '#base/result.ts';
import type { NoteId } from '#core/ids.ts';
import type { Annotations, Note } from '#ports/annotations.ts';
import { idAfter, pageOf } from '../keyset.ts';
import type { DB, RecordingNotesTable } from '../schema.ts';

/** More belong into a document of their own. */
const MOST_NOTES = 500;

const readNote = (row: Selectable<RecordingNotesTable>): Note => ({
  noteId: row.id as NoteId,
  text: row.text,
  momentMs: row.momentMs,
  authorId: row.authorId,
  authorName: row.authorName,
  createdAtMs: row.createdAt.getTime(),
  editedAtMs: row.editedAt?.getTime() ?? null,
  version: row.version,
});

export const sqlAnnotations = (db: Kysely<DB>): Annotations => ({
  notes: async (tenantId, recordingId, page) => {
    const rows = await db
      .selectFrom('recordingNotes')
      .selectAll()
      .where('tenantId', '=', tenantId)
      .where('recordingId', '=', recordingId)
      .where('id', '>', idAfter(page))
      .orderBy('id')
      .limit(page.limit + 1)
      .execute();
    return pageOf(rows, page, (row) => row.id, readNote);
  },
  note: async (tenantId, recordingId, noteId) => {
    const row = await db
      .selectFrom('recordingNotes')
      .selectAll()
      .where('tenantId', '=', tenantId)
      .where('recordingId', '=', recordingId)
      .where('id', '=', noteId)
      .executeTakeFirst();
    return row ? readNote(row) : null;
  },
  addNote: (tenantId, recordingId, { atMs, ...note }) =>
    db.transaction().execute(async (transaction) => {
      // Whoever adds one holds the recording, so that two cannot both be the last that fits.
      await transaction
        .selectFrom('recordings')
        .select('id')
        .where('id', '=', recordingId)
        .forUpdate()
        .execute();
      const { rows } = await sql<{ count: number }>`select count(*)::integer as count
        from recording_notes where recording_id = ${recordingId}`.execute(transaction);
      if ((rows[0]?.count ?? 0) >= MOST_NOTES) return refuse('full');
      const row = { id: randomUUIDv7(), tenantId, recordingId, ...note, createdAt: new Date(atMs) };
      await transaction.insertInto('recordingNotes').values(row).execute();
      return ok(readNote({ ...row, editedAt: null, version: 1 }));
    }),
  editNote: async (tenantId, noteId, { text, atMs, version }) => {
    const { numUpdatedRows } = await db
      .updateTable('recordingNotes')
      .set({ text, editedAt: new Date(atMs), version: version + 1 })
      .where('tenantId', '=', tenantId)
      .where('id', '=', noteId)
      .where('version', '=', version)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
  removeNote: async (tenantId, noteId) => {
    await db
      .deleteFrom('recordingNotes')
      .where('tenantId', '=', tenantId)
      .where('id', '=', noteId)
      .execute();
  },
  setTags: (tenantId, recordingId, tags, version) =>
    db.transaction().execute(async (transaction) => {
      let update = transaction
        .updateTable('recordings')
        .set((eb) => ({ tagsVersion: eb('tagsVersion', '+', 1) }))
        .where('tenantId', '=', tenantId)
        .where('id', '=', recordingId);
      if (version !== null) update = update.where('tagsVersion', '=', version);
      const row = await update.returning(['tagsVersion', 'startedAt']).executeTakeFirst();
      if (!row) return refuse('changed-meanwhile');
      const { startedAt } = row;
      await transaction
        .deleteFrom('recordingTags')
        .where('recordingId', '=', recordingId)
        .execute();
      if (tags.length > 0)
        await transaction
          .insertInto('recordingTags')
          .values(tags.map((tag) => ({ tenantId, recordingId, tag, startedAt })))
          .execute();
      return ok(row.tagsVersion);
    }),
  knownTags: async (tenantId, prefix, limit) => {
    // From tag to tag in the index: costs what the tags are, not what the recordings are.
    const { rows } = await sql<{ tag: string }>`with recursive known as (
        (select tag from recording_tags where tenant_id = ${tenantId} and tag >= ${prefix}
          order by tag limit 1)
        union all
        select (select t.tag from recording_tags t where t.tenant_id = ${tenantId}
          and t.tag > known.tag order by t.tag limit 1) from known where starts_with(known.tag, ${prefix})
      ) select tag from known where tag is not null and starts_with(tag, ${prefix}) limit ${limit}`.execute(
      db,
    );
    return rows.map(({ tag }) => tag);
  },
});
