/** When people may be called, by the clock on their own wall. @see spec decisions 18 and 20 */
import { addDays, clockChange, instantOf, localDate, wallMs, weekdayOf } from './local-time.ts';

/** Open on these weekdays from one time of day until another, in the callee's zone. */
export interface CallingWindow {
  /** 1 = Monday … 7 = Sunday. */
  readonly days: readonly number[];
  /** `HH:MM`, inclusive. */
  readonly from: string;
  /** `HH:MM`, exclusive; `24:00` is the end of the day. */
  readonly until: string;
}

/** Minutes since midnight, or null when it is no time of day. */
export const minutesOf = (time: string): number | null => {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/u.exec(time);
  if (match === null) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return minutes <= 1440 ? minutes : null;
};

/** Why a window would never open; null when it does. */
export const windowFault = (
  window: CallingWindow,
): 'no-days' | 'not-a-time' | 'never-opens' | null => {
  const from = minutesOf(window.from);
  const until = minutesOf(window.until);
  if (window.days.length === 0) return 'no-days';
  if (from === null || until === null) return 'not-a-time';
  return from < until ? null : 'never-opens';
};

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** When the clock is set back into the time before the window, the window ends there: it opens once a day. */
const spanOf = (from: number, until: number, zone: string): Span => {
  const offsetAt = (at: number): number => wallMs(at, zone) - at;
  if (offsetAt(from) <= offsetAt(until)) return { fromMs: from, untilMs: until };
  const change = clockChange(from, until, zone);
  const showsEarlier = wallMs(change, zone) < wallMs(from, zone);
  return { fromMs: from, untilMs: showsEarlier ? change : until };
};

/** The openings of one local day and of the days after it until one is found; a week and a day see every weekday. */
const spansFrom = (
  windows: readonly CallingWindow[],
  zone: string,
  atMs: number,
): readonly Span[] => {
  const today = localDate(atMs, zone);
  const spans: Span[] = [];
  for (let day = 0; day <= 8; day++) {
    const date = addDays(today, day);
    for (const window of windows) {
      if (!window.days.includes(weekdayOf(date)) || windowFault(window) !== null) continue;
      const from = instantOf(date, minutesOf(window.from) ?? 0, zone);
      const until = instantOf(date, minutesOf(window.until) ?? 0, zone);
      if (from < until) spans.push(spanOf(from, until, zone));
    }
    if (spans.some((span) => span.untilMs > atMs)) break;
  }
  return spans.filter((span) => span.untilMs > atMs);
};

/** Whether somebody in that zone may be called now. Without any window they may at any time. */
export const isOpen = (windows: readonly CallingWindow[], zone: string, atMs: number): boolean =>
  windows.length === 0 || spansFrom(windows, zone, atMs).some((span) => span.fromMs <= atMs);

/** The first instant from `atMs` on at which a window is open, or null when none ever opens. */
export const nextOpening = (
  windows: readonly CallingWindow[],
  zone: string,
  atMs: number,
): number | null => {
  if (windows.length === 0) return atMs;
  const spans = spansFrom(windows, zone, atMs);
  if (spans.length === 0) return null;
  return Math.max(atMs, Math.min(...spans.map((span) => span.fromMs)));
};
