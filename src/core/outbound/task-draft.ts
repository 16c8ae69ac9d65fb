/** What a person orders, judged as a whole: every broken rule is named, not only the first. @see spec §2.1, §2.2, §2.4 */
import { type CallingWindow, nextOpening, windowFault } from './calling-window.ts';
import { isTimeZone } from './local-time.ts';

export interface TaskTimes {
  readonly timeZone: string;
  readonly windows: readonly CallingWindow[];
  /** Wall milliseconds; null = at once. */
  readonly notBeforeMs: number | null;
  readonly notAfterMs: number | null;
}

export interface DraftFault {
  readonly field: string;
  readonly message: string;
}

export const maxTaskNameLength = 50;

/** Letters, digits, Chinese characters and spaces: what the source allows, and the space of its own example. */
export const taskNameFault = (name: string): string | null => {
  const trimmed = name.trim();
  if (trimmed === '') return 'must not be empty';
  if (Array.from(trimmed).length > maxTaskNameLength)
    return `must have at most ${maxTaskNameLength} characters`;
  return /^[A-Za-z0-9 \p{Script=Han}]+$/u.test(trimmed)
    ? null
    : 'may have letters, numbers, Chinese characters and spaces only';
};

const windowTexts = {
  'no-days': 'names no day',
  'not-a-time': 'must look like 09:00',
  'never-opens': 'never opens: it must end after it begins, on the same day',
} as const;

/** @param nowMs when the order is given */
export const taskTimeFaults = (times: TaskTimes, nowMs: number): readonly DraftFault[] => {
  const faults: DraftFault[] = [];
  const { timeZone, windows, notBeforeMs, notAfterMs } = times;
  const isZone = isTimeZone(timeZone);
  if (!isZone)
    faults.push({ field: 'timeZone', message: 'must be an IANA time zone such as Asia/Jakarta' });
  for (const [at, window] of windows.entries()) {
    const fault = windowFault(window);
    if (fault !== null) faults.push({ field: `windows.${at}`, message: windowTexts[fault] });
  }
  const startMs = notBeforeMs ?? nowMs;
  if (notBeforeMs !== null && notBeforeMs <= nowMs)
    faults.push({ field: 'notBefore', message: 'must lie in the future' });
  if (notAfterMs !== null && notAfterMs <= startMs)
    faults.push({ field: 'notAfter', message: 'must be after the start' });
  else if (isZone && faults.length === 0 && notAfterMs !== null) {
    const opening = nextOpening(windows, timeZone, startMs);
    if (opening === null || opening >= notAfterMs)
      faults.push({ field: 'windows', message: 'no window opens between start and end' });
  }
  return faults;
};
