/** Voice > Auto Call > Task Roster. */
import {
  Anchor,
  Button,
  FileInput,
  Group,
  Progress,
  Radio,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { IconDownload, IconPlus, IconUpload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { answered, base, client } from '../../api/client.ts';
import { useWrite } from '../../api/write.ts';
import { useText } from '../../i18n/language.ts';
import { ConfirmDialog } from '../../lists/confirm-dialog.tsx';
import { Dialog } from '../../lists/dialog.tsx';
import { OvertakenNote, useEdit } from '../../lists/edit.tsx';
import { codeText } from '../../lists/field-text.ts';
import { FormDialog } from '../../lists/form-dialog.tsx';
import { List, type Column } from '../../lists/list.tsx';
import { fieldErrorOf, hasFields } from '../../lists/problem.tsx';
import { useCan, useTimeTexts } from '../../session.tsx';
import {
  issuesQuery,
  rostersQuery,
  uploadRoster,
  type Roster,
  type RosterIssue,
} from './outbound.ts';
import { PageHead, RosterBadge } from './parts.tsx';

type Doing = { readonly what: 'issues' | 'edit' | 'delete'; readonly roster: Roster };

const AddDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const t = useText();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [onBadRows, setOnBadRows] = useState<'keep-good' | 'refuse-all'>('keep-good');
  const [wasTried, setWasTried] = useState(false);
  const [share, setShare] = useState(0);
  const send = useWrite(
    'rosters',
    (chosen: File) =>
      uploadRoster({ name, description, onBadRows, file: chosen }, { onProgress: setShare }),
    onClose,
  );
  const submit = (): void => {
    setWasTried(true);
    if (name.trim() !== '' && file !== null) send.mutate(file);
  };
  return (
    <FormDialog
      title={t('rosters.addTitle')}
      submit={t('voiceAssets.confirm')}
      size="lg"
      sending={send}
      isMarked={hasFields(send.error)}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label={t('rosters.name')}
        required
        maxLength={50}
        data-autofocus
        value={name}
        error={
          (wasTried && name.trim() === '' ? t('outbound.missing') : null) ??
          fieldErrorOf(t, send.error, 'name')
        }
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <FileInput
        label={t('rosters.file')}
        description={t('rosters.fileText')}
        placeholder={t('rosters.choose')}
        leftSection={<IconUpload size={16} />}
        required
        accept=".xlsx,.csv"
        value={file}
        error={
          (wasTried && file === null ? t('outbound.missing') : null) ??
          fieldErrorOf(t, send.error, 'file')
        }
        onChange={setFile}
      />
      <Radio.Group
        label={t('rosters.onBadRows')}
        value={onBadRows}
        onChange={(value) => setOnBadRows(value === 'refuse-all' ? value : 'keep-good')}
      >
        <Group mt={4}>
          <Radio value="keep-good" label={t('rosters.keepGood')} />
          <Radio value="refuse-all" label={t('rosters.refuseAll')} />
        </Group>
      </Radio.Group>
      <Textarea
        label={t('outbound.description')}
        maxLength={200}
        value={description}
        error={fieldErrorOf(t, send.error, 'description')}
        onChange={({ currentTarget }) => setDescription(currentTarget.value)}
      />
      {send.isPending && (
        <Progress.Root size="md">
          <Progress.Section value={Math.round(share * 100)} aria-label={t('rosters.sending')} />
        </Progress.Root>
      )}
    </FormDialog>
  );
};

const IssuesDialog = (props: {
  readonly roster: Roster;
  readonly onClose: () => void;
}): ReactElement => {
  const t = useText();
  const { roster, onClose } = props;
  const columns: readonly Column<RosterIssue>[] = [
    { key: 'line', head: t('rosters.line'), cell: ({ line }) => line },
    { key: 'value', head: t('rosters.value'), cell: ({ value }) => value },
    {
      key: 'reason',
      head: t('rosters.reason'),
      cell: ({ reason }) => t(`rosters.reason.${reason}`),
    },
  ];
  return (
    <Dialog title={t('rosters.issuesTitle', { name: roster.name })} size="xl" onClose={onClose}>
      <List
        label={t('rosters.issues')}
        columns={columns}
        keyOf={({ line }) => String(line)}
        query={useInfiniteQuery(issuesQuery(roster.id))}
        empty={{ title: t('empty.issues'), text: '' }}
        minWidth={480}
      />
    </Dialog>
  );
};

const DeleteDialog = (props: {
  readonly roster: Roster;
  readonly onClose: () => void;
}): ReactElement => {
  const t = useText();
  const queries = useQueryClient();
  const { roster, onClose } = props;
  const remove = useMutation({
    mutationFn: () => client.DELETE('/rosters/{id}', { params: { path: { id: roster.id } } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['rosters', 'list'] }),
    onSuccess: onClose,
  });
  return (
    <ConfirmDialog
      title={t('rosters.deleteTitle')}
      confirm={t('voiceAssets.confirm')}
      act={remove}
      onClose={onClose}
    >
      <Text>{t('rosters.deleteText', { name: roster.name, people: roster.people })}</Text>
    </ConfirmDialog>
  );
};

const EditDialog = (props: {
  readonly roster: Roster;
  readonly onClose: () => void;
}): ReactElement => {
  const t = useText();
  const queries = useQueryClient();
  const { roster, onClose } = props;
  const [name, setName] = useState(roster.name);
  const [description, setDescription] = useState(roster.description);
  const params = { path: { id: roster.id } };
  const close = (): void => {
    void queries.invalidateQueries({ queryKey: ['rosters', 'list'] });
    onClose();
  };
  const { send, theirs } = useEdit({
    item: roster,
    save: (words: { readonly name: string; readonly description: string }, version) =>
      answered(client.PATCH('/rosters/{id}', { params, body: { ...words, version } })),
    read: () => answered(client.GET('/rosters/{id}', { params })),
    onSaved: close,
  });
  const take = (now: Roster): void => {
    setName(now.name);
    setDescription(now.description);
    send.reset();
  };
  return (
    <FormDialog
      title={t('rosters.editTitle')}
      submit={t('voiceAssets.confirm')}
      sending={send}
      isMarked={theirs !== null || hasFields(send.error)}
      onSubmit={() => send.mutate({ name, description })}
      onClose={close}
    >
      <TextInput
        label={t('rosters.name')}
        required
        maxLength={50}
        data-autofocus
        value={name}
        error={fieldErrorOf(t, send.error, 'name')}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Textarea
        label={t('outbound.description')}
        maxLength={200}
        value={description}
        error={fieldErrorOf(t, send.error, 'description')}
        onChange={({ currentTarget }) => setDescription(currentTarget.value)}
      />
      {theirs && (
        <OvertakenNote
          theirs={[
            { label: t('rosters.name'), value: theirs.name },
            { label: t('outbound.description'), value: theirs.description },
          ]}
          onTake={() => take(theirs)}
        />
      )}
    </FormDialog>
  );
};

const lineOf = ({ line }: { readonly line: number | null }) => (line === null ? {} : { line });

const StateCell = ({ roster }: { readonly roster: Roster }): ReactElement => {
  const t = useText();
  const share = roster.sizeBytes === 0 ? 0 : (roster.readBytes / roster.sizeBytes) * 100;
  return (
    <Stack gap={4}>
      <Group>
        <RosterBadge roster={roster} />
      </Group>
      {roster.state === 'importing' && (
        <Progress.Root size="sm">
          <Progress.Section value={share} aria-label={t('rosters.state.importing')} />
        </Progress.Root>
      )}
      {roster.failure && (
        <Text size="xs" c="dimmed">
          {codeText(t, roster.failure.code, lineOf(roster.failure)) ?? roster.failure.detail}
        </Text>
      )}
    </Stack>
  );
};

const useColumns = (onDo: (doing: Doing) => void): readonly Column<Roster>[] => {
  const t = useText();
  const can = useCan();
  const time = useTimeTexts();
  return [
    {
      key: 'name',
      head: t('rosters.name'),
      cell: (roster) => (
        <Stack gap={0}>
          <Text size="sm" fw={500}>
            {roster.name}
          </Text>
          <Text size="xs" c="dimmed">
            {roster.description}
          </Text>
        </Stack>
      ),
    },
    { key: 'file', head: t('rosters.file'), cell: ({ fileName }) => fileName },
    { key: 'state', head: t('outbound.state'), cell: (roster) => <StateCell roster={roster} /> },
    { key: 'people', head: t('outbound.people'), cell: ({ people }) => people },
    {
      key: 'issues',
      head: t('rosters.issues'),
      cell: (roster) =>
        roster.issues === 0 ? (
          '0'
        ) : (
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => onDo({ what: 'issues', roster })}
          >
            {t('rosters.showIssues', { count: roster.issues })}
          </Button>
        ),
    },
    {
      key: 'usedBy',
      head: t('voiceAssets.usedBy'),
      cell: ({ usedBy }) => (
        <Stack gap={2}>
          {usedBy.map(({ id, name }) => (
            <Anchor
              key={id}
              size="sm"
              renderRoot={(props) => <Link to="/outbound-tasks/$id" params={{ id }} {...props} />}
            >
              {name}
            </Anchor>
          ))}
        </Stack>
      ),
    },
    {
      key: 'created',
      head: t('voiceAssets.created'),
      cell: ({ createdAt }) => time.instant(createdAt),
    },
    {
      key: 'actions',
      head: t('voiceAssets.actions'),
      cell: (roster) =>
        can('rosters:write') ? (
          <Group gap={4} wrap="nowrap">
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={t('voiceAssets.editOf', { name: roster.name })}
              onClick={() => onDo({ what: 'edit', roster })}
            >
              {t('voiceAssets.edit')}
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              aria-label={t('voiceAssets.deleteOf', { name: roster.name })}
              onClick={() => onDo({ what: 'delete', roster })}
            >
              {t('voiceAssets.delete')}
            </Button>
          </Group>
        ) : null,
    },
  ];
};

