/** Who is held and by whom, drawn from the legs: hold is the SDP direction of a leg, or an order of the console. */
import type { LegId } from '../ids.ts';
import type { HoldReason } from '../recording/marks.ts';
import type { Leg, Topology, TopologyEffect } from './topology-words.ts';

export interface Hold {
  readonly reason: HoldReason;
  /** The party that waits. */
  readonly legId: LegId;
}

/** At most one per reason: an agent who holds by phone and by console at once holds the customer once. */
export const holdsOf = (topology: Topology): readonly Hold[] => {
  if (topology.phase !== 'connected') return [];
  const holds: Hold[] = [];
  const add = (reason: HoldReason, held: Leg | undefined): void => {
    if (held === undefined || holds.some((hold) => hold.reason === reason)) return;
    holds.push({ reason, legId: held.id });
  };
  for (const leg of topology.legs.filter((other) => other.isHolding)) {
    const reason = leg.party === 'agent' ? 'held-by-agent' : 'held-by-customer';
    add(
      reason,
      topology.legs.find((other) => other.id !== leg.id),
    );
  }
  if (topology.isHeldByOrder) add('held-by-agent', heldByOrder(topology));
  return holds;
};

/** Whom an order of the console puts on hold: the customer; between agents, the one who was called. */
export const heldByOrder = (topology: Topology): Leg | undefined =>
  topology.legs.find((leg) => leg.party === 'customer') ??
  topology.legs.find((leg) => leg.id !== topology.originId);

/** `held` and `unheld` for what changed between two states. */
export const holdChanges = (before: Topology, after: Topology): readonly TopologyEffect[] => {
  const old = holdsOf(before);
  const now = holdsOf(after);
  const missingIn = (list: readonly Hold[], hold: Hold): boolean =>
    !list.some((other) => other.reason === hold.reason);
  return [
    ...now
      .filter((hold) => missingIn(old, hold))
      .map((hold) => ({ kind: 'held', ...hold }) as const),
    ...old
      .filter((hold) => missingIn(now, hold))
      .map((hold) => ({ kind: 'unheld', ...hold }) as const),
  ];
};
