/** Two clocks of a recording: real time since it began (call time), and the position in the file (media time). */

export interface OnBothClocks {
  readonly callMs: { readonly from: number; readonly to: number };
  readonly mediaMs: { readonly from: number; readonly to: number };
}

/** A stretch of the call, in call time, that is not in the file. */
export interface TakenOut {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Wherever call time runs ahead of media time between two known moments, the difference was taken out just before the later one. */
const takenOutOf = (spans: readonly OnBothClocks[]): TakenOut[] => {
  const moments = spans
    .flatMap(({ callMs, mediaMs }) => [
      { callMs: callMs.from, aheadMs: callMs.from - mediaMs.from },
      { callMs: callMs.to, aheadMs: callMs.to - mediaMs.to },
    ])
    .sort((a, b) => a.callMs - b.callMs);
  const takenOut: TakenOut[] = [];
  let aheadMs = 0;
  for (const moment of moments) {
    const missing = moment.aheadMs - aheadMs;
    if (missing <= 0) continue;
    takenOut.push({ fromMs: moment.callMs - missing, toMs: moment.callMs });
    aheadMs = moment.aheadMs;
  }
  return takenOut;
};

export class Clocks {
  readonly takenOut: readonly TakenOut[];

  constructor(spans: readonly OnBothClocks[]) {
    this.takenOut = takenOutOf(spans);
  }

  /** Position in the file of a moment of the call; a moment that was taken out lies at its seam. */
  mediaAt(callMs: number): number {
    let out = 0;
    for (const { fromMs, toMs } of this.takenOut) {
      if (callMs <= fromMs) break;
      out += Math.min(callMs, toMs) - fromMs;
    }
    return callMs - out;
  }

  /** Moment of the call that is heard at a position in the file; at a seam, the moment after it. */
  callAt(mediaMs: number): number {
    let callMs = mediaMs;
    for (const { fromMs, toMs } of this.takenOut) if (callMs >= fromMs) callMs += toMs - fromMs;
    return callMs;
  }
}
