/** The power goes in mid-call: the ledger keeps what was synced, the tables what they had committed, and the next start makes them one. */
import assert from 'node:assert/strict';
import {
  fdatasync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { DiskJournalFolder } from '#adapters/disk/journal-folder.ts';
import { LedgerFile } from '#adapters/disk/ledger-file.ts';
import { SqlAlarms } from '#adapters/postgres/alarms/alarms.ts';
import { SqlLedgerTables } from '#adapters/postgres/ledger/ledger-tables.ts';
import { SqlRecoveryRows } from '#adapters/postgres/recovery/recovery-rows.ts';
import type { TenantId } from '#core/ids.ts';
import { outcomeOf } from '#core/recording/outcome.ts';
import { startProjector } from '#durable/ledger/projector.ts';
import { Recovery } from '#durable/recovery/recover.ts';
import type { Jobs } from '#ports/jobs.ts';
import { callEntries } from '../rig/call-entries.ts';
import { testKeys } from '../rig/journals.ts';
import { silentLog, silentMetrics } from '../rig/silent.ts';
import { addTestTenant, openTestDatabase, type TestDatabase } from '../rig/test-database.ts';

const root = mkdtempSync(join(tmpdir(), 'power-cut-'));
const tenantId = 'tenant-a' as TenantId;
const [log, metrics, clock] = [silentLog(), silentMetrics(), systemClock];
const jobs: Jobs = { enqueue: async () => undefined };
const changes = { publish: () => undefined, subscribe: () => () => undefined };
const flush = promisify(fdatasync);
let rig: TestDatabase;

before(async () => {
  rig = await openTestDatabase();
  await addTestTenant(rig.database, tenantId, 1);
});
after(async () => {
  await rig.drop();
  rmSync(root, { recursive: true, force: true });
});

/** A ledger on a disk that knows how much of each file it has. */
const openLedger = async (folder: string) => {
  const synced = new Map<number, number>();
  const ledger = await LedgerFile.open({
    folder: join(folder, 'ledger'),
    log,
    metrics,
    // Nothing is synced by the clock: what a power cut leaves is what somebody needed to be there.
    syncMs: 3_600_000,
    syncFile: async (fd) => {
      const { ino, size } = fstatSync(fd);
      await flush(fd);
      synced.set(ino, size);
    },
  });
  return { ledger, synced };
};

const startProjection = (ledger: LedgerFile) =>
  startProjector({
    ledger,
    tables: new SqlLedgerTables(rig.database.kysely, { outcomeOf, jobs }),
    changes,
    alarms: new SqlAlarms(rig.database.kysely, changes),
    clock,
    log,
    metrics,
    retryMs: 5,
  });

/** @param lengthOf bytes of a file that are there after the cut */
const copyAfterCut = (from: string, lengthOf: (file: string) => number): string => {
  const to = mkdtempSync(join(root, 'after-'));
  mkdirSync(join(to, 'ledger'));
  for (const name of readdirSync(join(from, 'ledger'))) {
    const file = join(from, 'ledger', name);
    const bytes = readFileSync(file);
    const length = name.endsWith('.ldg') ? lengthOf(file) : bytes.length;
    writeFileSync(join(to, 'ledger', name), bytes.subarray(0, length));
  }
  return to;
};

/** Recovery and projection as at every start. */
const startAgain = async (folder: string): Promise<void> => {
  const { ledger } = await openLedger(folder);
  const recovery = new Recovery({
    ledger,
    journals: new DiskJournalFolder(folder, testKeys()),
    rows: new SqlRecoveryRows(rig.database.kysely),
    alarms: new SqlAlarms(rig.database.kysely, changes),
    clock,
    log,
    metrics,
    livedUntilMs: null,
  });
  await recovery.endCalls();
  const projector = startProjection(ledger);
  await recovery.salvage();
  await projector.settled();
  await projector.close();
  await ledger.close();
};

const rowsOf = async (prefix: string) => {
  const { kysely } = rig.database;
  const calls = await kysely
    .selectFrom('calls')
    .select(['id', 'endedAt', 'outcome'])
    .where('id', 'like', `${prefix}%`)
    .execute();
  const events = await kysely
    .selectFrom('callEvents')
    .select(['callId', 'kind'])
    .where('callId', 'like', `${prefix}%`)
    .execute();
  return {
    calls: calls.length,
    open: calls.filter((call) => call.endedAt === null).length,
    inProgress: calls.filter((call) => call.outcome === 'inProgress').length,
    events: events.length,
  };
};

const talkingCalls = (prefix: string) =>
  Array.from({ length: 20 }, (_, n) => {
    const entries = callEntries({
      callId: `${prefix}${n}`,
      tenantId,
      agentId: 'agent-7',
      queueId: 'queue-1',
      hold: true,
    });
    const sealedAt = entries.findIndex((entry) => entry.kind === 'trackSealed');
    return { begun: entries.slice(0, sealedAt), ended: entries.slice(sealedAt) };
  });

test('no call stays open after a power cut that took what the ledger had not synced', async () => {
  const folder = mkdtempSync(join(root, 'first-'));
  const { ledger, synced } = await openLedger(folder);
  const projector = startProjection(ledger);
  const calls = talkingCalls('honest');
  for (const { begun } of calls) for (const entry of begun) ledger.append(entry);
  await projector.settled();
  await projector.close();
  // The tables know these calls. Five more hang up; their entries are in the page cache only.
  for (const { ended } of calls.slice(0, 5)) for (const entry of ended) ledger.append(entry);
  const left = copyAfterCut(folder, (file) => synced.get(statSync(file).ino) ?? 0);
  await ledger.close();
  assert.deepEqual(await rowsOf('honest'), { calls: 20, open: 20, inProgress: 20, events: 60 });
  await startAgain(left);
  assert.deepEqual(await rowsOf('honest'), { calls: 20, open: 0, inProgress: 0, events: 60 });
});

test('a disk that had lied about its sync costs no call its end, and nothing is told twice', async () => {
  const folder = mkdtempSync(join(root, 'lying-'));
  const { ledger } = await openLedger(folder);
  const projector = startProjection(ledger);
  for (const { begun } of talkingCalls('lying')) for (const entry of begun) ledger.append(entry);
  await projector.settled();
  await projector.close();
  await ledger.close();
  // Lines that were said to be on the medium are not; what recovery writes must not be taken for them.
  const left = copyAfterCut(folder, (file) => Math.max(0, statSync(file).size - 500));
  await startAgain(left);
  const { open, inProgress, events } = await rowsOf('lying');
  assert.deepEqual({ open, inProgress, events }, { open: 0, inProgress: 0, events: 60 });
  const alarms = await rig.database.kysely
    .selectFrom('alarms')
    .select('kind')
    .where('subjectId', '=', ledger.node)
    .execute();
  assert(alarms.some(({ kind }) => kind === 'ledger/lost'));
});
