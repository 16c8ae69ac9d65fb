/** Add, edit and delete one roster, and read what was wrong with its file. */
import { FileInput, Group, Progress, Radio, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { IconUpload } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { answered, client } from '../../api/client.ts';
import { useWrite } from '../../api/write.ts';
import { useText } from '../../i18n/language.ts';
import { ConfirmDialog } from '../../lists/confirm-dialog.tsx';
import { Dialog } from '../../lists/dialog.tsx';
import { OvertakenNote, useEdit } from '../../lists/edit.tsx';
import { FirstLine } from '../../lists/first-field.tsx';
import { FormDialog } from '../../lists/form-dialog.tsx';
import { List, type Column } from '../../lists/list.tsx';
import { fieldErrorOf, hasFields } from '../../lists/problem.tsx';
import { issuesQuery, uploadRoster, type Roster, type RosterIssue } from './outbound.ts';
import { DescriptionField } from './parts.tsx';

/** As the server limits it. */
const longestDescription = 200;

interface OneRoster {
  readonly roster: Roster;
  readonly onClose: () => void;
}

const NameField = (props: {
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (name: string) => void;
}): ReactElement => {
  const t = useText();
  return <FirstLine {...props} label={t('rosters.name')} maxLength={50} />;
};

export const AddDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
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
  const missing = (isMissing: boolean): string | null =>
    wasTried && isMissing ? t('outbound.missing') : null;
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
      <NameField
        value={name}
        error={missing(name.trim() === '') ?? fieldErrorOf(t, send.error, 'name')}
        onChange={setName}
      />
      <FileInput
        label={t('rosters.file')}
        description={t('rosters.fileText')}
        placeholder={t('rosters.choose')}
        leftSection={<IconUpload size={16} />}
        required
        accept=".xlsx,.csv"
        value={file}
        error={missing(file === null) ?? fieldErrorOf(t, send.error, 'file')}
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
      <DescriptionField
        maxLength={longestDescription}
        value={description}
        error={fieldErrorOf(t, send.error, 'description')}
        onChange={setDescription}
      />
      {send.isPending && (
        <Progress.Root size="md">
          <Progress.Section value={Math.round(share * 100)} aria-label={t('rosters.sending')} />
        </Progress.Root>
      )}
    </FormDialog>
  );
};

export const IssuesDialog = ({ roster, onClose }: OneRoster): ReactElement => {
  const t = useText();
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

export const DeleteDialog = ({ roster, onClose }: OneRoster): ReactElement => {
  const t = useText();
  const queries = useQueryClient();
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

export const EditDialog = ({ roster, onClose }: OneRoster): ReactElement => {
  const t = useText();
  const queries = useQueryClient();
  const params = { path: { id: roster.id } };
  const close = (): void => {
    void queries.invalidateQueries({ queryKey: ['rosters', 'list'] });
    onClose();
  };
  const { words, write, send, submit, overtaken } = useEdit({
    item: roster,
    labels: [
      ['name', t('rosters.name')],
      ['description', t('outbound.description')],
    ],
    save: ({ name, description }, version) =>
      answered(client.PATCH('/rosters/{id}', { params, body: { name, description, version } })),
    read: () => answered(client.GET('/rosters/{id}', { params })),
    onSaved: close,
  });
  return (
    <FormDialog
      title={t('rosters.editTitle')}
      submit={t('voiceAssets.confirm')}
      sending={send}
      isMarked={overtaken !== null || hasFields(send.error)}
      onSubmit={submit}
      onClose={close}
    >
      <NameField
        value={words.name}
        error={fieldErrorOf(t, send.error, 'name')}
        onChange={(name) => write({ name })}
      />
      <DescriptionField
        maxLength={longestDescription}
        value={words.description}
        error={fieldErrorOf(t, send.error, 'description')}
        onChange={(description) => write({ description })}
      />
      {overtaken && <OvertakenNote {...overtaken} />}
    </FormDialog>
  );
};
