import { Alert, Anchor, Button, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconCheck, IconLink } from '@tabler/icons-react';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useLayoutEffect, useMemo, type ReactElement } from 'react';
import { base } from '../api/client.ts';
import { callQuery, isMoving, recordingQuery, type RecordingDetail } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { StateBadge } from '../lists/badges.tsx';
import { Facts, Section } from '../lists/facts.tsx';
import { useNames } from '../lists/filters.tsx';
import { NotYet } from '../lists/not-yet.tsx';
import { ProblemNote } from '../lists/problem.tsx';
import { Clocks } from '../player/clocks.ts';
import { Lanes, type Lane } from '../player/lanes.tsx';
import { quietOf } from '../player/silence.ts';
import { player, usePlayer } from '../player/player.ts';
import { useCan, useTimeTexts } from '../session.tsx';
import { clockText } from '../time/length.ts';
import { ruleText, typeText, whyText } from '../words.ts';
import { CallPath } from './call-path.tsx';
import { Downloads } from './downloads.tsx';
import { Notes, Tags } from './recording-notes.tsx';
import { LegalHold, PlaceHold } from './recording-hold.tsx';
import { isPlayable, useLanes, voicesOf } from './recording-lanes.ts';
import { Timeline } from './timeline.tsx';

/** Of the call that was recorded: what the file should come to. */
const expectedMs = (recording: RecordingDetail): number | null =>
  recording.sealedAt === null
    ? null
    : Date.parse(recording.sealedAt) - Date.parse(recording.startedAt);

const StateNote = ({ recording }: { readonly recording: RecordingDetail }) => {
  const t = useText();
  const { state, failureReason, saving, salvaged } = recording;
  if (state === 'failed')
    return (
      <Alert color="red" role="alert" title={t('recording.failed')}>
        {ruleText(t, failureReason)}
      </Alert>
    );
  if (isMoving(state)) {
    const expected = expectedMs(recording);
    return (
      <Alert color="blue" role="status" icon={<Loader size={16} />}>
        {state !== 'sealed' || expected === null
          ? t(saving ? 'recording.saving' : 'recording.capturing')
          : t('recording.processing', { length: clockText(expected) })}
      </Alert>
    );
  }
  if (state === 'purged' || state === 'expired')
    return <Alert color="gray">{t(`recording.${state}`)}</Alert>;
  return salvaged ? <Alert color="orange">{t('recording.salvaged')}</Alert> : null;
};

const useNeedle = (recording: RecordingDetail | undefined, clocks: Clocks): void => {
  const { t: moment } = useSearch({ from: '/recordings/$id' });
  const can = useCan();
  const mayPlay = can('recordings:play');
  // Before the page is painted: the lanes belong to what is in the player.
  useLayoutEffect(() => {
    if (!recording || !mayPlay || !isPlayable(recording)) return;
    const { id, renditions, durationMs, caller, callee } = recording;
    const stored =
      renditions.find(({ rendition }) => rendition === 'dual-channel') ?? renditions[0];
    const urlOf = (rendition: string): string =>
      `${base}/recordings/${id}/renditions/${rendition}/audio?format=${stored?.format ?? 'mp3'}`;
    if (player.state().listening?.recordingId !== id) player.pause();
    player.load({
      recordingId: id,
      title: `${caller} → ${callee}`,
      url: urlOf(stored?.rendition ?? 'dual-channel'),
      voices: voicesOf(recording, urlOf),
      channels: stored?.channels === 1 ? 1 : 2,
      durationMs: stored?.durationMs ?? durationMs ?? 0,
      clocks,
    });
  }, [recording, clocks, mayPlay]);
  const isLoaded = recording !== undefined && isPlayable(recording);
  useEffect(() => {
    if (isLoaded && moment !== undefined) player.seek(clocks.mediaAt(moment * 1000));
    // A link is followed once; later changes of the clocks do not pull the needle back.
  }, [isLoaded, moment]);
};

/** Where nobody speaks, as the waveform has it. */
const useQuiet = (id: string, lanes: readonly Lane[]): void => {
  const sides = lanes.flatMap(({ peaks }) => peaks ?? []);
  const isWhole = sides.length > 0 && sides.length === lanes.length;
  const { listening } = usePlayer();
  const isHere = listening?.recordingId === id;
  useEffect(() => {
    if (isHere && isWhole) player.setQuiet(() => quietOf([...new Set(sides)]));
    // Waveforms come one by one and never change.
  }, [isHere, isWhole, sides.length]);
};

const MomentLink = ({ id, clocks }: { readonly id: string; readonly clocks: Clocks }) => {
  const t = useText();
  const clipboard = useClipboard({ timeout: 2000 });
  const copy = (): void => {
    const seconds = Math.floor(clocks.callAt(player.positionMs()) / 1000);
    clipboard.copy(`${location.origin}/recordings/${id}?t=${seconds}`);
  };
  return (
    <Button
      variant="default"
      leftSection={clipboard.copied ? <IconCheck size={16} /> : <IconLink size={16} />}
      onClick={copy}
    >
      {clipboard.copied ? t('recording.linkCopied') : t('recording.link')}
    </Button>
  );
};

