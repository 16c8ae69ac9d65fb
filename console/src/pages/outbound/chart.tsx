import { Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useText } from '../../i18n/language.ts';
import { useTimeTexts } from '../../session.tsx';
import { outcomesQuery } from './outbound.ts';

const height = 96;
const width = 1000;
const series = [
  ['answered', 'var(--mantine-color-teal-6)'],
  ['abandoned', 'var(--mantine-color-orange-6)'],
  ['unanswered', 'var(--mantine-color-gray-5)'],
] as const;

/** How calls ended, over the time of the task: a bar for each stretch. */
export const Chart = ({ id }: { readonly id: string }): ReactElement | null => {
  const t = useText();
  const time = useTimeTexts();
  const { data } = useQuery(outcomesQuery(id));
  const slices = data?.items ?? [];
  const [first] = slices;
  const last = slices.at(-1);
  if (first === undefined || last === undefined) return null;
  const most = Math.max(...slices.map((each) => each.answered + each.abandoned + each.unanswered));
  const firstAt = Date.parse(first.from);
  const spanMs = Math.max(1, Date.parse(last.from) - firstAt);
  const barWidth = Math.max(4, Math.min(24, width / 120 - 1));
  return (
    <Paper withBorder p="md">
      <Stack gap={6}>
        <Group justify="space-between">
          <Text size="sm" fw={600}>
            {t('outbound.chart')}
          </Text>
          <Group gap="md">
            {series.map(([name, colour]) => (
              <Group key={name} gap={6}>
                <svg width={10} height={10} aria-hidden>
                  <rect width={10} height={10} rx={2} fill={colour} />
                </svg>
                <Text size="xs">{t(`outbound.chart.${name}`)}</Text>
              </Group>
            ))}
          </Group>
        </Group>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          width="100%"
          height={height}
          preserveAspectRatio="none"
          role="img"
          aria-label={t('outbound.chartText', { most })}
        >
          {slices.map((slice) => {
            const x = ((Date.parse(slice.from) - firstAt) / spanMs) * (width - barWidth);
            let y = height;
            return series.map(([name, colour]) => {
              const part = (slice[name] / most) * height;
              y -= part;
              return (
                <rect
                  key={slice.from + name}
                  x={x}
                  y={y}
                  width={barWidth}
                  height={part}
                  fill={colour}
                />
              );
            });
          })}
        </svg>
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
