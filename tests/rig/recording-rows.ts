/** Calls and their recordings, straight into the tables. What a test does not name is that of an ordinary call that was recorded. */
import type { Insertable } from 'kysely';
import type { Database } from '../../src/adapters/postgres/open-database.ts';
import type { CallsTable, RecordingsTable } from '../../src/adapters/postgres/schema.ts';
import type { TenantId } from '../../src/core/ids.ts';

type Tables = Pick<Database, 'kysely'>;
type Call = Insertable<CallsTable>;
type Recording = Insertable<RecordingsTable>;
type CallWish = Partial<Call> & Pick<Call, 'id' | 'tenantId'>;
type RecordingWish = Partial<Recording> & Pick<Recording, 'id'>;

const callRow = (wish: CallWish): Call => ({
  node: 'n',
  callType: 'inbound',
  direction: 'in',
  caller: '+12025550101',
  callee: '1000',
  queueId: null,
  directoryVersion: 1,
  startedAt: new Date(),
  record: true,
  outcome: 'ready',
  ...wish,
});

/** Of its call, whose facts it repeats. */
const recordingRow = (call: Call, wish: RecordingWish): Recording => {
  const { id, tenantId, callType, direction, caller, callee, queueId, startedAt } = call;
  return {
    tenantId,
    callId: id,
    callType,
    direction,
    caller,
    callee,
    queueId: queueId ?? null,
    startedAt,
    segment: 1,
    state: 'ready',
    endpointUser: caller,
    startedAtMonoNs: '0',
    durationMs: 1000,
    frames: 8000,
    ...wish,
  };
};

export const addCall = async ({ kysely }: Tables, wish: CallWish): Promise<void> => {
  await kysely.insertInto('calls').values(callRow(wish)).execute();
};

export const addRecordedCall = async (
  { kysely }: Tables,
  wish: CallWish,
  recording: RecordingWish,
): Promise<void> => {
  const call = callRow(wish);
  await kysely.insertInto('calls').values(call).execute();
  await kysely.insertInto('recordings').values(recordingRow(call, recording)).execute();
};

/** `recording-1` is the oldest, a minute before the next. */
export const addRecordings = async (
  { kysely }: Tables,
  tenantId: TenantId,
  count: number,
): Promise<void> => {
  const calls = Array.from({ length: count }, (_, index) =>
    callRow({
      id: `call-${index + 1}`,
      tenantId,
      startedAt: new Date(Date.UTC(2026, 4, 1, 10, index)),
    }),
  );
  const recordings = calls.map((call, index) =>
    recordingRow(call, { id: `recording-${index + 1}` }),
  );
  await kysely.insertInto('calls').values(calls).execute();
  await kysely.insertInto('recordings').values(recordings).execute();
};