const Sound = (props: {
  readonly recording: RecordingDetail;
  readonly lanes: readonly Lane[];
  readonly clocks: Clocks;
  readonly problem: unknown;
}) => {
  const t = useText();
  const can = useCan();
  const { listening } = usePlayer();
  const { recording, lanes, clocks, problem } = props;
  if (!isPlayable(recording)) return null;
  if (!can('recordings:play')) return <Alert color="gray">{t('recording.mayNotPlay')}</Alert>;
  const isHere = listening?.recordingId === recording.id;
  const callMs = clocks.callAt(recording.durationMs ?? 0);
  return (
    <Section title={t('recording.sound')}>
      {problem !== null && <ProblemNote error={problem} />}
      {isHere && <Lanes lanes={lanes} clocks={clocks} callMs={callMs} />}
      <Text size="xs" c="dimmed">
        {t('recording.hint')}
      </Text>
    </Section>
  );
};

/** What stands under the waves. */
const Rest = (props: {
  readonly recording: RecordingDetail;
  readonly lanes: readonly Lane[];
  readonly clocks: Clocks;
}) => {
  const t = useText();
  const time = useTimeTexts();
  const names = useNames();
  const { recording, lanes, clocks } = props;
  const call = useQuery(callQuery(recording.callId));
  const expected = expectedMs(recording);
  const length = recording.durationMs === null ? '' : clockText(recording.durationMs);
  return (
    <>
      <Facts
        facts={[
          { label: t('field.started'), value: time.instant(recording.startedAt) },
          { label: t('field.length'), value: length },
          ...(expected === null || clockText(expected) === length
            ? []
            : [{ label: t('field.expected'), value: clockText(expected) }]),
          { label: t('field.type'), value: typeText(t, recording.callType) },
          { label: t('field.queue'), value: names.queue(recording.queueId) },
          { label: t('field.agent'), value: names.agents(recording.agentIds) },
          { label: t('field.why'), value: call.data ? whyText(t, call.data) : '' },
          {
            label: t('field.call'),
            value: (
              <Anchor
                size="sm"
                renderRoot={(root) => (
                  <Link to="/calls/$id" params={{ id: recording.callId }} {...root} />
                )}
              >
                {recording.callId}
              </Anchor>
            ),
          },
        ]}
      />
      <Tags recording={recording} />
      <Notes id={recording.id} clocks={clocks} />
      {recording.timeline && (
        <Timeline
          spans={recording.timeline}
          nameOf={(participant) =>
            lanes.find((lane) => lane.participant === participant)?.name ?? String(participant)
          }
        />
      )}
      {call.data && <CallPath call={call.data} />}
    </>
  );
};

const Loaded = ({ recording }: { readonly recording: RecordingDetail }) => {
  const t = useText();
  const can = useCan();
  const clocks = useMemo(() => new Clocks(recording.timeline ?? []), [recording.timeline]);
  const { lanes, problem } = useLanes(recording, can('recordings:play'));
  useNeedle(recording, clocks);
  useQuiet(recording.id, lanes);
  // The waves are what one came for; what stands under them is drawn after them.
  const hasRest = useDeferredValue(true, false);
  return (
    <Stack gap="lg">
      <Anchor size="sm" renderRoot={(props) => <Link to="/recordings" {...props} />}>
        ← {t('recordings.title')}
      </Anchor>
      <Group justify="space-between" align="start">
        <Group gap="sm">
          <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
            {recording.caller} → {recording.callee}
          </Title>
          <StateBadge recording={recording} />
        </Group>
        <Group gap="xs">
          <PlaceHold recording={recording} />
          {isPlayable(recording) && (
            <>
              <MomentLink id={recording.id} clocks={clocks} />
              <Downloads recording={recording} lanes={lanes} />
            </>
          )}
        </Group>
      </Group>
      <StateNote recording={recording} />
      <LegalHold recording={recording} />
      <Sound {...{ recording, lanes, clocks, problem }} />
      {hasRest && <Rest {...{ recording, lanes, clocks }} />}
    </Stack>
  );
};

export const RecordingPage = (): ReactElement => {
  const t = useText();
  const { id } = useParams({ from: '/recordings/$id' });
  const { data: recording, error, refetch } = useQuery(recordingQuery(id));
  if (recording) return <Loaded key={recording.id} recording={recording} />;
  return (
    <Stack gap="lg">
      <Title order={1} size="h2">
        {t('recordings.title')}
      </Title>
      <NotYet error={error} onRetry={() => void refetch()} height={360} />
    </Stack>
  );
};
