import type { EndStatus } from '../call/end-status.ts';
import type { AgentEntry, QueueEntry, TenantEntry, TrunkEntry } from '../directory.ts';
import type { DirectoryIndex } from './directory-index.ts';
import { type OutboundPlan, type OutboundRefusal, planOutbound } from './outbound.ts';

/** Where a dialled number leads. */
export type Route =
  | { readonly kind: 'queue'; readonly queue: QueueEntry }
  | { readonly kind: 'agent'; readonly agent: AgentEntry }
  | { readonly kind: 'outside'; readonly plan: OutboundPlan }
  /** `*1` and `*0`: an agent whose only screen is the phone says whether calls may come (spec decision 28). */
  | { readonly kind: 'presence'; readonly state: 'available' | 'unavailable' }
  | Refusal;

export interface Refusal {
  readonly kind: 'refused';
  readonly sipStatus: number;
  readonly endStatus: EndStatus;
  /** One sentence for people. */
  readonly cause: string;
}

const refused = (sipStatus: number, endStatus: EndStatus, cause: string): Refusal => ({
  kind: 'refused',
  sipStatus,
  endStatus,
  cause,
});

const noSuchNumber = refused(404, 'numberNotExist', 'the dialled number is not in use');

/** A call that a trunk brings: only the tenant's own numbers lead anywhere, so a trunk can never dial out through another. */
export const routeFromTrunk = (
  index: DirectoryIndex,
  tenant: TenantEntry,
  dialled: string,
): Route => routeOfNumber(index, tenant, dialled) ?? noSuchNumber;

const routeOfNumber = (
  index: DirectoryIndex,
  tenant: TenantEntry,
  dialled: string,
): Route | undefined => {
  const target = index.number(tenant, dialled)?.target;
  if (target === undefined) return undefined;
  if (target.kind === 'queue') {
    const queue = index.queue(target.id);
    return queue === undefined ? noSuchNumber : { kind: 'queue', queue };
  }
  const agent = index.agent(target.id);
  return agent === undefined ? noSuchNumber : { kind: 'agent', agent };
};

/** What an agent's phone dialled: presence codes, a colleague's user name, one of our own numbers, else the outside. */
export const routeFromAgent = (
  index: DirectoryIndex,
  tenant: TenantEntry,
  agent: AgentEntry,
  dialled: string,
): Route => {
  if (dialled === '*1') return { kind: 'presence', state: 'available' };
  if (dialled === '*0') return { kind: 'presence', state: 'unavailable' };
  const colleague = index.agentByUserName(tenant.id, dialled);
  if (colleague !== undefined) {
    return colleague.id === agent.id
      ? refused(486, 'busy', 'the agent dialled their own name')
      : { kind: 'agent', agent: colleague };
  }
  const own = routeOfNumber(index, tenant, dialled);
  if (own !== undefined) {
    return own.kind === 'agent' && own.agent.id === agent.id
      ? refused(486, 'busy', 'the agent dialled their own number')
      : own;
  }
  const plan = planOutbound({ tenant, agent, dialled }, index.trunks(tenant.id));
  return plan.ok ? { kind: 'outside', plan: plan.value } : outboundRefusals[plan.error];
};

const outboundRefusals: Readonly<Record<OutboundRefusal, Refusal>> = {
  'invalid-number': refused(404, 'numberNotExist', 'the dialled number is not a telephone number'),
  'prefix-not-allowed': refused(403, 'restrictedArea', 'calls to that country are not allowed'),
  'no-trunk': refused(503, 'operatorException', 'there is no trunk for outbound calls'),
};

/** The trunk that a call came by, for the ledger; null when an agent began it and it stays inside. */
export const trunkOf = (route: Route): TrunkEntry | null =>
  route.kind === 'outside' ? route.plan.trunk : null;
