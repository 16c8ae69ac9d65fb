/** Wall-clock time of a zone to instants and back, for fields where people write local times. */

const partsIn = (instant: number, zone: string): Record<string, number> => {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const parts = format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]);
  return Object.fromEntries(parts) as Record<string, number>;
};

/** How far the zone's clock is ahead of UTC at an instant, in milliseconds. */
const offsetAt = (instant: number, zone: string): number => {
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = partsIn(instant, zone);
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  return asUtc - Math.floor(instant / 1000) * 1000;
};

/**
 * The instant at which clocks in `zone` show `local`.
 *
 * A time that a clock change skips becomes the same distance after the change; of a time that occurs twice, the first.
 *
 * @param local `YYYY-MM-DDTHH:MM`, as a field of type datetime-local gives it
 * @returns milliseconds, or null when the text is no such time
 */
export const instantOf = (local: string, zone: string): number | null => {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(local)) return null;
  const asUtc = Date.parse(`${local.slice(0, 16)}Z`);
  if (Number.isNaN(asUtc)) return null;
  const day = 86_400_000;
  const before = asUtc - offsetAt(asUtc - day, zone);
  const after = asUtc - offsetAt(asUtc + day, zone);
  if (localOf(before, zone) === local.slice(0, 16)) return before;
  return localOf(after, zone) === local.slice(0, 16) ? after : before;
};

/** What clocks in `zone` show at an instant, as `YYYY-MM-DDTHH:MM`. */
export const localOf = (instant: number, zone: string): string =>
  new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 16);
