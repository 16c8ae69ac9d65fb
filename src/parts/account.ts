/** The account of the calls: ledger, recovery, projection, balance. Wiring only. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { DiskJournalFolder } from '#adapters/disk/journal-folder.ts';
import { LedgerFile } from '#adapters/disk/ledger-file.ts';
import { giveLifeSigns, readLifeSign } from '#adapters/disk/life-sign.ts';
import { SqlAlarms } from '#adapters/postgres/alarms/alarms.ts';
import { sqlBalanceRows } from '#adapters/postgres/ledger/balance.ts';
import { SqlLedgerTables } from '#adapters/postgres/ledger/ledger-tables.ts';
import { sqlDialRows } from '#adapters/postgres/outbound/dial-rows.ts';
import { sqlNodeRows } from '#adapters/postgres/nodes/node-rows.ts';
import { SqlRecoveryRows } from '#adapters/postgres/recovery/recovery-rows.ts';
import { SalvageThread } from '#adapters/threads/salvage-thread.ts';
import { outcomeOf } from '#core/recording/outcome.ts';
import { asFault } from '#base/fault.ts';
import { watchBalance } from '#durable/ledger/balance-watch.ts';
import { startProjector } from '#durable/ledger/projector.ts';
import { Recovery, requeueSealed } from '#durable/recovery/recover.ts';
import { startJobRunner } from '#durable/runner/job-runner.ts';
import type { JournalFolder } from '#ports/recovery.ts';
import type { Closers } from './closers.ts';
import type { Opened } from './opened.ts';

export interface Account {
  readonly ledger: LedgerFile;
  /** Salvages away from the thread that takes the calls. */
  readonly journals: JournalFolder;
  /** Salvages what the last life left, once calls are taken. */
  readonly beginSalvage: () => void;
}

/** The account of the calls: those of the last life get their end first, so that none of them is mistaken for one of this life. */
export const startAccount = async (opened: Opened, closers: Closers): Promise<Account> => {
  const { log, metrics, folder, database, changeFeed, sealer, masterKey, toldErrors } = opened;
  const clock = systemClock;
  const db = database.kysely;
  const ledger = await LedgerFile.open({ folder: folder.ledger, log, metrics });
  closers.add('ledger', () => ledger.close());
  const alarms = new SqlAlarms(db, changeFeed);
  const rows = new SqlRecoveryRows(db);
  const thread = new SalvageThread({
    threadUrl: new URL('../threads/salvage.ts', import.meta.url),
    threadData: { masterKey, root: folder.root },
  });
  const onDisk = new DiskJournalFolder(folder.root, { sealer, makeBlockCipher });
  const journals: JournalFolder = {
    callIds: () => onDisk.callIds(),
    journalsOf: (callId) => onDisk.journalsOf(callId),
    facts: (path) => onDisk.facts(path),
    salvage: (path) => thread.salvage(path),
  };
  // Before anything else of this life: whoever would give this node up is told that it is back.
  await sqlDialRows(db).seen(ledger.node, clock.nowMs());
  const livedUntilMs = readLifeSign(folder.ledger);
  const recovery = new Recovery({
    ...{ ledger, journals, rows, alarms, clock, log, metrics },
    livedUntilMs,
  });
  const calls = await recovery.endCalls();
  log.info('recovery.calls-ended', { calls, livedUntilMs });

  const jobs = await startJobRunner({ database, log, metrics, toldErrors });
  closers.add('jobs of the account', () => jobs.close());
  const projector = startProjector({
    ledger,
    tables: new SqlLedgerTables(db, { outcomeOf, jobs }),
    changes: changeFeed,
    alarms,
    clock,
    log,
    metrics,
  });
  closers.add('projector', () => projector.close());
  // Which brings the ledger to the medium: no sign of this life may outlast the ends that it gave to calls of the last one.
  await projector.settled();
  const isNeeded = (): boolean => ledger.hasOpen;
  closers.add('life signs', giveLifeSigns({ folder: folder.ledger, isNeeded, clock, log }));
  const returned = await sqlNodeRows(db, outcomeOf).takeBack(ledger.node);
  for (const { id, tenantId } of returned) changeFeed.publish({ tenantId, topic: 'calls', id });
  await requeueSealed(rows, jobs);
  closers.add('balance', watchBalance({ rows: sqlBalanceRows(db), alarms, clock, log }));
  let salvaging = Promise.resolve();
  closers.add('salvage', async () => {
    recovery.close();
    await thread.close();
    await salvaging;
  });
  const salvage = async (): Promise<void> => {
    try {
      const recovered = await recovery.salvage();
      if (recovered !== null) log.info('recovery.done', { ...recovered });
    } catch (thrown) {
      // What is salvaged is in the ledger already; the rest is, at the next start.
      const { code, message } = asFault(thrown, 'recovery/failed');
      log.error('recovery.stopped', { code, reason: message });
    }
  };
  return { ledger, journals, beginSalvage: () => void (salvaging = salvage()) };
};
