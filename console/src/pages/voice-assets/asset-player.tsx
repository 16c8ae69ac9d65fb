/** Plays one short file in place: pause, position, speed, download. */
import { ActionIcon, Alert, Button, Group, NativeSelect, Slider, Stack, Text } from '@mantine/core';
import { IconDownload, IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { useText } from '../../i18n/language.ts';
import { player, rates } from '../../player/player.ts';
import { clockText } from '../../time/length.ts';
import classes from './voice-assets.module.css';

interface AssetPlayerProps {
  readonly url: string;
  readonly durationMs: number;
  /** Where the file is taken from; none for one that is not stored. */
  readonly downloadUrl?: string;
  readonly autoPlay?: boolean;
}

export const AssetPlayer = (props: AssetPlayerProps): ReactElement => {
  const t = useText();
  const { url, durationMs, downloadUrl, autoPlay = false } = props;
  const audio = useRef<HTMLAudioElement>(null);
  const [isPlaying, setIsPlaying] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);
  const [positionMs, setPositionMs] = useState(0);
  const [rate, setRate] = useState(1);
  // Two voices at once are none: what is under the needle elsewhere stops.
  useEffect(() => player.pause(), []);
  useEffect(() => {
    if (audio.current) audio.current.playbackRate = rate;
  }, [rate, url]);

  const toggle = (): void => {
    const element = audio.current;
    if (!element) return;
    if (element.paused) void element.play().catch(() => setHasFailed(true));
    else element.pause();
  };
  const end = clockText(durationMs);
  const now = clockText(positionMs);
  return (
    <Stack gap="xs" role="group" aria-label={t('player.title')}>
      <audio
        ref={audio}
        src={url}
        preload="auto"
        autoPlay={autoPlay}
        onPlay={() => setIsPlaying(true)}
        onPause={() => setIsPlaying(false)}
        onEnded={() => setIsPlaying(false)}
        onError={() => setHasFailed(true)}
        onTimeUpdate={({ currentTarget }) => setPositionMs(currentTarget.currentTime * 1000)}
        onLoadedMetadata={({ currentTarget }) => {
          currentTarget.playbackRate = rate;
        }}
      />
      {hasFailed && (
        <Alert color="red" role="alert" py={6}>
          {t('player.failed')}
        </Alert>
      )}
      <Group gap="sm" wrap="nowrap">
        <ActionIcon
          size={40}
          radius="xl"
          aria-label={isPlaying ? t('player.pause') : t('player.play')}
          onClick={toggle}
        >
          {isPlaying ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
        </ActionIcon>
        <Text size="sm" className={classes['clock'] ?? ''} aria-hidden>
          {now} / {end}
        </Text>
        <Slider
          className={classes['grow'] ?? ''}
          min={0}
          max={Math.max(1, Math.ceil(durationMs))}
          step={100}
          value={Math.min(positionMs, durationMs)}
          onChange={(value) => {
            setPositionMs(value);
            if (audio.current) audio.current.currentTime = value / 1000;
          }}
          label={(value) => clockText(value)}
          size="sm"
          thumbLabel={t('player.position')}
          thumbProps={{ 'aria-valuetext': t('player.positionOf', { now, end }) }}
        />
        <NativeSelect
          aria-label={t('player.speed')}
          size="xs"
          w={84}
          value={String(rate)}
          onChange={({ currentTarget }) => setRate(Number(currentTarget.value))}
          data={rates.map((each) => ({ value: String(each), label: `${each}×` }))}
        />
        {downloadUrl !== undefined && (
          <Button
            component="a"
            href={downloadUrl}
            download
            size="xs"
            variant="default"
            leftSection={<IconDownload size={16} />}
          >
            {t('recording.download')}
          </Button>
        )}
      </Group>
    </Stack>
  );
};
