import { withoutAbsent } from '../../lists/shared-filter.ts';

export interface AuditFilter {
  readonly action?: string;
  readonly subjectId?: string;
  readonly from?: string;
  readonly to?: string;
}

const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 100 ? value : undefined;

/** What stands in the address; anything that is no filter is dropped. */
export const readAuditFilter = (search: Readonly<Record<string, unknown>>): AuditFilter =>
  withoutAbsent({
    action: textIn(search['action']),
    subjectId: textIn(search['subjectId']),
    from: textIn(search['from']),
    to: textIn(search['to']),
  });
