/** What people add to a recording: tags to find it again, and notes that may point at a moment of the call. */
import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  Stack,
  TagsInput,
  Text,
  Textarea,
} from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answered, client, type Schemas } from '../api/client.ts';
import { knownTagsQuery, notesQuery, type RecordingDetail } from '../api/queries.ts';
import { useWrite } from '../api/write.ts';
import { useText } from '../i18n/language.ts';
import { ConfirmDialog } from '../lists/confirm-dialog.tsx';
import { OvertakenNote, useEdit } from '../lists/edit.tsx';
import { Section } from '../lists/facts.tsx';
import { FirstLines } from '../lists/first-field.tsx';
import { FormDialog } from '../lists/form-dialog.tsx';
import { InSight } from '../lists/in-sight.tsx';
import { isOvertaken, ProblemNote } from '../lists/problem.tsx';
import type { Clocks } from '../player/clocks.ts';
import { player, usePlayer, usePosition } from '../player/player.ts';
import { useCan, useTimeTexts } from '../session.tsx';
import { clockText } from '../time/length.ts';

type Note = Schemas['Note'];

/** As the server limits them. */
const longestNote = 4000;
const longestTag = 40;
const mostTags = 20;

const topic = 'recordings';

export const Tags = ({ recording }: { readonly recording: RecordingDetail }) => {
  const t = useText();
  const can = useCan();
  const { id, tags, tagsVersion } = recording;
  const [draft, setDraft] = useState(tags);
  const known = useQuery(knownTagsQuery);
  const set = useWrite(topic, (next: readonly string[]) =>
    answered(
      client.PUT('/recordings/{id}/tags', {
        params: { path: { id } },
        body: { tags: [...next], version: tagsVersion },
      }),
    ),
  );
  const wasOvertaken = isOvertaken(set.error);
  useEffect(() => setDraft(tags), [tags]);
  // What could not be saved for any other reason stays, to be tried again.
  useEffect(() => {
    if (wasOvertaken) setDraft(tags);
  }, [wasOvertaken]);
  const mayWrite = can('notes:write');
  return (
    <Section title={t('notes.tags')}>
      {mayWrite ? (
        <TagsInput
          aria-label={t('notes.tags')}
          description={t('notes.tagsHint')}
          placeholder={draft.length === 0 ? t('notes.newTag') : ''}
          value={[...draft]}
          data={known.data?.tags ?? []}
          maxTags={mostTags}
          maxLength={longestTag}
          disabled={set.isPending}
          comboboxProps={{ keepMounted: false }}
          onChange={(next) => {
            setDraft(next);
            set.mutate(next);
          }}
        />
      ) : (
        <Text size="sm">{tags.length === 0 ? t('notes.noTags') : tags.join(', ')}</Text>
      )}
      {set.error && (
        <InSight>
          <ProblemNote
            error={set.error}
            isFresh
            {...(!wasOvertaken && { onRetry: () => set.mutate(draft) })}
          />
        </InSight>
      )}
    </Section>
  );
};

