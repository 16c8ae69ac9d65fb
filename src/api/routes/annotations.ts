/** Notes and tags of a recording: read by all who see it, written by those who work with it. */
import { z } from 'zod';
import { reachOf } from '#core/policy/rights.ts';
import { longestTag, mostTags, tagOf, tagsOf } from '#core/recording/tags.ts';
import type { NoteId, RecordingId } from '#core/ids.ts';
import type { Principal } from '#ports/administration.ts';
import type { Note } from '#ports/annotations.ts';
import type { RecordingDetails } from '#ports/library.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { found, refused } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams, instant, pageOf, pageQuery } from '../schemas.ts';
import { scopeOf } from '../scope.ts';
import { orderOf } from './collections.ts';

const text = z.string().trim().min(1).max(4000);
const momentMs = z
  .number()
  .int()
  .min(0)
  .max(86_400_000 * 7)
  .nullable()
  .describe('Moment of the call it is about, in ms since the recording began; null = all of it');

const note = z
  .object({
    id: z.string(),
    text: z.string(),
    momentMs,
    author: z.string(),
    createdAt: instant,
    editedAt: instant.nullable(),
    version: z.number().describe('Sent with an edit, whoever edits an older text is told'),
    mayEdit: z.boolean().describe('Whether it is the own one'),
    mayRemove: z.boolean(),
  })
  .meta({ id: 'Note' });

const newNote = z.strictObject({ text, momentMs: momentMs.default(null) });
const noteChange = z.strictObject({ text, version: z.number().int().min(1).optional() });
const noteParams = idParams.extend({ noteId: z.string().min(1).max(64) });

const newTags = z.strictObject({
  tags: z
    .array(z.string().trim().min(1).max(longestTag))
    .max(mostTags)
    .describe('These and no others; small letters, each once'),
  version: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('The `tagsVersion` the change was made to; another one in force is 409'),
});
const tagsAnswer = z.object({ tags: z.array(z.string()), tagsVersion: z.number() });

const noteView = (who: Principal, row: Note): z.output<typeof note> => {
  const isOwn = row.authorId === who.id;
  return {
    id: row.noteId,
    text: row.text,
    momentMs: row.momentMs,
    author: row.authorName,
    createdAt: new Date(row.createdAtMs).toISOString(),
    editedAt: row.editedAtMs === null ? null : new Date(row.editedAtMs).toISOString(),
    version: row.version,
    mayEdit: isOwn && reachOf(who.role, 'notes:write') !== null,
    mayRemove:
      reachOf(who.role, 'notes:remove') !== null ||
      (isOwn && reachOf(who.role, 'notes:write') !== null),
  };
};

export const annotationRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { administration, library, annotations, changeFeed, clock } = deps;

  const seen = async (
    who: Principal,
    right: 'recordings:read' | 'notes:write',
    id: string,
  ): Promise<RecordingDetails> =>
    found(await library.recording(scopeOf(who, right), id as RecordingId));

  /** First: a change that cannot be written down is not made. */
  const writeDown = async (
    who: Principal,
    verb: string,
    recording: RecordingDetails,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    await administration.audit.note(who, {
      action: `recording.${verb}`,
      subjectKind: 'recording',
      subjectId: recording.recordingId,
      detail: { callId: recording.callId, ...detail },
    });
  };
  const tell = (who: Principal, { recordingId }: RecordingDetails): void =>
    changeFeed.publish({ tenantId: who.tenantId, topic: 'recordings', id: recordingId });

  const noteOf = async (
    who: Principal,
    recording: RecordingDetails,
    noteId: string,
  ): Promise<Note> =>
    found(await annotations.note(who.tenantId, recording.recordingId, noteId as NoteId));

  return [
    route('GET /recordings/:id/notes', {
      summary: 'Notes on a recording, oldest first',
      params: idParams,
      query: z.strictObject(pageQuery),
      answer: pageOf(note),
      handle: async ({ who, params, query }) => {
        const { recordingId } = await seen(who, 'recordings:read', params.id);
        const page = await annotations.notes(who.tenantId, recordingId, orderOf(query));
        return {
          items: page.items.map((row) => noteView(who, row)),
          nextCursor: page.nextCursor,
        };
      },
    }),
    route('POST /recordings/:id/notes', {
      summary: 'Add a note',
      params: idParams,
      body: newNote,
      status: 201,
      answer: note,
      handle: async ({ who, params, body }) => {
        const recording = await seen(who, 'notes:write', params.id);
        await writeDown(who, 'add-note', recording, { momentMs: body.momentMs });
        const added = await annotations.addNote(who.tenantId, recording.recordingId, {
          ...body,
          authorId: who.id,
          authorName: who.name,
          atMs: clock.nowMs(),
        });
        if (!added.ok) throw refused({ code: 'recording/too-many-notes' });
        tell(who, recording);
        return noteView(who, added.value);
      },
    }),
    route('PATCH /recordings/:id/notes/:noteId', {
      summary: 'Change the text of an own note',
      params: noteParams,
      body: noteChange,
      answer: note,
      handle: async ({ who, params, body }) => {
        const recording = await seen(who, 'notes:write', params.id);
        const before = await noteOf(who, recording, params.noteId);
        if (!noteView(who, before).mayEdit) throw refused({ code: 'recording/note-of-another' });
        const { noteId, version } = before;
        if (version !== (body.version ?? version)) throw refused({ code: 'api/changed-meanwhile' });
        await writeDown(who, 'edit-note', recording, { noteId });
        const edit = { text: body.text, atMs: clock.nowMs(), version };
        if (!(await annotations.editNote(who.tenantId, noteId, edit)))
          throw refused({ code: 'api/changed-meanwhile' });
        tell(who, recording);
        const edited = { ...before, text: edit.text, editedAtMs: edit.atMs, version: version + 1 };
        return noteView(who, edited);
      },
    }),
    route('DELETE /recordings/:id/notes/:noteId', {
      summary: 'Remove an own note; administrators remove any',
      params: noteParams,
      handle: async ({ who, params }) => {
        const recording = await seen(who, 'notes:write', params.id);
        const before = await noteOf(who, recording, params.noteId);
        if (!noteView(who, before).mayRemove) throw refused({ code: 'recording/note-of-another' });
        const { noteId, authorName } = before;
        await writeDown(who, 'remove-note', recording, { noteId, author: authorName });
        await annotations.removeNote(who.tenantId, noteId);
        tell(who, recording);
      },
    }),
    route('PUT /recordings/:id/tags', {
      summary: 'Set the tags of a recording',
      params: idParams,
      body: newTags,
      answer: tagsAnswer,
      handle: async ({ who, params, body }) => {
        const recording = await seen(who, 'notes:write', params.id);
        const tags = tagsOf(body.tags);
        const version = body.version ?? null;
        if (version !== null && version !== recording.tagsVersion)
          throw refused({ code: 'api/changed-meanwhile' });
        await writeDown(who, 'tag', recording, { before: recording.tags, tags });
        const set = await annotations.setTags(who.tenantId, recording.recordingId, tags, version);
        if (!set.ok) throw refused({ code: 'api/changed-meanwhile' });
        tell(who, recording);
        return { tags: [...tags], tagsVersion: set.value };
      },
    }),
    route('GET /recording-tags', {
      summary: 'Tags in use that begin so; at most fifty',
      query: z.strictObject({ prefix: z.string().max(longestTag).default('') }),
      answer: z.object({ tags: z.array(z.string()) }),
      handle: async ({ who, query }) => ({
        tags: [...(await annotations.knownTags(who.tenantId, tagOf(query.prefix), 50))],
      }),
    }),
  ];
};
