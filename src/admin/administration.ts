import type { AgentId, TenantId } from '#core/ids.ts';
import type { AdminStore } from '#ports/admin-store.ts';
import type { Administration } from '#ports/administration.ts';
import type { Clock } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import { createAccess } from './access.ts';
import { createAgents, createAgentSearch, sipAccountOf } from './agents.ts';
import { createApiKeys } from './api-keys.ts';
import { createCallRecording } from './call-recording.ts';
import { noteOf, type Desk } from './desk.ts';
import { ensureFirstAdmin, systemPrincipal, type FirstAdmin } from './first-run.ts';
import { createNumbers } from './numbers.ts';
import { createPasswords, type PasswordCost } from './passwords.ts';
import { createQueues } from './queues.ts';
import { createTenants } from './tenants.ts';
import { createTrunks } from './trunks.ts';
import { newPassword } from './secrets.ts';
import type { SipAccount } from '#ports/try-out.ts';
import { ensureTryOutAnew, type TryOutAnew } from './try-out.ts';
import { createUsers } from './users.ts';

export interface AdministrationOptions {
  readonly store: AdminStore;
  readonly sealer: Sealer;
  readonly changeFeed: ChangeFeed;
  readonly clock: Clock;
  readonly log: Log;
  /** Lower in tests only. */
  readonly passwordCost?: PasswordCost;
}

/** The administration and what only the program itself may ask of it. */
export interface AdministrationDesk extends Administration {
  /** @returns the sign-in to print once, or null when there are users already */
  ensureFirstAdmin(wanted: {
    readonly email: string;
    readonly password: string | null;
  }): Promise<FirstAdmin | null>;
  /** With a new SIP password each time. @param tenantId default: the oldest tenant */
  ensureTryOut(tenantId?: TenantId): Promise<TryOutAnew>;
  /** What a phone of the agent signs in with, for the built-in one alone: it never leaves the process. */
  sipAccountOf(tenantId: TenantId, agentId: AgentId): Promise<SipAccount | null>;
}

export const createAdministration = (options: AdministrationOptions): AdministrationDesk => {
  const { store, sealer, changeFeed, clock, log } = options;
  const passwords = createPasswords(options.passwordCost);
  const desk: Desk = { store, sealer, changeFeed, clock, passwords };
  const administration: Administration = {
    access: createAccess(desk, log),
    tenants: createTenants(desk),
    users: createUsers(desk),
    apiKeys: createApiKeys(desk),
    trunks: createTrunks(desk),
    numbers: createNumbers(desk),
    agents: createAgents(desk),
    newSipPassword: newPassword,
    searchAgents: createAgentSearch(desk),
    queues: createQueues(desk),
    callRecording: createCallRecording(desk),
    audit: {
      list: (who, page, filter) => store.audit.list(who.tenantId, page, filter),
      note: (who, note) => noteOf(store, who, new Date(clock.nowMs()), note),
    },
  };
  return {
    ...administration,
    ensureFirstAdmin: (wanted) => ensureFirstAdmin(desk, wanted),
    sipAccountOf: (tenantId, agentId) => sipAccountOf(desk, tenantId, agentId),
    ensureTryOut: async (tenantId) => {
      const [oldest] = (await store.tenants.list({ limit: 1, cursor: null })).items;
      return ensureTryOutAnew(
        administration,
        systemPrincipal(tenantId ?? oldest?.id ?? ('' as TenantId)),
        log,
      );
    },
  };
};
