import { Anchor, Group, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { callQuery } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { OutcomeBadge, StateBadge } from '../lists/badges.tsx';
import { Facts, Section } from '../lists/facts.tsx';
import { useNames } from '../lists/filters.tsx';
import { NotYet } from '../lists/not-yet.tsx';
import { useTimeTexts } from '../session.tsx';
import { clockText } from '../time/length.ts';
import { typeText, whyText } from '../words.ts';
import { CallPath } from './call-path.tsx';
import { HeardAlert } from './live/heard-note.tsx';

export const CallPage = (): ReactElement => {
  const t = useText();
  const time = useTimeTexts();
  const names = useNames();
  const { id } = useParams({ from: '/calls/$id' });
  const { data: call, error, refetch } = useQuery(callQuery(id));
  if (!call)
    return (
      <Stack gap="lg">
        <Title order={1} size="h2">
          {t('calls.title')}
        </Title>
        <NotYet error={error} onRetry={() => void refetch()} height={320} />
      </Stack>
    );
  return (
    <Stack gap="lg">
      <Anchor size="sm" renderRoot={(props) => <Link to="/calls" {...props} />}>
        ← {t('calls.title')}
      </Anchor>
      <Group justify="space-between">
        <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
          {call.caller} → {call.callee}
        </Title>
        <OutcomeBadge call={call} />
      </Group>
      <HeardAlert listeners={call.live?.listeners ?? []} />
      <Facts
        facts={[
          { label: t('field.started'), value: time.instant(call.startedAt) },
          {
            label: t('field.answered'),
            value: call.answeredAt ? time.instant(call.answeredAt) : '',
          },
          { label: t('field.ended'), value: call.endedAt ? time.instant(call.endedAt) : '' },
          { label: t('field.type'), value: typeText(t, call.callType) },
          { label: t('field.queue'), value: names.queue(call.queueId) },
          { label: t('field.agent'), value: names.agents(call.agentIds) },
          { label: t('field.why'), value: whyText(t, call) },
          { label: t('field.callId'), value: call.id },
        ]}
      />
      {call.recordings.length > 0 && (
        <Section title={t('recordings.title')}>
          {call.recordings.map((recording) => (
            <Group key={recording.id}>
              <Anchor
                size="sm"
                renderRoot={(props) => (
                  <Link to="/recordings/$id" params={{ id: recording.id }} {...props} />
                )}
              >
                {t('recording.segment', { n: recording.segment })} ·{' '}
                {recording.durationMs === null ? '–' : clockText(recording.durationMs)}
              </Anchor>
              <StateBadge recording={recording} />
            </Group>
          ))}
        </Section>
      )}
      <CallPath call={call} />
    </Stack>
  );
};
