/** Lengths as people read them on a player. */

/** `m:ss`, or `h:mm:ss` from one hour on; rounded down, as clocks do. */
export const clockText = (ms: number): string => {
  const all = Math.max(0, Math.floor(ms / 1000));
  const seconds = String(all % 60).padStart(2, '0');
  const minutes = Math.floor(all / 60) % 60;
  const hours = Math.floor(all / 3600);
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
    : `${minutes}:${seconds}`;
};
