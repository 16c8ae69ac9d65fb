/** Rosters, the do-not-call list, outbound tasks and their dialler. Wiring only. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import type { LedgerFile } from '#adapters/disk/ledger-file.ts';
import { SqlAlarms } from '#adapters/postgres/alarms/alarms.ts';
import { createAdminStore } from '#adapters/postgres/administration/store.ts';
import { sqlDialRows } from '#adapters/postgres/outbound/dial-rows.ts';
import { sqlDoNotCallRows } from '#adapters/postgres/outbound/do-not-call.ts';
import { sqlRosterRows } from '#adapters/postgres/outbound/rosters.ts';
import { sqlOutboundTaskRows } from '#adapters/postgres/outbound/tasks.ts';
import { spreadsheets } from '#adapters/xlsx/spreadsheets.ts';
import type { TenantId, VoiceAssetId } from '#core/ids.ts';
import { startDialler } from '#durable/dial/dialler.ts';
import { recoverAttempts } from '#durable/dial/recover-attempts.ts';
import { createOutboundTasks } from '#durable/dial/task-desk.ts';
import { RosterImporter } from '#durable/roster/import-roster.ts';
import { createDoNotCallList, createRosters } from '#durable/roster/roster-desk.ts';
import { tidyRosters } from '#durable/roster/tidy-rosters.ts';
import { startJobRunner } from '#durable/runner/job-runner.ts';
import type { Administration, AuditNote, Principal } from '#ports/administration.ts';
import type { CallPlacer } from '#ports/call-placer.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { AssetPrompts } from '#ports/voice-assets.ts';
import type { Closers } from './closers.ts';
import type { Opened } from './opened.ts';

export interface OutboundParts extends Opened {
  readonly objects: ObjectStore;
  readonly administration: Administration;
  /** Both null where no calls are. */
  readonly ledger: LedgerFile | null;
  readonly placer: CallPlacer | null;
  readonly assetPrompts: AssetPrompts;
}

/** How long a stop waits for the ends of the last calls to be written; the next start finds what was not. */
const closingMs = 5000;

export const startOutbound = async (opened: OutboundParts, closers: Closers) => {
  const { config, database, changeFeed, administration, objects, log, metrics, toldErrors } =
    opened;
  const db = database.kysely;
  const clock = systemClock;
  const jobs = await startJobRunner({ database, log, metrics, toldErrors });
  closers.add('jobs of rosters', () => jobs.close());
  const rosterRows = sqlRosterRows(db);
  const { tenants } = createAdminStore(db);
  const desk = {
    rows: rosterRows,
    doNotCall: sqlDoNotCallRows(db),
    objects,
    spreadsheets,
    jobs,
    audit: (who: Principal, note: AuditNote) => administration.audit.note(who, note),
    countryOf: async (tenantId: TenantId) => {
      const tenant = await tenants.find(tenantId);
      const { emergencyNumbers = [] } = tenant?.settings ?? {};
      return { country: tenant?.country ?? '', emergencyNumbers };
    },
    changes: changeFeed,
    clock,
  };
  if (config.roles.includes('work')) {
    const importer = new RosterImporter({ ...desk, log });
    await jobs.work(
      'importRoster',
      ({ rosterId }, signal) => importer.import(rosterId, signal),
      ({ rosterId }, lastError) => importer.giveUp(rosterId, lastError),
    );
    closers.add('left-over rosters', tidyRosters({ ...desk, log }));
  }
  await dialForTasks(opened, closers);
  return {
    rosters: createRosters(desk),
    doNotCall: createDoNotCallList(desk),
    outboundTasks: createOutboundTasks({ ...desk, rows: sqlOutboundTaskRows(db) }),
  };
};

/** Where the calls are: first what the last life left, then the people who are due. */
const dialForTasks = async (opened: OutboundParts, closers: Closers): Promise<void> => {
  const { database, ledger, placer, assetPrompts, changeFeed, log, metrics } = opened;
  if (ledger === null || placer === null) return;
  const { node } = ledger;
  const clock = systemClock;
  const rows = sqlDialRows(database.kysely);
  await recoverAttempts({ rows, node, clock, log });
  const dialler = startDialler({
    rows,
    placer,
    prompts: {
      prompt: async (tenantId, assetId) => {
        const prompt = await assetPrompts.prompt(tenantId, assetId as VoiceAssetId);
        return prompt.ok ? prompt.value : null;
      },
    },
    node,
    changes: changeFeed,
    alarms: new SqlAlarms(database.kysely, changeFeed),
    clock,
    log,
    metrics,
  });
  closers.add('dialler', () => dialler.close(closingMs));
};
