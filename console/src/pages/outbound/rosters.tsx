/** Voice > Auto Call > Task Roster. */
import { Anchor, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { base } from '../../api/client.ts';
import { useText } from '../../i18n/language.ts';
import { codeText } from '../../lists/field-text.ts';
import { FileLink } from '../../lists/file-link.tsx';
import { List, type Column } from '../../lists/list.tsx';
import { useCan, useTimeTexts } from '../../session.tsx';
import { rostersQuery, type Roster } from './outbound.ts';
import { PageHead, RosterBadge } from './parts.tsx';
import { AddDialog, DeleteDialog, EditDialog, IssuesDialog } from './roster-dialogs.tsx';

type Doing = { readonly what: 'issues' | 'edit' | 'delete'; readonly roster: Roster };

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
        <FileLink href={`${base}/rosters/template`} text={t('rosters.template')} />
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
