import { Stack, Text, Title } from '@mantine/core';
import type { ReactElement } from 'react';

/** The head of a page under Settings: its name, and what it is for. */
export const SettingsHead = (props: {
  readonly title: string;
  readonly text: string;
  readonly maw?: number;
}): ReactElement => (
  <Stack gap={2} {...(props.maw !== undefined && { maw: props.maw })}>
    <Title order={1} size="h2">
      {props.title}
    </Title>
    <Text c="dimmed" size="sm">
      {props.text}
    </Text>
  </Stack>
);
