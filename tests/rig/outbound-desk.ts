/** Rosters, do-not-call list and tasks over a test's database and objects; an upload's rows are read before its answer. */
import type { Kysely } from 'kysely';
import { createAdminStore } from '../../src/adapters/postgres/administration/store.ts';
import { sqlDoNotCallRows } from '../../src/adapters/postgres/outbound/do-not-call.ts';
import { sqlRosterRows } from '../../src/adapters/postgres/outbound/rosters.ts';
import { sqlOutboundTaskRows } from '../../src/adapters/postgres/outbound/tasks.ts';
import type { DB } from '../../src/adapters/postgres/schema.ts';
import { spreadsheets } from '../../src/adapters/xlsx/spreadsheets.ts';
import type { TenantId } from '../../src/core/ids.ts';
import { createOutboundTasks } from '../../src/durable/dial/task-desk.ts';
import { RosterImporter } from '../../src/durable/roster/import-roster.ts';
import { createDoNotCallList, createRosters } from '../../src/durable/roster/roster-desk.ts';
import type { Administration } from '../../src/ports/administration.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ChangeFeed } from '../../src/ports/events.ts';
import type { Log } from '../../src/ports/log.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { RosterRows } from '../../src/ports/rosters.ts';

export const outboundDesk = (world: {
  readonly kysely: Kysely<DB>;
  readonly objects: ObjectStore;
  readonly administration: Administration;
  readonly changeFeed: ChangeFeed;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const { kysely, objects, administration, changeFeed: changes, clock, log } = world;
  const stored = sqlRosterRows(kysely);
  const ordered: string[] = [];
  const { tenants } = createAdminStore(kysely);
  const importer = new RosterImporter({ rows: stored, objects, spreadsheets, changes, log });
  /** Read as soon as the transaction is over that ordered it. */
  const rows: RosterRows = {
    ...stored,
    insert: async (...order) => {
      await stored.insert(...order);
      for (const id of ordered.splice(0)) await importer.import(id, new AbortController().signal);
    },
  };
  const desk = {
    rows,
    doNotCall: sqlDoNotCallRows(kysely),
    objects,
    spreadsheets,
    jobs: {
      enqueue: async (_name: string, items: readonly object[]) => {
        for (const { rosterId } of items as { rosterId: string }[]) ordered.push(rosterId);
      },
    },
    audit: (...note: Parameters<Administration['audit']['note']>) =>
      administration.audit.note(...note),
    countryOf: async (tenantId: TenantId) => {
      const tenant = await tenants.find(tenantId);
      const { emergencyNumbers = [] } = tenant?.settings ?? {};
      return { country: tenant?.country ?? '', emergencyNumbers };
    },
    changes,
    clock,
  };
  return {
    rosters: createRosters(desk),
    doNotCall: createDoNotCallList(desk),
    outboundTasks: createOutboundTasks({ ...desk, rows: sqlOutboundTaskRows(kysely) }),
  };
};
