import { ActionIcon, Alert, Group, Paper, Stack, Text, Tooltip } from '@mantine/core';
import { IconHeadphones, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { callRecordingQuery } from '../../api/queries.ts';
import { useText, type TextKey } from '../../i18n/language.ts';
import { problemText } from '../../lists/problem.tsx';
import { clockText } from '../../time/length.ts';
import { listener, useListening, usePeaks, type Listening } from './listening.ts';

/** Speech peaks far below full scale: the root brings a meter to where an eye sees it move. */
const Meter = ({ label, peak }: { readonly label: string; readonly peak: number }) => (
  <Group gap={6} wrap="nowrap" aria-hidden>
    <Text size="xs">{label}</Text>
    <div
      data-peak={peak.toFixed(2)}
      style={{
        width: 72,
        height: 8,
        borderRadius: 4,
        overflow: 'hidden',
        background: 'var(--mantine-color-default-border)',
      }}
    >
      <div
        style={{
          width: `${Math.round(Math.sqrt(peak) * 100)}%`,
          height: '100%',
          background: 'var(--mantine-color-teal-6)',
          transition: 'width 80ms linear',
        }}
      />
    </div>
  </Group>
);

const Meters = () => {
  const t = useText();
  const { left, right } = usePeaks();
  // Whoever may listen may read this setting; a moment later is soon enough.
  const { data } = useQuery(callRecordingQuery);
  const isLeft = data?.endUserChannel !== 'right';
  return (
    <Group gap="md" wrap="nowrap" visibleFrom="sm">
      <Meter label={t(isLeft ? 'listen.customerLeft' : 'listen.agentLeft')} peak={left} />
      <Meter label={t(isLeft ? 'listen.agentRight' : 'listen.customerRight')} peak={right} />
    </Group>
  );
};

const useClock = (isRunning: boolean): number => {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return nowMs;
};

const phaseKeys: Readonly<Record<Listening['phase'], TextKey>> = {
  connecting: 'listen.connecting',
  hearing: 'listen.hearing',
  ended: 'listen.ended',
  failed: 'listen.failed',
};

/** Stays with whoever listens on every page, so that nobody listens without knowing. */
export const ListenBar = () => {
  const t = useText();
  const listening = useListening();
  const nowMs = useClock(listening?.phase === 'hearing');
  if (listening === null) return null;
  const { phase, title, error, sinceMs } = listening;
  const isHearing = phase === 'hearing';
  return (
    <Paper
      component="section"
      aria-label={t('listen.title')}
      withBorder
      p="xs"
      mb="md"
      style={{ position: 'sticky', top: 60, zIndex: 50 }}
    >
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <IconHeadphones size={20} aria-hidden style={{ flexShrink: 0 }} />
          <Stack gap={0} miw={0}>
            <Text size="sm" fw={600} truncate title={title}>
              {title}
            </Text>
            <Text size="xs" role="status">
              {t(phaseKeys[phase])}
            </Text>
          </Stack>
        </Group>
        <Group gap="md" wrap="nowrap">
          {isHearing && (
            <>
              <Meters />
              <Text size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
                {clockText(Math.max(0, nowMs - sinceMs))}
              </Text>
            </>
          )}
          <Tooltip label={t(isHearing ? 'listen.stop' : 'listen.close')}>
            <ActionIcon
              variant={isHearing ? 'filled' : 'subtle'}
              color={isHearing ? 'red' : 'gray'}
              aria-label={t(isHearing ? 'listen.stop' : 'listen.close')}
              onClick={() => listener.close()}
            >
              <IconX size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {phase === 'failed' && (
        <Alert color="red" role="alert" mt="xs" py={6}>
          {problemText(t, error)}
        </Alert>
      )}
    </Paper>
  );
};
