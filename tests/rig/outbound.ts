/** A tenant with a voice asset, a trunk, a queue and rosters, and calls that end as a test says. */
import { randomUUID } from 'node:crypto';
import type { EndStatus } from '../../src/core/call/end-status.ts';
import type { Result } from '../../src/base/result.ts';
import type { AgentId, CallId } from '../../src/core/ids.ts';
import type {
  CallPlacer,
  QueueSeats,
  TaskCallEvent,
  TaskCallOrder,
  TaskCallRefusal,
} from '../../src/ports/call-placer.ts';
import type { TaskDraft } from '../../src/ports/outbound-tasks.ts';
import type { Database } from '../../src/adapters/postgres/open-database.ts';
import { addTestTenant } from './test-database.ts';

export const callerNumber = '+62215550001';

export const addOutboundTenant = async (
  database: Database,
  id = 'tenant-a',
  vdnId = 1,
): Promise<void> => {
  await addTestTenant(database, id, vdnId);
  const { kysely } = database;
  await kysely
    .insertInto('voiceAssets')
    .values({
      id: `asset-${id}`,
      tenantId: id,
      name: 'MarchPayReminder_V2',
      format: 'wav',
      sizeBytes: 32_044,
      sha256: '',
      durationMs: 4000,
      frames: 32_000,
      objectKey: `assets/${id}`,
      ...({ sound: '{}' } as object),
    } as never)
    .execute();
  await kysely
    .insertInto('trunks')
    .values({
      id: `trunk-${id}`,
      tenantId: id,
      name: 'Trunk',
      host: '127.0.0.1',
      port: 5080,
      transport: 'udp',
      username: null,
      passwordSealed: null,
      callerNumbers: [callerNumber, '+62215550002'],
    })
    .execute();
  await kysely
    .insertInto('queues')
    .values({
      id: `queue-${id}`,
      tenantId: id,
      name: 'Sales',
      channel: 'ivr',
      parentId: null,
    } as never)
    .execute();
};

export interface TestPerson {
  readonly number: string;
  readonly timeZone?: string;
}

export const addRoster = async (
  database: Database,
  people: readonly TestPerson[],
  tenantId = 'tenant-a',
): Promise<string> => {
  const id = randomUUID();
  await database.kysely
    .insertInto('rosters')
    .values({
      id,
      tenantId,
      name: id,
      description: '',
      fileName: 'people.csv',
      format: 'csv',
      onBadRows: 'keep-good',
      objectKey: null,
      state: 'ready',
      failure: null,
      failureDetail: null,
      failureLine: null,
      sizeBytes: 1,
      people: people.length,
      createdBy: null,
    })
    .execute();
  for (let from = 0; from < people.length; from += 2000)
    await database.kysely
      .insertInto('rosterPeople')
      .values(
        people.slice(from, from + 2000).map(({ number, timeZone }, index) => ({
          rosterId: id,
          tenantId,
          number,
          line: from + index + 1,
          name: null,
          timeZone: timeZone ?? null,
          variables: null,
        })),
      )
      .execute();
  return id;
};

/** `count` numbers that can be dialled. */
export const numbered = (count: number): TestPerson[] =>
  Array.from({ length: count }, (_, index) => ({
    number: `+62812${String(10_000_000 + index)}`,
  }));

export const taskDraft = (rosterId: string, change: Partial<TaskDraft> = {}): TaskDraft => ({
  kind: 'automatic',
  name: `Task ${randomUUID().replaceAll('-', '').slice(0, 12)}`,
  description: '',
  voiceAssetId: 'asset-tenant-a',
  rosterId,
  notBefore: null,
  notAfter: null,
  timeZone: 'Asia/Jakarta',
  windows: [],
  tries: 1,
  retryIntervalSeconds: 300,
  ringSeconds: 45,
  concurrency: 5,
  callsPerSecond: 50,
  callerNumbers: [callerNumber],
  optOutKey: null,
  queueId: null,
  priority: 3,
  callOrder: 'in-order',
  abandonPercent: 3,
  ...change,
});

export interface PlacedCall {
  readonly order: TaskCallOrder;
  readonly tell: (event: TaskCallEvent) => void;
  answer(): void;
  agent(): void;
  end(endStatus?: EndStatus, playedMs?: number | null): void;
}

/** Calls that wait for the test to end them, or that `onPlace` ends at once. */
export class FakePlacer implements CallPlacer {
  readonly placed: PlacedCall[] = [];
  readonly up = new Map<CallId, PlacedCall>();
  readonly hungUp: CallId[] = [];
  refusal: TaskCallRefusal | null = null;
  /** Numbers that no trunk has any more. */
  readonly trunkless = new Set<string>();
  freeSeats: QueueSeats = { free: 0, busy: 0 };
  onPlace: (call: PlacedCall) => void = () => undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  place(order: TaskCallOrder, tell: (event: TaskCallEvent) => void): Result<null, TaskCallRefusal> {
    if (this.refusal !== null) return { ok: false, error: this.refusal };
    if (this.trunkless.has(order.callerNumber)) return { ok: false, error: 'no-trunk' };
    const call: PlacedCall = {
      order,
      tell,
      answer: () => tell({ kind: 'answered', atMs: this.#now() }),
      agent: () => tell({ kind: 'agent', agentId: 'agent-1' as AgentId, afterMs: 300 }),
      end: (endStatus = 'ok', playedMs = null) => {
        this.up.delete(order.callId);
        const endedAtMs = this.#now();
        const playCompleted = playedMs === order.message.durationMs;
        tell({ kind: 'ended', outcome: { endStatus, endedAtMs, playedMs, playCompleted } });
      },
    };
    this.placed.push(call);
    this.up.set(order.callId, call);
    queueMicrotask(() => this.onPlace(call));
    return { ok: true, value: null };
  }

  hangUp(callId: CallId): void {
    this.hungUp.push(callId);
    this.up.get(callId)?.end('callerCancel');
  }

  seats(): QueueSeats {
    return this.freeSeats;
  }
}
