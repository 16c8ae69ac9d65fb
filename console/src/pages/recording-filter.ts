import type { Recording, RecordingFilter } from '../api/queries.ts';
import { readShared, withoutAbsent } from '../lists/shared-filter.ts';

export const states = [
  'planned',
  'capturing',
  'sealed',
  'ready',
  'delivered',
  'purged',
  'failed',
  'expired',
] as const satisfies readonly Recording['state'][];

export const readRecordingFilter = (search: Readonly<Record<string, unknown>>): RecordingFilter =>
  withoutAbsent({
    ...readShared(search),
    state: states.find((state) => state === search['state']),
    tag:
      typeof search['tag'] === 'string' && search['tag'] !== '' && search['tag'].length <= 40
        ? search['tag']
        : undefined,
    callId: typeof search['callId'] === 'string' ? search['callId'] : undefined,
  });

/** `?t=83` in seconds of call time. */
export const readMoment = (search: Readonly<Record<string, unknown>>): { t?: number } => {
  const seconds = Number(search['t']);
  return search['t'] !== undefined && Number.isFinite(seconds) && seconds >= 0
    ? { t: seconds }
    : {};
};
