import { Group, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type ReactElement } from 'react';
import { callOutcomes } from '#core/recording/outcome.ts';
import { callsQuery, type Call, type CallFilter } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { OutcomeBadge } from '../lists/badges.tsx';
import { useCallColumns } from '../lists/call-columns.tsx';
import { Filters } from '../lists/filters.tsx';
import { List, type Column } from '../lists/list.tsx';
import { SavedViews } from '../lists/saved-views.tsx';
import { withoutAbsent } from '../lists/shared-filter.ts';
import { clockText } from '../time/length.ts';
import { outcomeText, whyText } from '../words.ts';
import { readCallFilter } from './call-filter.ts';
import { DialButton } from './dial-pad.tsx';
import { SampleNote } from './first-steps/sample-data.tsx';

/** Runs on while the call is up. */
const CallLength = ({ call }: { readonly call: Call }) => {
  const [now, setNow] = useState(() => Date.now());
  const isUp = call.endedAt === null && call.live !== null;
  useEffect(() => {
    if (!isUp) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isUp]);
  if (call.answeredAt === null) return '–';
  const end = call.endedAt === null ? now : Date.parse(call.endedAt);
  if (call.endedAt === null && !isUp) return '–';
  return clockText(end - Date.parse(call.answeredAt));
};

const useColumns = (): readonly Column<Call>[] => {
  const t = useText();
  const shared = useCallColumns('/calls/$id');
  return [
    ...shared,
    { key: 'length', head: t('field.length'), cell: (row) => <CallLength call={row} /> },
    { key: 'outcome', head: t('field.recording'), cell: (row) => <OutcomeBadge call={row} /> },
    {
      key: 'why',
      head: t('field.why'),
      cell: (row) => (
        <Text size="sm" c="dimmed">
          {whyText(t, row)}
        </Text>
      ),
    },
  ];
};

export const CallsPage = (): ReactElement => {
  const t = useText();
  const filter = useSearch({ from: '/calls' });
  const navigate = useNavigate({ from: '/calls' });
  const query = useInfiniteQuery(callsQuery(filter));
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t('calls.title')}
        </Title>
        <Group gap="sm">
          <SavedViews
            list="calls"
            filter={filter}
            onOpen={(kept) => void navigate({ search: readCallFilter(kept) })}
          />
          <DialButton />
        </Group>
      </Group>
      <SampleNote />
      <Filters<CallFilter>
        value={filter}
        onChange={(next) => void navigate({ search: withoutAbsent(next) })}
        choice={{
          label: t('field.recording'),
          value: filter.outcome,
          options: callOutcomes.map((each) => ({ value: each, label: outcomeText(t, each) })),
          onChange: (value) => {
            const { outcome: _outcome, ...rest } = filter;
            const outcome = callOutcomes.find((each) => each === value);
            void navigate({ search: outcome ? { ...rest, outcome } : rest });
          },
        }}
      />
      <List
        label={t('calls.title')}
        columns={useColumns()}
        keyOf={(row) => row.id}
        query={query}
        empty={
          isFiltered
            ? { title: t('empty.filtered'), text: t('empty.filteredText') }
            : { title: t('empty.calls'), text: t('empty.callsText') }
        }
      />
    </Stack>
  );
};
