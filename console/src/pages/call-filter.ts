import type { Call, CallFilter } from '../api/queries.ts';
import { readShared, withoutAbsent } from '../lists/shared-filter.ts';

export const outcomes = [
  'inProgress',
  'ready',
  'declined',
  'excluded',
  'failed',
] as const satisfies readonly Call['outcome'][];

export const readCallFilter = (search: Readonly<Record<string, unknown>>): CallFilter =>
  withoutAbsent({
    ...readShared(search),
    outcome: outcomes.find((outcome) => outcome === search['outcome']),
  });
