/** Voice > Auto Call > Do Not Call. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { answered, client } from '../../api/client.ts';
import { useWrite } from '../../api/write.ts';
import { useText } from '../../i18n/language.ts';
import { ConfirmDialog } from '../../lists/confirm-dialog.tsx';
import { FirstLines } from '../../lists/first-field.tsx';
import { FormDialog } from '../../lists/form-dialog.tsx';
import { List, type Column } from '../../lists/list.tsx';
import { useCan, useTimeTexts } from '../../session.tsx';
import { doNotCallQuery, type DoNotCallEntry } from './outbound.ts';
import { PageHead } from './parts.tsx';

const AddDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const t = useText();
  const [text, setText] = useState('');
  const [note, setNote] = useState('');
  const numbers = text
    .split(/[\n,;]/u)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const add = useWrite(
    'do-not-call',
    () => answered(client.POST('/do-not-call', { body: { numbers, note } })),
    onClose,
  );
  return (
    <FormDialog
      title={t('doNotCall.addTitle')}
      submit={t('voiceAssets.confirm')}
      sending={add}
      isReady={numbers.length > 0}
      onSubmit={() => add.mutate()}
      onClose={onClose}
    >
      <FirstLines
        label={t('doNotCall.numbers')}
        description={t('doNotCall.numbersText')}
        minRows={3}
        maxRows={10}
        value={text}
        onChange={setText}
      />
      <TextInput
        label={t('doNotCall.note')}
        maxLength={200}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
    </FormDialog>
  );
};

const RemoveButton = ({ entry }: { readonly entry: DoNotCallEntry }): ReactElement => {
  const t = useText();
  const queries = useQueryClient();
  const [isAsked, setIsAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () =>
      client.DELETE('/do-not-call/{number}', { params: { path: { number: entry.number } } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['do-not-call'] }),
  });
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={t('voiceAssets.deleteOf', { name: entry.number })}
        onClick={() => setIsAsked(true)}
      >
        {t('voiceAssets.delete')}
      </Button>
      {isAsked && (
        <ConfirmDialog
          title={t('doNotCall.removeTitle', { number: entry.number })}
          confirm={t('voiceAssets.confirm')}
          act={remove}
          onClose={() => setIsAsked(false)}
        >
          {t('doNotCall.removeText')}
        </ConfirmDialog>
      )}
    </>
  );
};

export const DoNotCallPage = (): ReactElement => {
  const t = useText();
  const can = useCan();
  const time = useTimeTexts();
  const [search, setSearch] = useState('');
  const [isAdding, setIsAdding] = useState(false);
  const columns: readonly Column<DoNotCallEntry>[] = [
    { key: 'number', head: t('outbound.number'), cell: ({ number }) => number },
    {
      key: 'source',
      head: t('doNotCall.source'),
      cell: ({ source }) => t(`doNotCall.source.${source}`),
    },
    { key: 'note', head: t('doNotCall.note'), cell: ({ note }) => (note === '' ? '–' : note) },
    {
      key: 'created',
      head: t('voiceAssets.created'),
      cell: ({ createdAt }) => time.instant(createdAt),
    },
    {
      key: 'actions',
      head: t('voiceAssets.actions'),
      cell: (entry) => (can('do-not-call:write') ? <RemoveButton entry={entry} /> : null),
    },
  ];
  return (
    <Stack gap="lg">
      <PageHead title={t('doNotCall.title')} text={t('doNotCall.text')} />
      <Group justify="space-between">
        <TextInput
          type="search"
          w={280}
          aria-label={t('doNotCall.search')}
          placeholder={t('doNotCall.search')}
          leftSection={<IconSearch size={16} />}
          maxLength={20}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        {can('do-not-call:write') && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
            {t('voiceAssets.add')}
          </Button>
        )}
      </Group>
      <List
        label={t('doNotCall.title')}
        columns={columns}
        keyOf={({ number }) => number}
        query={useInfiniteQuery(doNotCallQuery(search))}
        empty={
          search === ''
            ? { title: t('empty.doNotCall'), text: t('empty.doNotCallText') }
            : { title: t('empty.filtered'), text: t('empty.searchedText') }
        }
      />
      {isAdding && <AddDialog onClose={() => setIsAdding(false)} />}
    </Stack>
  );
};
