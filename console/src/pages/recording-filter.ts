import { recordingStates } from '#core/recording/outcome.ts';
import type { RecordingFilter } from '../api/queries.ts';
import { readShared, withoutAbsent } from '../lists/shared-filter.ts';

export const readRecordingFilter = (search: Readonly<Record<string, unknown>>): RecordingFilter =>
  withoutAbsent({
    ...readShared(search),
    state: recordingStates.find((state) => state === search['state']),
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
