import { Alert, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconAlertTriangle, IconCloudOff } from '@tabler/icons-react';
import type { Freshness } from '../api/events.ts';
import type { Schemas } from '../api/client.ts';
import { alarmsQuery } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { useCan, useTimeTexts } from '../session.tsx';
import { alarmDetail, alarmPlace, alarmText } from './alarm-words.ts';

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

const AlarmLine = ({ alarm }: { readonly alarm: Schemas['Alarm'] }) => {
  const t = useText();
  const time = useTimeTexts();
  const detail = alarmDetail(alarm);
  const place = alarmPlace(alarm);
  return (
    <Stack gap={0}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <Text span size="xs">
          {time.instant(alarm.raisedAt)}
        </Text>{' '}
        {alarmText(t, alarm)}{' '}
        {place === 'task' && (
          <Link to="/outbound-tasks/$id" params={{ id: alarm.subjectId ?? '' }}>
            {t('alarms.task')}
          </Link>
        )}
        {place === 'calls' && <Link to="/calls">{t('alarms.calls')}</Link>}
      </Text>
      {detail !== null && (
        <Text size="xs" lang="en" style={{ overflowWrap: 'anywhere' }}>
          {detail}
        </Text>
      )}
    </Stack>
  );
};

/** Open alarms, on every page: a full disk must not wait until somebody looks for it. */
export const AlarmLines = () => {
  const t = useText();
  const can = useCan();
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
      <Stack gap={4}>
        {shown.map((alarm) => (
          <AlarmLine key={alarm.id} alarm={alarm} />
        ))}
        {open.length > shown.length && (
          <Text size="sm">{t('alarms.more', { count: open.length - shown.length })}</Text>
        )}
      </Stack>
    </Alert>
  );
};
