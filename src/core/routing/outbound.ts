import { getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js';
import { ok, refuse, type Result } from '#base/result.ts';
import type { AgentEntry, TenantEntry, TrunkEntry } from '../directory.ts';
import { dialableNumber, isEmergency } from './phone-number.ts';

export interface OutboundPlan {
  readonly trunk: TrunkEntry;
  /** E.164, or an emergency number as dialled. */
  readonly number: string;
  /** Always one of the trunk's own numbers, so that nobody presents a number that is not theirs. */
  readonly callerNumber: string;
  readonly isEmergency: boolean;
}

export type OutboundRefusal = 'invalid-number' | 'prefix-not-allowed' | 'no-trunk';

export interface OutboundWish {
  readonly tenant: TenantEntry;
  /** Whose number is presented when none is asked for; a task has none. */
  readonly agent: Pick<AgentEntry, 'callerNumber'>;
  readonly dialled: string;
  /** Asked for on this call; goes before the agent's own number. */
  readonly callerNumber?: string;
}

/**
 * Trunk, number and caller number of a call that an agent makes to the outside. Emergency numbers pass every rule but the need of
 * a trunk (spec decision 15); others must lie in an allowed prefix, by default the tenant's own country (decision 30).
 *
 * @param trunks the tenant's trunks, in the order to try
 */
export const planOutbound = (
  wish: OutboundWish,
  trunks: readonly TrunkEntry[],
): Result<OutboundPlan, OutboundRefusal> => {
  const { tenant, dialled } = wish;
  const emergency = isEmergency(dialled, tenant.emergencyNumbers);
  const number = emergency
    ? dialled.replaceAll(/\D/gu, '')
    : dialableNumber(dialled, tenant.country);
  if (number === null) return refuse('invalid-number');
  if (!emergency && !allowedPrefixes(tenant).some((prefix) => number.startsWith(prefix))) {
    return refuse('prefix-not-allowed');
  }
  const identity = chooseIdentity(wish, trunks, emergency);
  if (identity === null) return refuse('no-trunk');
  return ok({ ...identity, number, isEmergency: emergency });
};

const allowedPrefixes = (tenant: TenantEntry): readonly string[] => {
  if (tenant.allowedPrefixes.length > 0) return tenant.allowedPrefixes;
  return isSupportedCountry(tenant.country) ? [`+${getCountryCallingCode(tenant.country)}`] : [];
};

/** A number asked for by name must exist; an agent's own number that no trunk has any more falls back to the first trunk's. */
const chooseIdentity = (
  wish: OutboundWish,
  trunks: readonly TrunkEntry[],
  emergency: boolean,
): { trunk: TrunkEntry; callerNumber: string } | null => {
  const owner = (number: string): TrunkEntry | undefined =>
    trunks.find((trunk) => trunk.callerNumbers.includes(number));
  if (wish.callerNumber !== undefined) {
    const trunk = owner(wish.callerNumber);
    if (trunk !== undefined) return { trunk, callerNumber: wish.callerNumber };
    if (!emergency) return null;
  }
  const own = wish.agent.callerNumber;
  const ownTrunk = own === null ? undefined : owner(own);
  if (own !== null && ownTrunk !== undefined) return { trunk: ownTrunk, callerNumber: own };
  const first = trunks[0];
  if (first === undefined) return null;
  return {
    trunk: first,
    callerNumber: first.callerNumbers[0] ?? first.credentials?.username ?? 'anonymous',
  };
};
