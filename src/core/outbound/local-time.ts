/** Wall clock of a time zone, and back: what `Intl` knows, as numbers. */
import { type CivilDate, dateOf, daysOf } from '../civil-date.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat | null>();
/** Zones a process meets; IANA has about 600 names. */
const maxFormats = 1000;

const formatOf = (zone: string): Intl.DateTimeFormat | null => {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  if (formats.size >= maxFormats) formats.clear();
  let format: Intl.DateTimeFormat | null = null;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    format = null; // no such zone: a RangeError by ECMA-402
  }
  formats.set(zone, format);
  return format;
};

/** An IANA zone such as `Asia/Jakarta`; offsets such as `+07:00` are no zones: they know no clock changes. */
export const isTimeZone = (zone: string): boolean =>
  /^[A-Za-z]/u.test(zone) && formatOf(zone) !== null;

/** The zone's wall clock at an instant, as milliseconds of a day that has no zone (UTC arithmetic). */
export const wallMs = (atMs: number, zone: string): number => {
  const format = formatOf(zone);
  if (format === null) return atMs;
  const found = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of format.formatToParts(atMs))
    if (type in found) found[type as keyof typeof found] = Number(value);
  const { year, month, day, hour, minute, second } = found;
  const subSecond = ((atMs % 1000) + 1000) % 1000;
  const ofDay = (hour * 60 + minute) * minuteMs + second * 1000;
  return daysOf({ year, month, day }) * dayMs + ofDay + subSecond;
};

export const localDate = (atMs: number, zone: string): CivilDate =>
  dateOf(Math.floor(wallMs(atMs, zone) / dayMs));

export const addDays = (date: CivilDate, days: number): CivilDate => dateOf(daysOf(date) + days);

/** 1 = Monday … 7 = Sunday (ISO 8601). */
export const weekdayOf = (date: CivilDate): number => ((((daysOf(date) + 3) % 7) + 7) % 7) + 1;

/**
 * The first instant at which the zone's clock shows this time or, where a clock change skips it, a later one: so a skipped time is the
 * next valid instant and a repeated one its first (spec decision 20).
 *
 * @param minutes since midnight, 0–1440
 */
export const instantOf = (date: CivilDate, minutes: number, zone: string): number => {
  const wanted = daysOf(date) * dayMs + minutes * minuteMs;
  const offsets = [wanted - dayMs, wanted + dayMs].map((at) => wallMs(at, zone) - at);
  const candidates = offsets.map((offset) => wanted - offset);
  const exact = candidates.filter((at) => wallMs(at, zone) === wanted);
  if (exact.length > 0) return Math.min(...exact);
  return clockChange(Math.min(...candidates), Math.max(...candidates), zone);
};

/** The instant between the two at which the zone's offset changes; `untilMs` when it does not. */
export const clockChange = (fromMs: number, untilMs: number, zone: string): number => {
  const before = wallMs(fromMs, zone) - fromMs;
  let low = fromMs;
  let high = untilMs;
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (middle <= low) break;
    if (wallMs(middle, zone) - middle === before) low = middle;
    else high = middle;
  }
  return high;
};
