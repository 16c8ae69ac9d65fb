import type { FaultCode } from '#base/fault.ts';
import { joinSpans, type CallSpan } from '#core/recording/timeline.ts';
import { positionAt, type ClockLine } from './placement.ts';
import type { TrackSurvey } from './survey.ts';

export interface PlacedTrack {
  readonly participant: number;
  readonly survey: TrackSurvey;
  readonly clocks: readonly (readonly ClockLine[])[];
  readonly wasCut: boolean;
  /** What ended its capture early; a cut without it is that of a process that died. */
  readonly failedBy: FaultCode | null;
}

/** A lost packet here and there is normal; a second with this much missing is heard. */
const audibleLossMs = 60;

/**
 * What a track's journal says, as spans on the recording's time line.
 *
 * @param origin position of the recording's first sample
 * @param frames length of the recording
 * @param talks in samples since the recording's first sample
 */
export const spansOf = (
  track: PlacedTrack,
  origin: number,
  frames: number,
  talks: readonly { readonly from: number; readonly to: number }[],
): CallSpan[] => {
  const { participant, survey, clocks } = track;
  const span = (kind: CallSpan['kind'], from: number, to: number): CallSpan => ({
    kind,
    participant,
    fromMs: toMs(Math.min(frames, Math.max(0, from))),
    toMs: toMs(Math.min(frames, Math.max(0, to))),
  });
  const at = (epoch: number, timestamp: number): number =>
    positionAt(clocks[epoch] ?? [], timestamp) - origin;

  const talk = talks.map(({ from, to }) => span('talk', from, to));
  const holds = survey.holds.map((hold) => ({
    ...span('hold', hold.from - origin, (hold.to ?? Infinity) - origin),
    reason: hold.reason,
  }));
  const losses = survey.gaps.map((gap) => ({
    ...span('loss', at(gap.epoch, gap.fromTimestamp), at(gap.epoch, gap.toTimestamp)),
    reason: gap.reason,
    missingMs: toMs(gap.missing),
  }));
  const cut = {
    ...span('cut', lastSample(track) - origin, frames),
    reason: track.failedBy ?? ('salvaged' as const),
  };
  const audible = joinSpans(losses, 1000).filter((each) => (each.missingMs ?? 0) >= audibleLossMs);
  return [...talk, ...holds, ...audible, ...(track.wasCut ? [cut] : [])];
};

/** Position just past the track's last sample; −Infinity without audio. */
export const lastSample = ({ survey, clocks }: Pick<PlacedTrack, 'survey' | 'clocks'>): number =>
  extentPositions(survey, clocks).reduce((last, { end }) => Math.max(last, end), -Infinity);

/** Where the audio of each epoch begins and ends. */
export const extentPositions = (
  survey: TrackSurvey,
  clocks: readonly (readonly ClockLine[])[],
): { first: number; end: number }[] =>
  survey.extents.flatMap((extent, epoch) => {
    const lines = clocks[epoch];
    if (!extent || !lines) return [];
    return [{ first: positionAt(lines, extent.first), end: positionAt(lines, extent.end) }];
  });

const toMs = (samples: number): number => Math.round(samples / 8);
