import type { JournalRecord, ReadingEnd } from '#audio/container/journal-reader.ts';
import { readMark, type HoldReason, type JournalMark } from '#core/recording/marks.ts';
import type { ArrivalPair } from './placement.ts';

/** Microseconds of the monotonic clock → samples at 8,000 Hz. */
const samplesPerUs = 0.008;

/** A single lost packet is no event worth a span; joined with its neighbours it may be. 60 ms is what a listener notices. */
const shortestGap = 160;
/** Losses nearer than this make one span. */
const joinGapsWithin = 8000;

export interface Gap {
  readonly epoch: number;
  readonly fromTimestamp: number;
  toTimestamp: number;
  missing: number;
  /** The network, unless a mark says that it was us. */
  readonly reason: LossReason;
}

type LossReason = Extract<JournalMark, { kind: 'loss' }>['reason'];

export interface HoldStretch {
  readonly reason: HoldReason;
  /** Positions on the monotonic clock, samples; `to` null while the journal ends held. */
  readonly from: number;
  to: number | null;
}

/** What the first reading of a journal finds: everything about it but its sound. */
export interface TrackSurvey {
  /** Per epoch, in order; an epoch without audio has none. */
  readonly pairs: ArrivalPair[][];
  /** First and one past the last sample of each epoch. */
  readonly extents: ({ first: number; end: number } | undefined)[];
  readonly gaps: Gap[];
  readonly holds: HoldStretch[];
  frames: number;
  /** Reason of the `end` mark; null when the journal has none. */
  endReason: string | null;
  /** Instant of the last mark, samples. */
  lastMarkAt: number | null;
}

/**
 * Reads a journal once. Its memory is one pair per block (16 bytes per half second) and one entry per gap, joined.
 *
 * @param zeroUs the instant that counts as position 0
 */
export const surveyTrack = async (
  records: AsyncIterable<JournalRecord>,
  zeroUs: number,
): Promise<TrackSurvey> => {
  const survey: TrackSurvey = {
    pairs: [[]],
    extents: [undefined],
    gaps: [],
    holds: [],
    frames: 0,
    endReason: null,
    lastMarkAt: null,
  };
  let since: SinceAudio = noted;
  for await (const record of records) {
    if (record.kind === 'mark') {
      since = { ...since, ...noteMark(survey, record, zeroUs) };
      continue;
    }
    const { timestamp, arrivalMonoUs } = record.pair;
    survey.pairs.at(-1)?.push({
      timestamp,
      arrival: (arrivalMonoUs - zeroUs) * samplesPerUs,
      blockTimestamp: record.runs[0]?.timestamp ?? timestamp,
    });
    survey.frames += record.frames;
    for (const run of record.runs) {
      noteRun(survey, run.timestamp, run.samples.length, since);
      since = noted;
    }
  }
  return survey;
};

/** What the marks since the last audio say of the gap that follows it. */
interface SinceAudio {
  /** A hold withheld it, or the phone pressed a key in its place: no loss. */
  readonly isExplained: boolean;
  readonly lostBy: LossReason;
}

const noted: SinceAudio = { isExplained: false, lostBy: 'network' };

const noteMark = (
  survey: TrackSurvey,
  record: { readonly atMonoUs: number; readonly mark: unknown },
  zeroUs: number,
): Partial<SinceAudio> => {
  const at = (record.atMonoUs - zeroUs) * samplesPerUs;
  survey.lastMarkAt = at;
  const mark = readMark(record.mark);
  switch (mark?.kind) {
    case 'hold':
      survey.holds.push({ reason: mark.reason, from: at, to: null });
      return { isExplained: true };
    case 'resume': {
      const open = survey.holds.findLast((hold) => hold.reason === mark.reason && hold.to === null);
      if (open) open.to = at;
      return { isExplained: true };
    }
    case 'key-press':
      return { isExplained: true };
    case 'epoch':
      survey.pairs.push([]);
      survey.extents.push(undefined);
      return {};
    case 'loss':
      return { lostBy: mark.reason };
    case 'end':
      survey.endReason = mark.reason;
      return {};
    case 'prompt':
    case 'codec':
    case undefined:
      return {};
  }
};

const noteRun = (
  survey: TrackSurvey,
  timestamp: number,
  length: number,
  since: SinceAudio,
): void => {
  const epoch = survey.extents.length - 1;
  const extent = survey.extents[epoch];
  if (extent === undefined) {
    survey.extents[epoch] = { first: timestamp, end: timestamp + length };
    return;
  }
  const missing = timestamp - extent.end;
  if (missing > 0 && !since.isExplained) {
    const last = survey.gaps.at(-1);
    const reason = since.lostBy;
    const isNear = last?.epoch === epoch && last.reason === reason;
    if (last && isNear && extent.end - last.toTimestamp <= joinGapsWithin) {
      last.toTimestamp = timestamp;
      last.missing += missing;
    } else {
      if (last && last.missing < shortestGap) survey.gaps.pop();
      survey.gaps.push({
        epoch,
        fromTimestamp: extent.end,
        toTimestamp: timestamp,
        missing,
        reason,
      });
    }
  }
  extent.end = Math.max(extent.end, timestamp + length);
};

/** Whether a journal was cut: no `end` mark, the mark of salvage, or damage behind which nothing can be read. */
export const wasCut = (survey: TrackSurvey, end: ReadingEnd): boolean =>
  survey.endReason === null || survey.endReason === 'salvaged' || end.flaw !== undefined;