export const RostersPage = (): ReactElement => {
  const t = useText();
  const can = useCan();
  const [isAdding, setIsAdding] = useState(false);
  const [doing, setDoing] = useState<Doing | null>(null);
  const columns = useColumns(setDoing);
  const close = (): void => setDoing(null);
  return (
    <Stack gap="lg">
      <PageHead title={t('rosters.title')} text={t('rosters.text')} />
      <Group justify="space-between">
        <Button
          component="a"
          href={`${base}/rosters/template`}
          variant="default"
          leftSection={<IconDownload size={16} />}
        >
          {t('rosters.template')}
        </Button>
        {can('rosters:write') && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
            {t('voiceAssets.add')}
          </Button>
        )}
      </Group>
      <List
        label={t('rosters.title')}
        columns={columns}
        keyOf={({ id }) => id}
        query={useInfiniteQuery(rostersQuery)}
        empty={{ title: t('empty.rosters'), text: t('empty.rostersText') }}
      />
      {isAdding && <AddDialog onClose={() => setIsAdding(false)} />}
      {doing?.what === 'issues' && <IssuesDialog roster={doing.roster} onClose={close} />}
      {doing?.what === 'edit' && <EditDialog roster={doing.roster} onClose={close} />}
      {doing?.what === 'delete' && <DeleteDialog roster={doing.roster} onClose={close} />}
    </Stack>
  );
};
