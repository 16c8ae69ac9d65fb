import { ActionIcon, Group, Stack, Text, Tooltip, useComputedColorScheme } from '@mantine/core';
import { IconEar, IconVolume, IconVolumeOff } from '@tabler/icons-react';
import { useLayoutEffect, useRef, type PointerEvent } from 'react';
import type { TimelineSpan } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { spanText } from '../words.ts';
import { clockText } from '../time/length.ts';
import type { Clocks } from './clocks.ts';
import type { Peaks } from './peaks.ts';
import { isAlone, isHeard, player, usePlayer, usePosition } from './player.ts';
import type { Sound } from './voices.ts';
import classes from './player.module.css';

export interface Lane {
  readonly participant: number;
  readonly kind: 'customer' | 'agent' | 'thirdParty';
  readonly name: string;
  readonly role: string;
  /** What silences it; null when nothing tells it from others. */
  readonly sound: Sound | null;
  readonly peaks: Peaks | null;
  readonly peaksChannel: number;
  readonly spans: readonly TimelineSpan[];
}

const percent = (part: number, whole: number): string => `${(100 * part) / Math.max(1, whole)}%`;

/** Bars of 2 pixels with 1 between them: as much as an eye can tell apart. */
const BAR = 3;

const draw = (
  canvas: HTMLCanvasElement,
  { peaks, peaksChannel }: Pick<Lane, 'peaks' | 'peaksChannel'>,
  clocks: Clocks,
  callMs: number,
): void => {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (!context || !peaks) return;
  context.scale(ratio, ratio);
  context.fillStyle = getComputedStyle(canvas).color;
  const msPerPixel = callMs / Math.max(1, width);
  for (let x = 0; x < width; x += BAR) {
    const from = clocks.mediaAt(x * msPerPixel);
    const to = clocks.mediaAt((x + BAR) * msPerPixel);
    // The square root brings quiet voices up to where they can be seen.
    const loud = to > from ? Math.sqrt(peaks.loudest(peaksChannel, from, to)) : 0;
    const tall = Math.max(1, loud * (height - 6));
    context.fillRect(x, (height - tall) / 2, BAR - 1, tall);
  }
};

const lookOf = (canvas: HTMLCanvasElement): string =>
  `${canvas.clientWidth} ${getComputedStyle(canvas).color}`;

/** Another screen, or another zoom: as many pixels of the page have more or fewer of the screen. @returns the end of it */
const watchDensity = (changed: () => void): (() => void) => {
  let density: MediaQueryList;
  const watch = (): void => {
    density = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    density.addEventListener('change', hear, { once: true });
  };
  const hear = (): void => {
    changed();
    watch();
  };
  watch();
  return () => density.removeEventListener('change', hear);
};

const Wave = ({ lane, clocks, callMs }: LaneProps) => {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('light');
  const { peaks, peaksChannel } = lane;
  // In the frame that brings the lane: an observer's first word comes a frame later, and behind whatever else is drawn meanwhile.
  useLayoutEffect(() => {
    const canvas = canvasRef.current;
    if (!canvas) return undefined;
    const again = (): void => draw(canvas, { peaks, peaksChannel }, clocks, callMs);
    again();
    let drawn = lookOf(canvas);
    const observer = new ResizeObserver(() => {
      if (lookOf(canvas) === drawn) return;
      again();
      drawn = lookOf(canvas);
    });
    observer.observe(canvas);
    const leave = watchDensity(again);
    return () => {
      observer.disconnect();
      leave();
    };
  }, [peaks, peaksChannel, clocks, callMs, scheme]);
  return <canvas ref={canvasRef} className={classes['wave']} aria-hidden />;
};

interface LaneProps {
  readonly lane: Lane;
  readonly clocks: Clocks;
  readonly callMs: number;
}

const Needle = ({ clocks, callMs }: { readonly clocks: Clocks; readonly callMs: number }) => {
  const at = percent(clocks.callAt(usePosition(20)), callMs);
  return (
    <>
      <div className={classes['played']} style={{ width: at }} />
      <div className={classes['needle']} style={{ left: at }} />
    </>
  );
};

