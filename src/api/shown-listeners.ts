/** Who listens to a call is the tenant's to show to its agents, or not (spec decision 33). */
import { reachOf } from '#core/policy/rights.ts';
import type { Administration, Principal } from '#ports/administration.ts';
import type { LiveCall } from '#ports/live-calls.ts';

/** What this one may know of a call that is up. */
export const shownTo = async (
  tenants: Pick<Administration['tenants'], 'find'>,
  who: Principal,
): Promise<(live: LiveCall) => LiveCall> => {
  const isAgent = reachOf(who.role, 'calls:read') === 'own';
  const tenant = isAgent ? await tenants.find({ ...who, role: 'admin' }, who.tenantId) : null;
  if (!isAgent || tenant?.agentsSeeListening === true) return (live) => live;
  return (live) => ({ ...live, listeners: [] });
};