const NewNote = ({ id, clocks }: { readonly id: string; readonly clocks: Clocks }) => {
  const t = useText();
  const { listening } = usePlayer();
  const positionMs = usePosition(1000);
  const [text, setText] = useState('');
  const [withMoment, setWithMoment] = useState(false);
  const isHere = listening?.recordingId === id;
  const momentMs = Math.round(clocks.callAt(positionMs));
  const add = useWrite(
    topic,
    () =>
      answered(
        client.POST('/recordings/{id}/notes', {
          params: { path: { id } },
          body: { text, momentMs: isHere && withMoment ? momentMs : null },
        }),
      ),
    () => {
      setText('');
      setWithMoment(false);
    },
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <Stack gap="xs">
        <Textarea
          label={t('notes.new')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={longestNote}
          rows={2}
          // Grows with its text by the browser's own means: measuring it in a script would lay the whole page out once more.
          styles={{ input: { fieldSizing: 'content', minHeight: '4lh', maxHeight: '12lh' } }}
        />
        {add.error && <ProblemNote error={add.error} />}
        <Group justify="space-between">
          {isHere ? (
            <Checkbox
              label={t('notes.atMoment', { time: clockText(momentMs) })}
              checked={withMoment}
              onChange={(event) => setWithMoment(event.currentTarget.checked)}
            />
          ) : (
            <span />
          )}
          <Button type="submit" loading={add.isPending} disabled={text.trim() === ''}>
            {t('notes.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const EditNote = (props: {
  readonly id: string;
  readonly note: Note;
  readonly onDone: () => void;
}) => {
  const t = useText();
  const { id, note, onDone } = props;
  const queries = useQueryClient();
  const params = { path: { id, noteId: note.id } };
  const { words, write, send, submit, overtaken } = useEdit({
    item: note,
    labels: [['text', t('notes.text')]],
    save: ({ text }, version) =>
      answered(
        client.PATCH('/recordings/{id}/notes/{noteId}', { params, body: { text, version } }),
      ),
    read: async () => {
      const { items } = await queries.query({ ...notesQuery(id), staleTime: 0 });
      return items.find((each) => each.id === note.id);
    },
    onSaved: async () => {
      await queries.invalidateQueries({ queryKey: [topic] });
      onDone();
    },
  });
  return (
    <FormDialog
      title={t('notes.edit')}
      submit={t('notes.save')}
      sending={send}
      isMarked={overtaken !== null}
      isReady={words.text.trim() !== ''}
      onSubmit={submit}
      onClose={onDone}
    >
      <FirstLines
        label={t('notes.text')}
        required={false}
        maxLength={longestNote}
        minRows={3}
        maxRows={12}
        value={words.text}
        onChange={(text) => write({ text })}
      />
      {overtaken && <OvertakenNote {...overtaken} />}
    </FormDialog>
  );
};

const RemoveNote = (props: {
  readonly id: string;
  readonly note: Note;
  readonly onDone: () => void;
}) => {
  const t = useText();
  const { id, note, onDone } = props;
  const path = { id, noteId: note.id };
  const remove = useWrite(
    topic,
    () => client.DELETE('/recordings/{id}/notes/{noteId}', { params: { path } }),
    onDone,
  );
  return (
    <ConfirmDialog
      title={t('notes.removeAsk')}
      confirm={t('notes.remove')}
      act={remove}
      onClose={onDone}
    >
      <Text size="sm" lineClamp={6} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {note.text}
      </Text>
    </ConfirmDialog>
  );
};

const OneNote = (props: { readonly id: string; readonly note: Note; readonly clocks: Clocks }) => {
  const t = useText();
  const time = useTimeTexts();
  const { id, note, clocks } = props;
  const { momentMs } = note;
  const [doing, setDoing] = useState<'edit' | 'remove' | null>(null);
  const done = (): void => setDoing(null);
  return (
    <Stack component="li" gap={2}>
      <Group justify="space-between" wrap="nowrap" align="start">
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {note.author} · {time.instant(note.createdAt)}
          {note.editedAt !== null && ` · ${t('notes.edited')}`}
        </Text>
        <Group gap={2} wrap="nowrap">
          {note.mayEdit && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('notes.edit')}
              onClick={() => setDoing('edit')}
            >
              <IconPencil size={16} />
            </ActionIcon>
          )}
          {note.mayRemove && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('notes.remove')}
              onClick={() => setDoing('remove')}
            >
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </Group>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {momentMs !== null && (
          <Button
            variant="light"
            size="compact-xs"
            mr={6}
            onClick={() => player.seek(clocks.mediaAt(momentMs))}
          >
            {clockText(momentMs)}
          </Button>
        )}
        {note.text}
      </Text>
      {doing === 'edit' && <EditNote id={id} note={note} onDone={done} />}
      {doing === 'remove' && <RemoveNote id={id} note={note} onDone={done} />}
    </Stack>
  );
};

export const Notes = ({ id, clocks }: { readonly id: string; readonly clocks: Clocks }) => {
  const t = useText();
  const can = useCan();
  const notes = useQuery(notesQuery(id));
  const items = notes.data?.items ?? [];
  return (
    <Section title={t('notes.title')}>
      {notes.error && <ProblemNote error={notes.error} onRetry={() => void notes.refetch()} />}
      {notes.data && items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('notes.none')}
        </Text>
      )}
      {items.length > 0 && (
        <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
          {items.map((note) => (
            <OneNote key={note.id} id={id} note={note} clocks={clocks} />
          ))}
        </Stack>
      )}
      {can('notes:write') && <NewNote id={id} clocks={clocks} />}
    </Section>
  );
};
