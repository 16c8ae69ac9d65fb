import { ok } from '#base/result.ts';
import { reachOf } from '#core/policy/rights.ts';
import { normaliseNumber } from '#core/routing/phone-number.ts';
import type { AgentId, TenantId } from '#core/ids.ts';
import type { AgentRow } from '#ports/admin-store.ts';
import type { Administration, AgentView, NewAgent, Principal } from '#ports/administration.ts';
import type { SipAccount } from '#ports/try-out.ts';
import { createCollection } from './collection.ts';
import { given, type Context, type Desk } from './desk.ts';
import { checkQueueIds } from './queues.ts';
import { newId, newPassword } from './secrets.ts';

const viewOf = (row: AgentRow): AgentView => ({
  id: row.id,
  version: row.version,
  email: row.email,
  name: row.name,
  agentId: row.agentId,
  sipUsername: row.sipUsername,
  queueIds: row.queueIds,
  callerNumber: row.callerNumber,
  createdAt: row.createdAt.toISOString(),
});

const seesAgent = (who: Principal, row: AgentRow): boolean =>
  reachOf(who.role, 'agents:read') !== 'own' || row.id === who.agentId;

const seal = (desk: Desk, password: string): string =>
  desk.sealer.seal(new TextEncoder().encode(password));

const countryOf = async ({ rows, who }: Context): Promise<string> =>
  (await rows.tenants.find(who.tenantId))?.country ?? '';

const callerNumberOf = async (
  context: Context,
  number: string | null | undefined,
): Promise<string | null> =>
  number ? normaliseNumber(number, await countryOf(context)) : (number ?? null);

export const createAgents = (desk: Desk): Administration['agents'] =>
  createCollection(desk, {
    subject: 'agent',
    topic: 'agents',
    table: (rows) => rows.agents,
    view: viewOf,
    secrets: (row) => ({ sipPassword: row.sipPasswordSealed }),
    taken: {
      agents_agent_id: { code: 'agent/agent-id-taken', field: 'agentId' },
      agents_email: { code: 'agent/email-taken', field: 'email' },
      agents_sip_username: { code: 'agent/sip-username-taken', field: 'sipUsername' },
    },
    sees: seesAgent,
    build: async (context, draft: NewAgent) => {
      const queueIds = await checkQueueIds(context, draft.queueIds ?? []);
      if (!queueIds.ok) return queueIds;
      const made = draft.sipPassword === undefined ? newPassword() : null;
      const row: AgentRow = {
        id: newId() as AgentId,
        version: 1,
        tenantId: context.who.tenantId,
        email: draft.email,
        name: draft.name,
        agentId: draft.agentId,
        sipUsername: draft.sipUsername,
        sipPasswordSealed: seal(desk, draft.sipPassword ?? made ?? ''),
        queueIds: queueIds.value,
        callerNumber: await callerNumberOf(context, draft.callerNumber),
        createdAt: context.now,
      };
      return ok({ row, created: { ...viewOf(row), sipPassword: made } });
    },
    alter: async (context, before, change) => {
      const { sipPassword, queueIds: wanted, callerNumber, ...others } = change;
      const rest = given(others);
      const queueIds = await checkQueueIds(context, wanted ?? before.queueIds);
      if (!queueIds.ok) return queueIds;
      return ok({
        ...before,
        ...rest,
        queueIds: queueIds.value,
        callerNumber:
          callerNumber === undefined
            ? before.callerNumber
            : await callerNumberOf(context, callerNumber),
        sipPasswordSealed:
          sipPassword === undefined ? before.sipPasswordSealed : seal(desk, sipPassword),
      });
    },
    mayRemove: async ({ rows, who }, row) => {
      const numbers = await rows.numbers.countOfTarget(who.tenantId, { kind: 'agent', id: row.id });
      return numbers > 0 ? { code: 'agent/in-use' } : null;
    },
  });

export const sipAccountOf = async (
  { store, sealer }: Desk,
  tenantId: TenantId,
  id: AgentId,
): Promise<SipAccount | null> => {
  const row = await store.agents.find(tenantId, id);
  if (!row) return null;
  const sipPassword = new TextDecoder().decode(sealer.open(row.sipPasswordSealed));
  return { sipUsername: row.sipUsername, sipPassword };
};

export const createAgentSearch =
  (desk: Desk): Administration['searchAgents'] =>
  async (who, text, limit) => {
    const rows = await desk.store.agents.search(who.tenantId, text, limit);
    return rows.filter((row) => seesAgent(who, row)).map(viewOf);
  };
