/** The account of the calls: ledger, recovery, projection, balance. Wiring only. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { DiskJournalFolder } from '#adapters/disk/journal-folder.ts';
import { LedgerFile } from '#adapters/disk/ledger-file.ts';
import { SqlAlarms } from '#adapters/postgres/alarms/alarms.ts';
import { sqlBalanceRows } from '#adapters/postgres/ledger/balance.ts';
import { SqlLedgerTables } from '#adapters/postgres/ledger/ledger-tables.ts';
import { SqlRecoveryRows } from '#adapters/postgres/recovery/recovery-rows.ts';
import { outcomeOf } from '#core/recording/outcome.ts';
import { watchBalance } from '#durable/ledger/balance-watch.ts';
import { startProjector } from '#durable/ledger/projector.ts';
import { recoverCalls, requeueSealed } from '#durable/recovery/recover.ts';
import { startJobRunner } from '#durable/runner/job-runner.ts';
import type { Closers } from './closers.ts';
import type { Opened } from './opened.ts';

/** The account of the calls: recovery first, so that nothing of the last life is mistaken for this one. */
export const startAccount = async (opened: Opened, closers: Closers): Promise<LedgerFile> => {
  const { log, metrics, folder, database, changeFeed, sealer } = opened;
  const clock = systemClock;
  const db = database.kysely;
  const ledger = await LedgerFile.open({ folder: folder.ledger, log, metrics });
  closers.add('ledger', () => ledger.close());
  const alarms = new SqlAlarms(db, changeFeed);
  const rows = new SqlRecoveryRows(db);
  const journals = new DiskJournalFolder(folder.root, { sealer, makeBlockCipher });
  const recovered = await recoverCalls({ ledger, journals, rows, alarms, clock, log });
  log.info('recovery.done', { ...recovered });

  const jobs = await startJobRunner({ database, log, metrics });
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
  await projector.settled();
  await requeueSealed(rows, jobs);
  closers.add('balance', watchBalance({ rows: sqlBalanceRows(db), alarms, clock, log }));
  return ledger;
};
