import type { Kysely } from 'kysely';
import type { AdminRows, AdminStore } from '#ports/admin-store.ts';
import type { DB } from '../schema.ts';
import { agentRows } from './agents.ts';
import { apiKeyRows } from './api-keys.ts';
import { auditRows } from './audit.ts';
import { numberRows } from './numbers.ts';
import { queueRows } from './queues.ts';
import { sessionRows } from './sessions.ts';
import { settingsRows } from './settings.ts';
import { tenantTable } from './tenants.ts';
import { trunkRows } from './trunks.ts';
import { userRows } from './users.ts';

const rowsOf = (db: Kysely<DB>): AdminRows => ({
  tenants: tenantTable(db),
  users: userRows(db),
  sessions: sessionRows(db),
  apiKeys: apiKeyRows(db),
  audit: auditRows(db),
  trunks: trunkRows(db),
  numbers: numberRows(db),
  agents: agentRows(db),
  queues: queueRows(db),
  settings: settingsRows(db),
});

/** The administration's rows in either database. */
export const createAdminStore = (db: Kysely<DB>): AdminStore => ({
  ...rowsOf(db),
  transaction: (work) => db.transaction().execute((transaction) => work(rowsOf(transaction))),
});
