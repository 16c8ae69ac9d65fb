/** How far a principal's right reaches, in the words of the library and of live calls. */
import { reachOf, type Right } from '#core/policy/rights.ts';
import type { AgentId } from '#core/ids.ts';
import type { Principal } from '#ports/administration.ts';
import type { LibraryScope } from '#ports/library.ts';
import type { LiveCall } from '#ports/live-calls.ts';

/** A user with the role `agent` who is nobody's agent took part in no call. */
const nobody = '' as AgentId;

export const scopeOf = (who: Principal, right: Right): LibraryScope => {
  const { tenantId } = who;
  const reach = reachOf(who.role, right);
  if (reach === 'tenant' || reach === 'installation') return { tenantId, only: null };
  if (reach === 'queues') return { tenantId, only: { kind: 'queues', queueIds: who.queueIds } };
  return { tenantId, only: { kind: 'agent', agentId: who.agentId ?? nobody } };
};

/** Whether a call that is up lies within the reach. Its tenant is known to be right. */
export const reachesCall = (who: Principal, right: Right, call: LiveCall): boolean => {
  const { only } = scopeOf(who, right);
  if (only === null) return true;
  if (only.kind === 'queues') return call.queueId !== null && only.queueIds.includes(call.queueId);
  return call.agentIds.includes(only.agentId);
};

/** Whether an agent lies within the reach: everybody, those of the own queues, or oneself. */
export const reachesAgent = (
  who: Principal,
  right: Right,
  agent: { readonly id: AgentId; readonly queueIds: readonly string[] },
): boolean => {
  const { only } = scopeOf(who, right);
  if (only === null) return true;
  if (only.kind === 'queues') return only.queueIds.some((id) => agent.queueIds.includes(id));
  return agent.id === only.agentId;
};
