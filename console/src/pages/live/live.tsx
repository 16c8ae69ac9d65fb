/** The wallboard: what somebody who runs the floor looks at all day. */
import { Alert, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { liveQuery, type LiveBoard } from '../../api/queries.ts';
import { useText } from '../../i18n/language.ts';
import { Section } from '../../lists/facts.tsx';
import { NotYet } from '../../lists/not-yet.tsx';
import { ProblemNote } from '../../lists/problem.tsx';
import { useTimeTexts } from '../../session.tsx';
import { clockText } from '../../time/length.ts';
import { AgentsTable, CallsTable, QueuesTable } from './live-tables.tsx';
import { useServerNow } from './server-now.ts';

const Figure = (props: {
  readonly label: string;
  readonly value: string;
  readonly isAlarming?: boolean;
}) => (
  <Stack gap={0} miw={0}>
    <Text component="dt" size="sm" c="dimmed">
      {props.label}
    </Text>
    <Text
      component="dd"
      m={0}
      fz={32}
      fw={700}
      lh={1.2}
      style={{ fontVariantNumeric: 'tabular-nums' }}
      {...(props.isAlarming === true && { c: 'var(--mantine-color-error)' })}
    >
      {props.value}
    </Text>
  </Stack>
);

const longestOf = ({ queues }: LiveBoard, nowMs: number): number => {
  const since = queues.flatMap(({ longestWaitSince }) =>
    longestWaitSince === null ? [] : [Date.parse(longestWaitSince)],
  );
  return since.length === 0 ? 0 : Math.max(0, nowMs - Math.min(...since));
};

const Totals = ({ board, nowMs }: { readonly board: LiveBoard; readonly nowMs: number }) => {
  const t = useText();
  const { queues, agents, serviceLevelSeconds, isHere } = board;
  /** What happens now, where it is known. */
  const now = (text: string): string => (isHere ? text : '–');
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const abandoned = queues.reduce((sum, queue) => sum + queue.abandoned, 0);
  const free = agents.filter(({ state }) => state === 'available').length;
  const longest = longestOf(board, nowMs);
  return (
    <SimpleGrid component="dl" cols={{ base: 2, sm: 3, md: 5 }} m={0}>
      <Figure label={t('board.waiting')} value={now(String(waiting))} />
      <Figure
        label={t('board.longest')}
        value={longest === 0 ? '–' : clockText(longest)}
        isAlarming={longest > serviceLevelSeconds * 1000}
      />
      <Figure label={t('board.inProgress')} value={now(String(board.callCount))} />
      <Figure label={t('board.free')} value={now(`${free} / ${agents.length}`)} />
      <Figure label={t('board.abandoned')} value={String(abandoned)} />
    </SimpleGrid>
  );
};

const Board = ({ board, readAtMs }: { readonly board: LiveBoard; readonly readAtMs: number }) => {
  const t = useText();
  const time = useTimeTexts();
  const nowMs = useServerNow(Date.parse(board.at), readAtMs);
  return (
    <Stack gap="lg">
      {!board.isHere && <Alert color="yellow">{t('board.elsewhere')}</Alert>}
      <Totals board={board} nowMs={nowMs} />
      <Section title={t('board.queues')}>
        <QueuesTable board={board} nowMs={nowMs} />
        <Text size="xs" c="dimmed">
          {t('board.serviceLevelText', {
            seconds: board.serviceLevelSeconds,
            since: time.instant(board.since),
          })}
        </Text>
      </Section>
      <Section title={t('board.calls')}>
        <CallsTable board={board} nowMs={nowMs} />
      </Section>
      <Section title={t('board.agents')}>
        <AgentsTable board={board} nowMs={nowMs} />
      </Section>
    </Stack>
  );
};

export const LivePage = (): ReactElement => {
  const t = useText();
  const time = useTimeTexts();
  const { data: board, dataUpdatedAt, error, refetch } = useQuery(liveQuery);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="baseline">
        <Title order={1} size="h2">
          {t('board.title')}
        </Title>
        {board && (
          <Text size="sm" c="dimmed">
            {t('board.asOf', { time: time.time(board.at) })}
          </Text>
        )}
      </Group>
      {board ? (
        <>
          {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
          <Board board={board} readAtMs={dataUpdatedAt} />
        </>
      ) : (
        <NotYet error={error} onRetry={() => void refetch()} height={360} />
      )}
    </Stack>
  );
};
