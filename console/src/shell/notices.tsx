import { Alert, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconCloudOff } from '@tabler/icons-react';
import type { Freshness } from '../api/events.ts';
import { alarmsQuery } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { useCan, useTimeTexts } from '../session.tsx';

/** A stream that is renewed is no news; one that stays away is. */
export const StaleNote = ({ freshness }: { readonly freshness: Freshness }) => {
  const t = useText();
  const time = useTimeTexts();
  if (freshness.kind === 'live') return null;
  return (
    <Alert color="orange" icon={<IconCloudOff size={18} />} role="status" py="xs" mb="md">
      {t('shell.stale', { time: time.time(freshness.since) })}
    </Alert>
  );
};

/** Open alarms, on every page: a full disk must not wait until somebody looks for it. */
export const AlarmLines = () => {
  const t = useText();
  const can = useCan();
  const time = useTimeTexts();
  const { data } = useQuery({ ...alarmsQuery, enabled: can('alarms:read') });
  const open = (data?.items ?? []).filter((alarm) => alarm.clearedAt === null);
  if (open.length === 0) return null;
  const shown = open.slice(0, 3);
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconAlertTriangle size={18} />}
      title={t('alarms.title', { count: open.length })}
      mb="md"
    >
      <Stack gap={2}>
        {shown.map((alarm) => (
          <Group key={alarm.id} gap="xs" wrap="nowrap" align="baseline">
            <Text size="sm" ff="monospace">
              {time.instant(alarm.raisedAt)}
            </Text>
            <Text size="sm">{alarm.message}</Text>
          </Group>
        ))}
        {open.length > shown.length && (
          <Text size="sm">{t('alarms.more', { count: open.length - shown.length })}</Text>
        )}
      </Stack>
    </Alert>
  );
};
