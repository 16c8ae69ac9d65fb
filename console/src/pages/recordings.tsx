import { Badge, Group, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type ReactElement } from 'react';
import { recordingStates } from '#core/recording/outcome.ts';
import {
  knownTagsQuery,
  recordingsQuery,
  type Recording,
  type RecordingFilter,
} from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { StateBadge } from '../lists/badges.tsx';
import { useCallColumns } from '../lists/call-columns.tsx';
import { Filters, WordField } from '../lists/filters.tsx';
import { Later } from '../lists/later.tsx';
import { List, type Column } from '../lists/list.tsx';
import { SavedViews } from '../lists/saved-views.tsx';
import { withoutAbsent } from '../lists/shared-filter.ts';
import { SampleNote } from './first-steps/sample-data.tsx';
import { useCan, useTimeTexts } from '../session.tsx';
import { clockText } from '../time/length.ts';
import { stateText } from '../words.ts';
import { ExportBar, Exports } from './exports.tsx';
import { readRecordingFilter } from './recording-filter.ts';

const useColumns = (): readonly Column<Recording>[] => {
  const t = useText();
  const shared = useCallColumns('/recordings/$id');
  return [
    ...shared,
    {
      key: 'length',
      head: t('field.length'),
      cell: (row) => (row.durationMs === null ? '–' : clockText(row.durationMs)),
    },
    {
      key: 'tags',
      head: t('notes.tags'),
      isLong: true,
      cell: (row) =>
        row.tags.length > 0 && (
          <Group gap={4}>
            {row.tags.map((tag) => (
              <Badge
                key={tag}
                variant="light"
                color="gray"
                tt="none"
                h="auto"
                radius="md"
                styles={{ label: { whiteSpace: 'normal', overflowWrap: 'anywhere' } }}
              >
                {tag}
              </Badge>
            ))}
          </Group>
        ),
    },
    { key: 'state', head: t('field.state'), cell: (row) => <StateBadge recording={row} /> },
  ];
};

const TagField = (props: {
  readonly value: string | undefined;
  readonly onChange: (tag: string | undefined) => void;
}) => {
  const t = useText();
  const known = useQuery(knownTagsQuery);
  return (
    <>
      <WordField {...props} w={110} label={t('notes.tag')} maxLength={40} list="known-tags" />
      <datalist id="known-tags">
        {known.data?.tags.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
    </>
  );
};

export const RecordingsPage = (): ReactElement => {
  const t = useText();
  const filter = useSearch({ from: '/recordings' });
  const navigate = useNavigate({ from: '/recordings' });
  const query = useInfiniteQuery(recordingsQuery(filter));
  const isFiltered = Object.keys(filter).length > 0;
  const time = useTimeTexts();
  const mayExport = useCan()('recordings:download');
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setIsAll] = useState(false);
  const shown = JSON.stringify(filter);
  // What is chosen belongs to what is shown.
  useEffect(() => {
    setIds(new Set());
    setIsAll(false);
  }, [shown]);
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t('recordings.title')}
        </Title>
        <Later height={36}>
          <SavedViews
            list="recordings"
            filter={filter}
            onOpen={(kept) => void navigate({ search: readRecordingFilter(kept) })}
          />
        </Later>
      </Group>
      <SampleNote />
      <Filters<RecordingFilter>
        value={filter}
        onChange={(next) => void navigate({ search: withoutAbsent(next) })}
        choice={{
          label: t('field.state'),
          value: filter.state,
          options: recordingStates.map((state) => ({ value: state, label: stateText(t, state) })),
          onChange: (value) => {
            const { state: _state, ...rest } = filter;
            const state = recordingStates.find((each) => each === value);
            void navigate({ search: state ? { ...rest, state } : rest });
          },
        }}
      >
        <TagField
          value={filter.tag}
          onChange={(tag) => {
            const { tag: _tag, ...rest } = filter;
            void navigate({ search: tag === undefined ? rest : { ...rest, tag } });
          }}
        />
      </Filters>
      {mayExport && (
        <Later height={30}>
          <ExportBar
            chosen={{ ids: [...ids], isAll }}
            filter={filter}
            onAll={(all) => setIsAll(all)}
          />
          <Exports />
        </Later>
      )}
      {filter.callId !== undefined && (
        <Text size="sm">{t('recordings.ofCall', { id: filter.callId })}</Text>
      )}
      <List
        label={t('recordings.title')}
        columns={useColumns()}
        keyOf={(row) => row.id}
        query={query}
        {...(mayExport && {
          selection: {
            ids,
            onChange: (next: ReadonlySet<string>) => {
              setIds(next);
              setIsAll(false);
            },
            nameOf: (row: Recording) => `${time.instant(row.startedAt)} ${row.caller}`,
          },
        })}
        empty={
          isFiltered
            ? { title: t('empty.filtered'), text: t('empty.filteredText') }
            : { title: t('empty.recordings'), text: t('empty.recordingsText') }
        }
      />
    </Stack>
  );
};
