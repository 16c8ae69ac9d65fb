import { ActionIcon, Alert, Group, NativeSelect, Slider, Text, Tooltip } from '@mantine/core';
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerTrackNext,
  IconRepeat,
  IconRewindBackward10,
  IconRewindForward10,
  IconX,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useText } from '../i18n/language.ts';
import { clockText } from '../time/length.ts';
import classes from './player.module.css';
import { player, rates, usePlayer, usePosition, type Listening } from './player.ts';

const Scrubber = ({ listening }: { readonly listening: Listening }) => {
  const t = useText();
  const positionMs = usePosition(250);
  const { clocks, durationMs } = listening;
  const now = clockText(clocks.callAt(positionMs));
  const end = clockText(clocks.callAt(durationMs));
  return (
    <>
      <Text className={classes['time']} size="sm" aria-hidden>
        {now} / {end}
      </Text>
      <Slider
        className={classes['scrubber'] ?? ''}
        min={0}
        max={Math.max(1, Math.floor(durationMs))}
        step={250}
        value={positionMs}
        onChange={(value) => player.seek(value)}
        label={(value) => clockText(clocks.callAt(value))}
        size="sm"
        thumbLabel={t('player.position')}
        thumbProps={{ 'aria-valuetext': t('player.positionOf', { now, end }) }}
      />
    </>
  );
};

/** A–B and the leap over silence. */
const Loops = () => {
  const t = useText();
  const { loop, skipsSilence } = usePlayer();
  const text =
    loop === null
      ? t('player.loopFrom')
      : loop.toMs === null
        ? t('player.loopTo')
        : t('player.loopEnd');
  return (
    <Group gap={4} wrap="nowrap" visibleFrom="sm">
      <Tooltip label={`${text} (A, B, C)`}>
        <ActionIcon
          variant={loop === null ? 'subtle' : 'filled'}
          color={loop === null ? 'gray' : loop.toMs === null ? 'orange.8' : 'blue'}
          size="lg"
          aria-label={text}
          aria-pressed={loop !== null}
          onClick={() => player.turnLoop()}
        >
          <IconRepeat size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${t('player.skip')} (S)`}>
        <ActionIcon
          variant={skipsSilence ? 'filled' : 'subtle'}
          color={skipsSilence ? 'blue' : 'gray'}
          size="lg"
          aria-label={t('player.skip')}
          aria-pressed={skipsSilence}
          onClick={() => player.toggleSkipping()}
        >
          <IconPlayerTrackNext size={18} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
};

/** Docked at the foot of every page while something is under the needle. Never in the way of the page: no dialog. */
export const Dock = () => {
  const t = useText();
  const { listening, isPlaying, isWaiting, rate, hasFailed } = usePlayer();
  if (!listening) return null;
  return (
    <section className={classes['dock']} aria-label={t('player.title')}>
      {hasFailed && (
        <Alert color="red" role="alert" py={4} mb={6}>
          {t('player.failed')}
        </Alert>
      )}
      <Group gap="sm" wrap="nowrap">
        <Tooltip label={`${t('player.back')} (J)`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('player.back')}
            onClick={() => player.step(-10_000)}
          >
            <IconRewindBackward10 size={20} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={`${isPlaying ? t('player.pause') : t('player.play')} (K)`}>
          <ActionIcon
            size={40}
            radius="xl"
            loading={isWaiting && isPlaying}
            aria-label={isPlaying ? t('player.pause') : t('player.play')}
            onClick={() => player.toggle()}
          >
            {isPlaying ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
          </ActionIcon>
        </Tooltip>
        <Tooltip label={`${t('player.forward')} (L)`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('player.forward')}
            onClick={() => player.step(10_000)}
          >
            <IconRewindForward10 size={20} />
          </ActionIcon>
        </Tooltip>
        <Scrubber listening={listening} />
        <Loops />
        <NativeSelect
          aria-label={t('player.speed')}
          size="xs"
          w={84}
          visibleFrom="sm"
          value={String(rate)}
          onChange={(event) => player.setRate(Number(event.currentTarget.value))}
          data={rates.map((each) => ({ value: String(each), label: `${each}×` }))}
        />
        <Link
          to="/recordings/$id"
          params={{ id: listening.recordingId }}
          className={`mantine-visible-from-sm ${classes['title'] ?? ''}`}
          title={listening.title}
        >
          {listening.title}
        </Link>
        <Tooltip label={t('player.close')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('player.close')}
            onClick={() => player.close()}
          >
            <IconX size={18} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </section>
  );
};