const LoopMark = ({ clocks, callMs }: { readonly clocks: Clocks; readonly callMs: number }) => {
  const { loop } = usePlayer();
  if (loop === null) return null;
  const from = clocks.callAt(loop.fromMs);
  const to = loop.toMs === null ? from : clocks.callAt(loop.toMs);
  return (
    <div
      className={classes['loop']}
      style={{ left: percent(from, callMs), width: percent(to - from, callMs) }}
    />
  );
};

const LaneTrack = ({
  lane,
  clocks,
  callMs,
  isMuted,
}: LaneProps & { readonly isMuted: boolean }) => {
  const t = useText();
  const seek = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.type === 'pointermove' && event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    const callAt = ((event.clientX - box.left) / Math.max(1, box.width)) * callMs;
    player.seek(clocks.mediaAt(callAt));
  };
  return (
    <div
      className={classes['lane']}
      data-kind={lane.kind}
      data-muted={isMuted || undefined}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seek(event);
      }}
      onPointerMove={seek}
    >
      <Wave lane={lane} clocks={clocks} callMs={callMs} />
      {lane.spans.map((span, index) => (
        <div
          key={index}
          className={classes['span']}
          data-kind={span.kind}
          title={`${spanText(t, span)} · ${clockText(span.callMs.from)}–${clockText(span.callMs.to)}`}
          style={{
            left: percent(span.callMs.from, callMs),
            width: percent(span.callMs.to - span.callMs.from, callMs),
          }}
        />
      ))}
      <LoopMark clocks={clocks} callMs={callMs} />
      <Needle clocks={clocks} callMs={callMs} />
    </div>
  );
};

const LaneHead = ({ lane, isMuted }: { readonly lane: Lane; readonly isMuted: boolean }) => {
  const t = useText();
  const state = usePlayer();
  const { sound } = lane;
  const isSolo = sound !== null && isAlone(state, sound);
  return (
    <Group wrap="nowrap" gap={6} justify="space-between">
      <Stack gap={0} miw={0}>
        <Text size="sm" fw={600} className={classes['name'] ?? ''} title={lane.name}>
          {lane.name}
        </Text>
        <Text size="xs" c="dimmed">
          {lane.role}
        </Text>
      </Stack>
      {sound !== null && (
        <Group gap={2} wrap="nowrap">
          <Tooltip label={isMuted ? t('player.unmute') : t('player.mute')}>
            <ActionIcon
              variant={isMuted ? 'filled' : 'subtle'}
              color={isMuted ? 'red' : 'gray'}
              aria-pressed={isMuted}
              aria-label={t('player.muteOf', { name: lane.name })}
              onClick={() => player.toggleMute(sound)}
            >
              {isMuted ? <IconVolumeOff size={16} /> : <IconVolume size={16} />}
            </ActionIcon>
          </Tooltip>
          <Tooltip
            label={
              sound.kind === 'side' ? t('player.solo') : t('player.soloOf', { name: lane.name })
            }
          >
            <ActionIcon
              variant={isSolo ? 'filled' : 'subtle'}
              color={isSolo ? 'blue' : 'gray'}
              aria-pressed={isSolo}
              aria-label={t('player.soloOf', { name: lane.name })}
              onClick={() => player.toggleSolo(sound)}
            >
              <IconEar size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      )}
    </Group>
  );
};

/** One row per participant, all on call time. The docked slider is the way for keyboards; these are for the hand and the eye. */
export const Lanes = (props: {
  readonly lanes: readonly Lane[];
  readonly clocks: Clocks;
  readonly callMs: number;
}) => {
  const { lanes, clocks, callMs } = props;
  const state = usePlayer();
  return (
    <div className={classes['lanes']}>
      {lanes.map((lane) => {
        const isMuted = lane.sound !== null && !isHeard(state, lane.sound);
        return [
          <LaneHead key={`${lane.participant} head`} lane={lane} isMuted={isMuted} />,
          <LaneTrack key={`${lane.participant} track`} {...{ lane, clocks, callMs, isMuted }} />,
        ];
      })}
    </div>
  );
};
