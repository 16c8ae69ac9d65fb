/** Two clocks of a recording: real time since it began (call time), and the position in the file (media time). */

export interface OnBothClocks {
  readonly callMs: { readonly from: number; readonly to: number };
  readonly mediaMs: { readonly from: number; readonly to: number };
}

/** How much call time lies before its file position, piece by piece: a step wherever a stretch was taken out of the file. */
interface Piece {
  readonly callMs: number;
  readonly mediaMs: number;
}

const piecesOf = (spans: readonly OnBothClocks[]): readonly Piece[] => {
  const points = spans
    .flatMap(({ callMs, mediaMs }) => [
      { callMs: callMs.from, mediaMs: mediaMs.from },
      { callMs: callMs.to, mediaMs: mediaMs.to },
    ])
    .sort((a, b) => a.callMs - b.callMs || a.mediaMs - b.mediaMs);
  const pieces: Piece[] = [{ callMs: 0, mediaMs: 0 }];
  for (const point of points) {
    const last = pieces.at(-1);
    if (!last || point.callMs - last.callMs !== point.mediaMs - last.mediaMs) pieces.push(point);
    else if (point.callMs > last.callMs && pieces.length > 1) continue;
  }
  return pieces;
};

/** Stretches of the call that are not in the file. */
export interface TakenOut {
  readonly fromMs: number;
  readonly toMs: number;
}

export class Clocks {
  readonly #pieces: readonly Piece[];
  readonly takenOut: readonly TakenOut[];

  constructor(spans: readonly OnBothClocks[]) {
    this.#pieces = piecesOf(spans);
    this.takenOut = this.#pieces.slice(1).flatMap((piece, index) => {
      const before = this.#pieces[index] ?? { callMs: 0, mediaMs: 0 };
      const missing = piece.callMs - piece.mediaMs - (before.callMs - before.mediaMs);
      return missing > 0 ? [{ fromMs: piece.callMs - missing, toMs: piece.callMs }] : [];
    });
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
