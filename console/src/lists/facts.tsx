import { Paper, SimpleGrid, Stack, Text, Title, type SimpleGridProps } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

/** What is known of one thing, as pairs of name and value. */
export const Facts = ({
  facts,
  columns = { base: 1, xs: 2, md: 4 },
}: {
  readonly facts: readonly Fact[];
  readonly columns?: SimpleGridProps['cols'];
}) => (
  <SimpleGrid component="dl" cols={columns} spacing="md" m={0}>
    {facts.map(({ label, value }) => (
      <Stack key={label} gap={0} miw={0}>
        <Text component="dt" size="xs" c="dimmed">
          {label}
        </Text>
        <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
          {value === '' ? '–' : value}
        </Text>
      </Stack>
    ))}
  </SimpleGrid>
);

export const Section = (props: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) => (
  <Paper withBorder radius="md" p="md" component="section" aria-label={props.title}>
    <Stack gap="sm">
      <Title order={2} size="h5">
        {props.title}
      </Title>
      {props.children}
    </Stack>
  </Paper>
);
