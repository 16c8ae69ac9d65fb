import { Alert, List, Loader, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useText } from '../../i18n/language.ts';
import type { VoiceAsset } from './assets.ts';
import { adviceTexts } from './words.ts';

/** What people who are called would notice; nothing when there is nothing to say. */
export const Advice = ({ asset }: { readonly asset: VoiceAsset }): ReactElement => {
  const t = useText();
  if (asset.prepared === 'pending')
    return (
      <Group gap="xs" role="status">
        <Loader size={14} />
        <Text size="sm" c="dimmed">
          {t('voiceAssets.measuring')}
        </Text>
      </Group>
    );
  const advice = adviceTexts(t, asset);
  if (advice.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('voiceAssets.soundsGood')}
      </Text>
    );
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle size={18} />}
      title={t('voiceAssets.advice.title')}
    >
      <List size="sm">
        {advice.map((text) => (
          <List.Item key={text}>{text}</List.Item>
        ))}
      </List>
    </Alert>
  );
};
