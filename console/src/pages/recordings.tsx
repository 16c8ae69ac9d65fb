import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { recordingsQuery, type Recording, type RecordingFilter } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { StateBadge } from '../lists/badges.tsx';
import { Filters, useNames } from '../lists/filters.tsx';
import { List, type Column } from '../lists/list.tsx';
import { withoutAbsent } from '../lists/shared-filter.ts';
import { SampleNote } from './first-steps/sample-data.tsx';
import { useTimeTexts } from '../session.tsx';
import { clockText } from '../time/length.ts';
import { stateText, typeText } from '../words.ts';
import { states } from './recording-filter.ts';

const useColumns = (): readonly Column<Recording>[] => {
  const t = useText();
  const time = useTimeTexts();
  const names = useNames();
  return [
    {
      key: 'started',
      head: t('field.started'),
      cell: (row) => (
        <Anchor
          inherit
          style={{ whiteSpace: 'nowrap' }}
          renderRoot={(props) => <Link to="/recordings/$id" params={{ id: row.id }} {...props} />}
        >
          {time.instant(row.startedAt)}
        </Anchor>
      ),
    },
    { key: 'type', head: t('field.type'), cell: (row) => typeText(t, row.callType) },
    { key: 'caller', head: t('field.caller'), cell: (row) => row.caller },
    { key: 'callee', head: t('field.callee'), cell: (row) => row.callee },
    { key: 'queue', head: t('field.queue'), cell: (row) => names.queue(row.queueId) },
    { key: 'agents', head: t('field.agent'), cell: (row) => names.agents(row.agentIds) },
    {
      key: 'length',
      head: t('field.length'),
      cell: (row) => (row.durationMs === null ? '–' : clockText(row.durationMs)),
    },
    { key: 'state', head: t('field.state'), cell: (row) => <StateBadge state={row.state} /> },
  ];
};

export const RecordingsPage = (): ReactElement => {
  const t = useText();
  const filter = useSearch({ from: '/recordings' });
  const navigate = useNavigate({ from: '/recordings' });
  const query = useInfiniteQuery(recordingsQuery(filter));
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Stack gap="lg">
      <Title order={1} size="h2">
        {t('recordings.title')}
      </Title>
      <SampleNote />
      <Filters<RecordingFilter>
        value={filter}
        onChange={(next) => void navigate({ search: withoutAbsent(next) })}
        choice={{
          label: t('field.state'),
          value: filter.state,
          options: states.map((state) => ({ value: state, label: stateText(t, state) })),
          onChange: (value) => {
            const { state: _state, ...rest } = filter;
            const state = states.find((each) => each === value);
            void navigate({ search: state ? { ...rest, state } : rest });
          },
        }}
      />
      {filter.callId !== undefined && (
        <Text size="sm">{t('recordings.ofCall', { id: filter.callId })}</Text>
      )}
      <List
        label={t('recordings.title')}
        columns={useColumns()}
        keyOf={(row) => row.id}
        query={query}
        empty={
          isFiltered
            ? { title: t('empty.filtered'), text: t('empty.filteredText') }
            : { title: t('empty.recordings'), text: t('empty.recordingsText') }
        }
      />
    </Stack>
  );
};
