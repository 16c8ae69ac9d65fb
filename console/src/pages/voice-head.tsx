import { Breadcrumbs, Stack, Text, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useText, type TextKey } from '../i18n/language.ts';

/** The head of a page under Voice: where it is in the menu, its name, what it is for. */
export const VoiceHead = (props: {
  /** Its part of that menu. */
  readonly menu: TextKey;
  readonly title: string;
  readonly text: string;
  readonly badge?: ReactNode;
}): ReactElement => {
  const t = useText();
  const { menu, title, text, badge } = props;
  return (
    <Stack gap={2}>
      <Breadcrumbs separatorMargin={6}>
        <Text size="sm" c="dimmed">
          {t('voice.menu')}
        </Text>
        <Text size="sm" c="dimmed">
          {t(menu)}
        </Text>
      </Breadcrumbs>
      <Title order={1} size="h2">
        {title} {badge}
      </Title>
      <Text size="sm" c="dimmed" maw={860}>
        {text}
      </Text>
    </Stack>
  );
};
