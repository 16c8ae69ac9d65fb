import { Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useText } from '../../i18n/language.ts';
import { useTimeTexts } from '../../session.tsx';
import { outcomesQuery, type Outcomes, type Task } from './outbound.ts';

const height = 96;
const width = 1000;
/** Widest bar, so that a short task does not look like a wall. */
const widest = 40;
const series = [
  ['answered', 'var(--mantine-color-teal-6)'],
  ['abandoned', 'var(--mantine-color-orange-6)'],
  ['unanswered', 'var(--mantine-color-gray-5)'],
] as const;
type Series = (typeof series)[number];
type Slice = Outcomes['items'][number];

const totalOf = (slice: Slice): number => slice.answered + slice.abandoned + slice.unanswered;

/** Slices in which no call ended are absent; the closest two tell how long one is. */
const slotsOf = (
  slices: readonly Slice[],
): { readonly of: (slice: Slice) => number; readonly count: number } => {
  const times = slices.map(({ from }) => Date.parse(from));
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const stepMs = Math.max(1, Math.min(...gaps, Number.MAX_SAFE_INTEGER));
  const first = times[0] ?? 0;
  const of = (slice: Slice): number => Math.round((Date.parse(slice.from) - first) / stepMs);
  return { of, count: Math.max(...slices.map(of)) + 1 };
};

const Bars = (props: {
  readonly slices: readonly Slice[];
  readonly shown: readonly Series[];
  readonly most: number;
}): ReactElement => {
  const t = useText();
  const time = useTimeTexts();
  const { slices, shown, most } = props;
  const slots = slotsOf(slices);
  const slot = width / slots.count;
  const bar = Math.min(widest, Math.max(slot * 0.8, 2));
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={t('outbound.chartText', { most })}
      style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}
    >
      {slices.map((slice) => {
        let y = height;
        return (
          <g key={slice.from}>
            <title>
              {[
                time.instant(slice.from),
                ...shown.map(([name]) => `${t(`outbound.chart.${name}`)} ${slice[name]}`),
              ].join(' · ')}
            </title>
            {shown.map(([name, colour]) => {
              const part = (slice[name] / most) * height;
              y -= part;
              return (
                <rect
                  key={name}
                  x={slots.of(slice) * slot + (slot - bar) / 2}
                  y={y}
                  width={bar}
                  height={part}
                  fill={colour}
                />
              );
            })}
          </g>
        );
      })}
    </svg>
  );
};

/** How calls ended, over the time of the task: a bar for each stretch. */
export const Chart = ({
  task,
}: {
  readonly task: Pick<Task, 'id' | 'kind'>;
}): ReactElement | null => {
  const t = useText();
  const time = useTimeTexts();
  const { data } = useQuery(outcomesQuery(task.id));
  const slices = data?.items ?? [];
  const [first] = slices;
  const last = slices.at(-1);
  if (first === undefined || last === undefined) return null;
  const most = Math.max(1, ...slices.map(totalOf));
  // Nobody waits for an agent in an automatic task.
  const shown = series.filter(([name]) => name !== 'abandoned' || task.kind === 'predictive');
  return (
    <Paper withBorder p="md">
      <Stack gap={6}>
        <Group justify="space-between">
          <Text size="sm" fw={600}>
            {t('outbound.chart')}
          </Text>
          <Group gap="md">
            {shown.map(([name, colour]) => (
              <Group key={name} gap={6}>
                <svg width={10} height={10} aria-hidden>
                  <rect width={10} height={10} rx={2} fill={colour} />
                </svg>
                <Text size="xs">{t(`outbound.chart.${name}`)}</Text>
              </Group>
            ))}
          </Group>
        </Group>
        <Group gap="xs" wrap="nowrap" align="stretch">
          <Stack justify="space-between" align="end" gap={0} aria-hidden>
            <Text size="xs" c="dimmed">
              {most}
            </Text>
            <Text size="xs" c="dimmed">
              0
            </Text>
          </Stack>
          <Bars slices={slices} shown={shown} most={most} />
        </Group>
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            {time.instant(first.from)}
          </Text>
          <Text size="xs" c="dimmed">
            {time.instant(last.from)}
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
};
