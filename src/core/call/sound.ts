/** What each leg hears, drawn from the state as a whole, so that no path through a call can forget to stop the music. */
import { heldByOrder, holdsOf } from './hold.ts';
import type { Leg, LegSound, Topology, TopologyEffect } from './topology-words.ts';

const silence: LegSound = { hears: [], plays: null };

export const soundOf = (topology: Topology, leg: Leg): LegSound => {
  if (topology.phase === 'connected') return soundOfTalk(topology, leg);
  if (topology.phase === 'ringing' && topology.target.kind === 'leg') {
    return soundOfRinging(topology, leg);
  }
  const waits = topology.target.kind === 'queue' && topology.phase !== 'preparing';
  return waits && leg.id === topology.originId && leg.stage === 'answered'
    ? { hears: [], plays: 'music' }
    : silence;
};

const hearsOthers = (topology: Topology, leg: Leg): LegSound => ({
  hears: topology.legs.filter((other) => other.id !== leg.id).map((other) => other.id),
  plays: null,
});

/** A held party hears music, and so does each party that neither holds nor gave the order. */
const soundOfTalk = (topology: Topology, leg: Leg): LegSound => {
  if (holdsOf(topology).length === 0) return hearsOthers(topology, leg);
  const isTheHolder = leg.isHolding || !isHeldByAnother(topology, leg);
  return isTheHolder ? silence : { hears: [], plays: 'music' };
};

const isHeldByAnother = (topology: Topology, leg: Leg): boolean =>
  topology.legs.some((other) => other.id !== leg.id && other.isHolding) ||
  (topology.isHeldByOrder && leg.id === heldByOrder(topology)?.id);

/** Early media is passed on as soon as it comes; until then an agent whose phone we rang first hears ringback from us. */
const soundOfRinging = (topology: Topology, leg: Leg): LegSound => {
  if (topology.legs.some((other) => other.hasEarlyMedia)) return hearsOthers(topology, leg);
  return leg.id === topology.originId && leg.stage === 'answered'
    ? { hears: [], plays: 'ringback' }
    : silence;
};

const isSame = (a: LegSound, b: LegSound): boolean =>
  a.plays === b.plays &&
  a.hears.length === b.hears.length &&
  a.hears.every((id, index) => id === b.hears[index]);

/** `sound` for each leg whose sound changed between two states. */
export const soundChanges = (before: Topology, after: Topology): readonly TopologyEffect[] =>
  after.legs.flatMap((leg) => {
    const old = before.legs.find((other) => other.id === leg.id);
    const sound = soundOf(after, leg);
    if (isSame(sound, old === undefined ? silence : soundOf(before, old))) return [];
    return [{ kind: 'sound', legId: leg.id, sound } as const];
  });
