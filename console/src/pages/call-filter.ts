import { callOutcomes } from '#core/recording/outcome.ts';
import type { CallFilter } from '../api/queries.ts';
import { readShared, withoutAbsent } from '../lists/shared-filter.ts';

export const readCallFilter = (search: Readonly<Record<string, unknown>>): CallFilter =>
  withoutAbsent({
    ...readShared(search),
    outcome: callOutcomes.find((outcome) => outcome === search['outcome']),
  });
