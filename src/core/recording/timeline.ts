/**
 * What happened when, in a recording: who talked, who was held and why, what was lost. Each span carries two clocks (spec decision 25):
 * `callMs`, real time since the recording began, and `mediaMs`, the position in the file. They differ once a stretch is excised.
 */
import type { FaultCode } from '#base/fault.ts';
import type { HoldReason } from './marks.ts';

export type SpanKind = 'talk' | 'hold' | 'loss' | 'cut';

export interface TimelineSpan {
  readonly kind: SpanKind;
  /** Whose track the span belongs to. */
  readonly participant: number;
  readonly callMs: { readonly from: number; readonly to: number };
  readonly mediaMs: { readonly from: number; readonly to: number };
  /**
   * Of a hold or a loss. Of a cut the fault that ended capture early, or `salvaged`: the process died, and up to one second before the cut may
   * be missing.
   */
  readonly reason?: HoldReason | 'network' | 'overflow' | 'disk' | 'salvaged' | FaultCode;
  /** Of a loss: how much of the span is missing; single lost packets that lie close together share one span. */
  readonly missingMs?: number;
}

/** A span before its place in the file is known. Milliseconds since the recording began. */
export interface CallSpan extends Omit<TimelineSpan, 'callMs' | 'mediaMs'> {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A stretch of real time that is not in the file. */
export interface Excision {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Overlapping or touching stretches joined, in order; empty ones left out. */
export const joinExcisions = (excisions: readonly Excision[]): Excision[] => {
  const joined: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of [...excisions].sort((a, b) => a.fromMs - b.fromMs)) {
    if (toMs <= fromMs) continue;
    const last = joined.at(-1);
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else joined.push({ fromMs, toMs });
  }
  return joined;
};

/** Position in the file of an instant of the call; an instant inside an excised stretch lies at its seam. */
export const mediaMsAt = (callMs: number, excisions: readonly Excision[]): number => {
  let before = 0;
  for (const { fromMs, toMs } of excisions) {
    if (callMs <= fromMs) break;
    before += Math.min(callMs, toMs) - fromMs;
  }
  return callMs - before;
};

/** Most spans a timeline keeps: an hour of lively talk between two has about 1,500. */
const mostSpans = 4000;

/**
 * The timeline of a recording in order of time, each span on both clocks.
 *
 * @param excisions as `joinExcisions` gives them
 */
export const layOutTimeline = (
  spans: readonly CallSpan[],
  excisions: readonly Excision[] = [],
): TimelineSpan[] =>
  thin(spans)
    .map(({ fromMs, toMs, ...span }) => ({
      ...span,
      callMs: { from: fromMs, to: toMs },
      mediaMs: { from: mediaMsAt(fromMs, excisions), to: mediaMsAt(toMs, excisions) },
    }))
    .sort((a, b) => a.callMs.from - b.callMs.from || a.participant - b.participant);

/** Keeps the timeline bounded: neighbours of one kind are joined over ever wider pauses until few enough are left. */
const thin = (spans: readonly CallSpan[]): CallSpan[] => {
  let kept = [...spans];
  for (let withinMs = 1000; kept.length > mostSpans && withinMs < 3_600_000; withinMs *= 2)
    kept = joinSpans(kept, withinMs);
  return kept;
};

/** Joins spans of the same kind, participant and reason that lie at most `withinMs` apart; what is missing in them adds up. */
export const joinSpans = (spans: readonly CallSpan[], withinMs: number): CallSpan[] => {
  const open = new Map<string, CallSpan>();
  const joined: CallSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const key = `${span.kind} ${span.participant} ${span.reason ?? ''}`;
    const last = open.get(key);
    if (last && span.fromMs - last.toMs <= withinMs) {
      open.set(key, joinTwo(last, span));
    } else {
      if (last) joined.push(last);
      open.set(key, span);
    }
  }
  return [...joined, ...open.values()];
};

const joinTwo = (first: CallSpan, second: CallSpan): CallSpan => {
  const toMs = Math.max(first.toMs, second.toMs);
  if (first.missingMs === undefined && second.missingMs === undefined) return { ...first, toMs };
  return { ...first, toMs, missingMs: (first.missingMs ?? 0) + (second.missingMs ?? 0) };
};
