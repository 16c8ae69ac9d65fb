/** One task: how far it is, what became of every call, and the orders to it. */
import {
  Alert,
  Button,
  Group,
  Paper,
  Progress,
  SimpleGrid,
  Stack,
  Tabs,
  Text,
} from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { answered, base, client } from '../../api/client.ts';
import { useText } from '../../i18n/language.ts';
import { InstantLink } from '../../lists/call-columns.tsx';
import { ConfirmDialog } from '../../lists/confirm-dialog.tsx';
import { Dialog } from '../../lists/dialog.tsx';
import { FileLink } from '../../lists/file-link.tsx';
import { List, type Column } from '../../lists/list.tsx';
import { NotYet } from '../../lists/not-yet.tsx';
import { ProblemNote } from '../../lists/problem.tsx';
import { useCan, useTimeTexts } from '../../session.tsx';
import { Chart } from './chart.tsx';
import { Wizard } from './wizard.tsx';
import {
  attemptsQuery,
  calleesQuery,
  isMoving,
  taskQuery,
  type Attempt,
  type Callee,
  type Task,
} from './outbound.ts';
import { PageHead, TaskBadge } from './parts.tsx';

type Action = 'start' | 'pause' | 'resume' | 'stop';

const colours = {
  answered: 'teal',
  calling: 'cyan',
  pendingRetry: 'yellow',
  unanswered: 'gray.5',
} as const;
/** What the bar is filled with; those to be called are the room that is left. */
const filled = ['answered', 'unanswered', 'calling', 'pendingRetry'] as const;
const countNames = ['answered', 'unanswered', 'calling', 'pendingRetry', 'initial'] as const;

const Counts = ({ task }: { readonly task: Task }): ReactElement => {
  const t = useText();
  const { counts, people } = task;
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Progress.Root size="xl" aria-label={t('outbound.progress')}>
          {filled.map((name) => (
            <Progress.Section
              key={name}
              value={people === 0 ? 0 : (counts[name] / people) * 100}
              color={colours[name]}
              aria-label={t(`outbound.count.${name}`)}
            />
          ))}
        </Progress.Root>
        <SimpleGrid cols={{ base: 2, sm: task.kind === 'predictive' ? 6 : 5 }}>
          {countNames.map((name) => (
            <Stack key={name} gap={0}>
              <Text size="xl" fw={700}>
                {counts[name]}
              </Text>
              <Text size="sm" c="dimmed">
                {t(`outbound.count.${name}`)}
              </Text>
            </Stack>
          ))}
          {task.kind === 'predictive' && (
            <Stack gap={0}>
              <Text size="xl" fw={700}>
                {task.abandoned}
              </Text>
              <Text size="sm" c="dimmed">
                {t('outbound.abandoned')}
              </Text>
            </Stack>
          )}
        </SimpleGrid>
      </Stack>
    </Paper>
  );
};

const useOrder = (id: string, onDone?: () => void) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ action, cut = false }: { action: Action; cut?: boolean }) =>
      answered(
        client.POST('/outbound-tasks/{id}/actions', {
          params: { path: { id } },
          body: { action, cut },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tasks'] }),
    ...(onDone && { onSuccess: onDone }),
  });
};

