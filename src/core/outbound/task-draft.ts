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

export type DraftRule =
  | 'empty'
  | 'too-long'
  | 'name-signs'
  | 'unknown-zone'
  | 'window-no-days'
  | 'window-not-a-time'
  | 'window-never-opens'
  | 'start-past'
  | 'end-before-start'
  | 'end-past'
  | 'no-opening';

export interface DraftFault {
  readonly field: string;
  readonly rule: DraftRule;
  /** In English. */
  readonly message: string;
  readonly facts?: Readonly<Record<string, number>>;
}

export const maxTaskNameLength = 50;

/** Letters, digits, Chinese characters and spaces: what the source allows, and the space of its own example. */
export const taskNameFault = (name: string): DraftFault | null => {
  const trimmed = name.trim();
  const fault = (rule: DraftRule, message: string): DraftFault => ({
    field: 'name',
    rule,
    message,
  });
  if (trimmed === '') return fault('empty', 'must not be empty');
  if (Array.from(trimmed).length > maxTaskNameLength)
    return {
      ...fault('too-long', `must have at most ${maxTaskNameLength} characters`),
      facts: { maximum: maxTaskNameLength },
    };
  return /^[A-Za-z0-9 \p{Script=Han}]+$/u.test(trimmed)
    ? null
    : fault('name-signs', 'may have letters, numbers, Chinese characters and spaces only');
};

const windowTexts = {
  'no-days': 'names no day',
  'not-a-time': 'must look like 09:00',
  'never-opens': 'never opens: it must end after it begins, on the same day',
} as const;

const endFault = (
  { timeZone, windows, notBeforeMs, notAfterMs }: TaskTimes,
  nowMs: number,
  isJudgeable: boolean,
): DraftFault | null => {
  if (notAfterMs === null) return null;
  const field = 'notAfter';
  if (notAfterMs <= nowMs) return { field, rule: 'end-past', message: 'must lie in the future' };
  const startMs = notBeforeMs ?? nowMs;
  if (notAfterMs <= startMs)
    return { field, rule: 'end-before-start', message: 'must be after the start' };
  if (!isJudgeable) return null;
  const opening = nextOpening(windows, timeZone, startMs);
  return opening !== null && opening < notAfterMs
    ? null
    : { field: 'windows', rule: 'no-opening', message: 'no window opens between start and end' };
};

/** @param nowMs when the order is given */
export const taskTimeFaults = (times: TaskTimes, nowMs: number): readonly DraftFault[] => {
  const faults: DraftFault[] = [];
  const { timeZone, windows, notBeforeMs } = times;
  if (!isTimeZone(timeZone))
    faults.push({
      field: 'timeZone',
      rule: 'unknown-zone',
      message: 'must be an IANA time zone such as Asia/Jakarta',
    });
  for (const [at, window] of windows.entries()) {
    const fault = windowFault(window);
    if (fault !== null)
      faults.push({
        field: `windows.${at}`,
        rule: `window-${fault}`,
        message: windowTexts[fault],
        facts: { place: at + 1 },
      });
  }
  if (notBeforeMs !== null && notBeforeMs <= nowMs)
    faults.push({ field: 'notBefore', rule: 'start-past', message: 'must lie in the future' });
  const end = endFault(times, nowMs, faults.length === 0);
  return end === null ? faults : [...faults, end];
};
