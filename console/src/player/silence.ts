/** Where nobody speaks: what the ear may leap over. */
import type { Peaks } from './peaks.ts';

export interface Quiet {
  /** In the file. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** −36 dB of full scale: line noise and breathing are below, a quiet voice is above. */
const THRESHOLD = 0.016;
const LOOK_MS = 160;
/** Shorter pauses belong to the talk. */
const SHORTEST_MS = 2000;
/** What is left of a silence at each end, so that no word is clipped. */
const MARGIN_MS = 300;

/** Stretches of the file in which every side is quiet. */
export const quietOf = (sides: readonly Peaks[]): readonly Quiet[] => {
  const durationMs = Math.min(...sides.map((side) => side.durationMs));
  if (!Number.isFinite(durationMs)) return [];
  const isQuiet = (fromMs: number): boolean => {
    for (const side of sides)
      for (let channel = 0; channel < side.channels; channel++)
        if (side.loudest(channel, fromMs, fromMs + LOOK_MS) >= THRESHOLD) return false;
    return true;
  };
  const found: Quiet[] = [];
  let sinceMs: number | null = null;
  const end = (atMs: number): void => {
    if (sinceMs !== null && atMs - sinceMs >= SHORTEST_MS)
      found.push({ fromMs: sinceMs + MARGIN_MS, toMs: atMs - MARGIN_MS });
    sinceMs = null;
  };
  for (let atMs = 0; atMs < durationMs; atMs += LOOK_MS)
    if (isQuiet(atMs)) sinceMs ??= atMs;
    else end(atMs);
  end(durationMs);
  return found;
};
