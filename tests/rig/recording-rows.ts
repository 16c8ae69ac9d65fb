/** Calls with a ready recording each, straight into the tables: `recording-1` is the oldest, a minute before the next. */
import type { TenantId } from '../../src/core/ids.ts';
import type { TestDatabase } from './test-database.ts';

export const addRecordings = async (
  { database: { kysely } }: { readonly database: Pick<TestDatabase['database'], 'kysely'> },
  tenantId: TenantId,
  count: number,
): Promise<void> => {
  const rows = Array.from({ length: count }, (_, index) => ({
    tenantId,
    callType: 'inbound' as const,
    direction: 'in' as const,
    caller: '+12025550101',
    callee: '1000',
    queueId: null,
    startedAt: new Date(Date.UTC(2026, 4, 1, 10, index)),
    number: index + 1,
  }));
  await kysely
    .insertInto('calls')
    .values(
      rows.map(({ number, ...row }) => ({
        ...row,
        id: `call-${number}`,
        node: 'n',
        trunkId: null,
        directoryVersion: 1,
        endStatus: null,
        hungUpSide: null,
        cause: null,
        record: true,
        recordRule: null,
        outcome: 'ready' as const,
        outcomeReason: null,
      })),
    )
    .execute();
  await kysely
    .insertInto('recordings')
    .values(
      rows.map(({ number, ...row }) => ({
        ...row,
        id: `recording-${number}`,
        callId: `call-${number}`,
        segment: 1,
        state: 'ready' as const,
        endpointUser: '+12025550101',
        startedAtMonoNs: '0',
        failureReason: null,
        durationMs: 1000,
        frames: 8000,
      })),
    )
    .execute();
};