/** Stop asks how: people who listen are not cut off by a slip of the hand. */
const StopDialog = (props: { readonly id: string; readonly onClose: () => void }): ReactElement => {
  const t = useText();
  const { id, onClose } = props;
  const { mutate, isPending, error } = useOrder(id, onClose);
  return (
    <Dialog title={t('outbound.stopTitle')} isBusy={isPending} size="lg" onClose={onClose}>
      <Stack gap="md">
        <Text>{t('outbound.stopText')}</Text>
        {error !== null && <ProblemNote error={error} />}
        <Group justify="end">
          <Button variant="default" onClick={onClose} disabled={isPending} data-autofocus>
            {t('dialog.cancel')}
          </Button>
          <Button
            variant="light"
            color="red"
            loading={isPending}
            onClick={() => mutate({ action: 'stop', cut: true })}
          >
            {t('outbound.stopCut')}
          </Button>
          <Button color="red" loading={isPending} onClick={() => mutate({ action: 'stop' })}>
            {t('outbound.stopFinish')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
};

const actionsOf = ({ state, paused }: Task): readonly Action[] => {
  if (state === 0) return ['start', 'stop'];
  if (state === 1) return paused ? ['resume', 'stop'] : ['pause', 'stop'];
  return state === 3 ? ['stop'] : [];
};

const Orders = ({ task }: { readonly task: Task }): ReactElement => {
  const t = useText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [isStopping, setIsStopping] = useState(false);
  const [isDeleting, setIsDeleting] = useState(false);
  const [isEditing, setIsEditing] = useState(false);
  const act = useOrder(task.id);
  const remove = useMutation({
    mutationFn: () => client.DELETE('/outbound-tasks/{id}', { params: { path: { id: task.id } } }),
    onSuccess: async () => {
      await navigate({ to: '/outbound-tasks' });
      queries.removeQueries({ queryKey: ['tasks', 'one', task.id] });
      await queries.invalidateQueries({ queryKey: ['tasks', 'list'] });
    },
  });
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {actionsOf(task).map((action) => (
          <Button
            key={action}
            variant={action === 'stop' ? 'light' : 'filled'}
            color={action === 'stop' ? 'red' : 'cyan'}
            loading={act.isPending && act.variables.action === action}
            onClick={() => (action === 'stop' ? setIsStopping(true) : act.mutate({ action }))}
          >
            {t(`outbound.do.${action}`)}
          </Button>
        ))}
        {task.state === 0 && (
          <Button variant="default" onClick={() => setIsEditing(true)}>
            {t('voiceAssets.edit')}
          </Button>
        )}
        {!isMoving(task) && (
          <Button
            variant="subtle"
            color="red"
            loading={remove.isPending}
            onClick={() => setIsDeleting(true)}
          >
            {t('voiceAssets.delete')}
          </Button>
        )}
      </Group>
      {task.state === 0 && (
        <Text size="xs" c="dimmed">
          {t('outbound.editableText')}
        </Text>
      )}
      {act.isError && <ProblemNote error={act.error} />}
      {isEditing && <Wizard task={task} onClose={() => setIsEditing(false)} />}
      {isDeleting && (
        <ConfirmDialog
          title={t('outbound.deleteTitle')}
          confirm={t('voiceAssets.confirm')}
          act={remove}
          onClose={() => setIsDeleting(false)}
        >
          <Text>{t('outbound.deleteText', { name: task.name })}</Text>
        </ConfirmDialog>
      )}
      {isStopping && <StopDialog id={task.id} onClose={() => setIsStopping(false)} />}
    </Stack>
  );
};

const useSeconds = (): ((ms: number | null) => string) => {
  const t = useText();
  return (ms) => (ms === null ? '–' : t('outbound.seconds', { seconds: (ms / 1000).toFixed(1) }));
};

const useAttemptColumns = (): readonly Column<Attempt>[] => {
  const t = useText();
  const seconds = useSeconds();
  return [
    {
      key: 'started',
      head: t('field.started'),
      cell: (row) => <InstantLink to="/calls/$id" id={row.id} at={row.startedAt} />,
    },
    { key: 'number', head: t('outbound.number'), cell: (row) => row.number },
    { key: 'name', head: t('rosters.person'), cell: (row) => row.name ?? '–' },
    { key: 'try', head: t('outbound.try'), cell: (row) => row.attempt },
    {
      key: 'end',
      head: t('outbound.endStatus'),
      cell: (row) =>
        row.endStatus === null ? t('outbound.count.calling') : t(`outbound.end.${row.endStatus}`),
    },
    {
      key: 'met',
      head: t('outbound.met'),
      cell: (row) => (row.disposition === null ? '–' : t(`outbound.met.${row.disposition}`)),
    },
    {
      key: 'played',
      head: t('outbound.played'),
      cell: (row) =>
        row.playCompleted === true ? t('outbound.playedWhole') : seconds(row.playedMs),
    },
    { key: 'caller', head: t('outbound.callerNumber'), cell: (row) => row.callerNumber },
  ];
};

const useCalleeColumns = (): readonly Column<Callee>[] => {
  const t = useText();
  const time = useTimeTexts();
  const states = ['initial', 'answered', 'unanswered', 'calling', 'pendingRetry'] as const;
  return [
    { key: 'number', head: t('outbound.number'), cell: (row) => row.number },
    { key: 'name', head: t('rosters.person'), cell: (row) => row.name ?? '–' },
    { key: 'zone', head: t('outbound.timeZone'), cell: (row) => row.timeZone },
    {
      key: 'state',
      head: t('outbound.state'),
      cell: (row) => t(`outbound.count.${states[row.state]}`),
    },
    { key: 'attempts', head: t('outbound.attempts'), cell: (row) => row.attempts },
    {
      key: 'end',
      head: t('outbound.endStatus'),
      cell: (row) => (row.endStatus === null ? '–' : t(`outbound.end.${row.endStatus}`)),
    },
    {
      key: 'due',
      head: t('outbound.due'),
      cell: (row) => (row.dueAt === null || row.attempts === 0 ? '–' : time.instant(row.dueAt)),
    },
  ];
};

const Results = ({ task }: { readonly task: Task }): ReactElement => {
  const t = useText();
  const [tab, setTab] = useState<string | null>('attempts');
  const attempts = useInfiniteQuery({ ...attemptsQuery(task.id), enabled: tab === 'attempts' });
  const callees = useInfiniteQuery({ ...calleesQuery(task.id), enabled: tab === 'people' });
  const attemptColumns = useAttemptColumns();
  const calleeColumns = useCalleeColumns();
  const download = (only: string): string => `${base}/outbound-tasks/${task.id}/results${only}`;
  return (
    <Tabs value={tab} onChange={setTab} keepMounted={false}>
      <Group justify="space-between" align="end">
        <Tabs.List>
          <Tabs.Tab value="attempts">{t('outbound.calls')}</Tabs.Tab>
          <Tabs.Tab value="people">{t('outbound.people')}</Tabs.Tab>
        </Tabs.List>
        <Group gap="xs">
          {task.kind === 'predictive' && (
            <FileLink
              href={download('?only=abandoned')}
              text={t('outbound.exportAbandoned')}
              isSmall
            />
          )}
          <FileLink href={download('')} text={t('outbound.export')} isSmall />
        </Group>
      </Group>
      <Tabs.Panel value="attempts" pt="md">
        <List
          label={t('outbound.calls')}
          columns={attemptColumns}
          keyOf={({ id }) => id}
          query={attempts}
          empty={{ title: t('empty.attempts'), text: t('empty.attemptsText') }}
        />
      </Tabs.Panel>
      <Tabs.Panel value="people" pt="md">
        <List
          label={t('outbound.people')}
          columns={calleeColumns}
          keyOf={({ position }) => String(position)}
          query={callees}
          empty={{ title: t('empty.callees'), text: t('empty.calleesText') }}
        />
      </Tabs.Panel>
    </Tabs>
  );
};

export const TaskPage = (): ReactElement => {
  const t = useText();
  const can = useCan();
  const { id } = useParams({ from: '/outbound-tasks/$id' });
  const query = useQuery(taskQuery(id));
  const { data: task } = query;
  if (!task)
    return (
      <Stack gap="lg">
        <PageHead title={t('outbound.title')} text={t('outbound.text')} />
        <NotYet error={query.error} onRetry={() => void query.refetch()} height={320} />
      </Stack>
    );
  const facts = t('outbound.facts', {
    asset: task.voiceAssetName,
    roster: task.rosterName,
    zone: task.timeZone,
  });
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="start">
        <PageHead
          title={task.name}
          text={`${t(`outbound.kind.${task.kind}`)}. ${facts}`}
          badge={<TaskBadge task={task} />}
        />
        {can('tasks:write') && <Orders task={task} />}
      </Group>
      {task.kind === 'predictive' && task.abandonPercent > 3 && (
        <Alert color="yellow">
          {t('outbound.abandonWarning', { percent: task.abandonPercent })}
        </Alert>
      )}
      <Counts task={task} />
      <Chart task={task} />
      <Results task={task} />
    </Stack>
  );
};
