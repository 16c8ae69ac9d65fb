/** Voice > Auto Call > Scheduler. */
import { Anchor, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useText } from '../../i18n/language.ts';
import { List, type Column } from '../../lists/list.tsx';
import { useCan, useTimeTexts } from '../../session.tsx';
import { tasksQuery, type Task } from './outbound.ts';
import { PageHead, TaskBadge } from './parts.tsx';
import { Wizard } from './wizard.tsx';

/** Done of all, in numbers and as a bar. */
const Done = ({ task }: { readonly task: Task }): ReactElement => {
  const t = useText();
  const done = task.counts.answered + task.counts.unanswered;
  const label = t('outbound.doneOf', { done, people: task.people });
  return (
    <Stack gap={2} miw={130}>
      <Text size="sm">{label}</Text>
      <Progress.Root size="sm">
        <Progress.Section
          value={task.people === 0 ? 0 : (done / task.people) * 100}
          aria-label={label}
        />
      </Progress.Root>
    </Stack>
  );
};

const useColumns = (): readonly Column<Task>[] => {
  const t = useText();
  const time = useTimeTexts();
  return [
    {
      key: 'name',
      head: t('outbound.name'),
      cell: (task) => (
        <Anchor
          inherit
          renderRoot={(props) => (
            <Link to="/outbound-tasks/$id" params={{ id: task.id }} {...props} />
          )}
        >
          {task.name}
        </Anchor>
      ),
    },
    { key: 'kind', head: t('outbound.kind'), cell: ({ kind }) => t(`outbound.kind.${kind}`) },
    { key: 'state', head: t('outbound.state'), cell: (task) => <TaskBadge task={task} /> },
    { key: 'asset', head: t('outbound.asset'), cell: ({ voiceAssetName }) => voiceAssetName },
    { key: 'roster', head: t('outbound.roster'), cell: ({ rosterName }) => rosterName },
    { key: 'done', head: t('outbound.progress'), cell: (task) => <Done task={task} /> },
    { key: 'answered', head: t('outbound.answered'), cell: ({ counts }) => counts.answered },
    {
      key: 'start',
      head: t('outbound.start'),
      cell: (task) => time.instant(task.startedAt ?? task.notBefore),
    },
  ];
};

export const TasksPage = (): ReactElement => {
  const t = useText();
  const can = useCan();
  const [isAdding, setIsAdding] = useState(false);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="start">
        <PageHead title={t('outbound.title')} text={t('outbound.text')} />
        {can('tasks:write') && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
            {t('outbound.add')}
          </Button>
        )}
      </Group>
      <List
        label={t('outbound.title')}
        columns={useColumns()}
        keyOf={({ id }) => id}
        query={useInfiniteQuery(tasksQuery)}
        empty={{ title: t('empty.tasks'), text: t('empty.tasksText') }}
      />
      {isAdding && <Wizard onClose={() => setIsAdding(false)} />}
    </Stack>
  );
};
