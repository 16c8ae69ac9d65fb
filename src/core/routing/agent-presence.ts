/**
 * Whether an agent can be rung, as a machine of its own (spec decision 28). What the agent wishes and what their phones allow are
 * kept apart: an agent who is set available and has no phone registered is unavailable until one registers.
 */
import { assertNever } from '#base/assert-never.ts';

export type AgentState = 'unavailable' | 'available' | 'onCall' | 'wrapUp';

export interface AgentPresence {
  readonly contacts: number;
  readonly wish: 'available' | 'unavailable';
  /** Why the wish is `unavailable`: a phone that comes back undoes a missed call, but not what a person chose. */
  readonly wishedBy: 'default' | 'person' | 'missed-call';
  /** Since when that is so. */
  readonly wishedAtMs: number;
  /** Calls the agent dialled or answered and that are still up; a phone may have a second line. */
  readonly calls: number;
  /** A call has picked this agent and its ring has not come to an end. */
  readonly isRung: boolean;
  readonly isWrappingUp: boolean;
  /** Since when the state is the same, whatever its reason. */
  readonly sinceMs: number;
  /** Since when the agent waits for a call; the longest is rung first. Not changed by a ring that came to nothing. */
  readonly idleSinceMs: number;
}

export type PresenceEvent =
  | { readonly kind: 'contacts'; readonly contacts: number }
  | { readonly kind: 'chosen'; readonly state: 'available' | 'unavailable' }
  /** A call has picked this agent: no other call may until it says what came of it. */
  | { readonly kind: 'rung' }
  /** Answered the ring. */
  | { readonly kind: 'joined' }
  | { readonly kind: 'dialled' }
  /** The ring came to nothing through no doing of the agent. */
  | { readonly kind: 'released' }
  | { readonly kind: 'missed' }
  | { readonly kind: 'left'; readonly wrapsUp: boolean }
  | { readonly kind: 'wrapUpOver' };

export const newPresence = (nowMs: number): AgentPresence => ({
  contacts: 0,
  wish: 'available',
  wishedBy: 'default',
  wishedAtMs: nowMs,
  calls: 0,
  isRung: false,
  isWrappingUp: false,
  sinceMs: nowMs,
  idleSinceMs: nowMs,
});

/** The state as the console and the API show it. */
export const stateOf = (presence: AgentPresence): AgentState => {
  if (presence.calls > 0) return 'onCall';
  if (presence.isWrappingUp) return 'wrapUp';
  return presence.wish === 'available' && presence.contacts > 0 ? 'available' : 'unavailable';
};

export type AwayReason = 'noPhone' | 'chosen' | 'missedCall';

/** Why no call may come: what a person chose, else the missing phone, else the ring that nobody took. Null in any other state. */
export const awayReasonOf = (presence: AgentPresence): AwayReason | null => {
  if (stateOf(presence) !== 'unavailable') return null;
  if (presence.wish === 'unavailable' && presence.wishedBy === 'person') return 'chosen';
  return presence.contacts === 0 ? 'noPhone' : 'missedCall';
};

/** Since when the visible state stands. Who is away by choice or for a missed call is so since then, whatever calls came between. */
export const stateSinceMs = (presence: AgentPresence): number => {
  const reason = awayReasonOf(presence);
  return reason === 'chosen' || reason === 'missedCall' ? presence.wishedAtMs : presence.sinceMs;
};

/** May a queue offer this agent a call now? */
export const canBeOffered = (presence: AgentPresence): boolean =>
  !presence.isRung && stateOf(presence) === 'available';

/** May a call that names this agent (their own number, a colleague) ring them now? */
export const canBeRung = (presence: AgentPresence): boolean =>
  presence.contacts > 0 && presence.calls === 0 && !presence.isRung;

/** Does somebody sit there at all: available now, or as soon as the present call or wrap-up is over? */
export const isSeatOnline = (presence: AgentPresence): boolean =>
  presence.contacts > 0 && presence.wish === 'available';

export const decidePresence = (
  presence: AgentPresence,
  event: PresenceEvent,
  nowMs: number,
): AgentPresence => {
  const changed = { ...presence, ...changeBy(presence, event) };
  const isWishNew = changed.wish !== presence.wish || changed.wishedBy !== presence.wishedBy;
  const next = isWishNew ? { ...changed, wishedAtMs: nowMs } : changed;
  const before = stateOf(presence);
  const after = stateOf(next);
  if (before === after) return next;
  return {
    ...next,
    sinceMs: nowMs,
    idleSinceMs: after === 'available' ? nowMs : next.idleSinceMs,
  };
};

const changeBy = (presence: AgentPresence, event: PresenceEvent): Partial<AgentPresence> => {
  switch (event.kind) {
    case 'contacts': {
      const phoneCameBack = presence.contacts === 0 && event.contacts > 0;
      return phoneCameBack && presence.wishedBy === 'missed-call'
        ? { contacts: event.contacts, wish: 'available', wishedBy: 'default' }
        : { contacts: event.contacts };
    }
    case 'chosen':
      return { wish: event.state, wishedBy: 'person', isWrappingUp: false };
    case 'rung':
      return { isRung: true };
    case 'joined':
      return { isRung: false, isWrappingUp: false, calls: presence.calls + 1 };
    case 'dialled':
      return { isWrappingUp: false, calls: presence.calls + 1 };
    case 'released':
      return { isRung: false };
    case 'missed':
      // Who dials out while the phone rings is at work, not away; who chose to be away stays so.
      return presence.calls > 0 || presence.wish === 'unavailable'
        ? { isRung: false }
        : { isRung: false, wish: 'unavailable', wishedBy: 'missed-call' };
    case 'left': {
      const calls = Math.max(0, presence.calls - 1);
      return { calls, isWrappingUp: calls === 0 && event.wrapsUp };
    }
    case 'wrapUpOver':
      return { isWrappingUp: false };
    default:
      return assertNever(event);
  }
};

/** Of those that can be offered a call, the one who has waited longest; on a tie the first of the list. */
export const longestIdle = <T>(
  agents: readonly T[],
  presenceOf: (agent: T) => AgentPresence | undefined,
): T | undefined => {
  let chosen: T | undefined;
  let since = Infinity;
  for (const agent of agents) {
    const presence = presenceOf(agent);
    if (presence === undefined || !canBeOffered(presence) || presence.idleSinceMs >= since)
      continue;
    chosen = agent;
    since = presence.idleSinceMs;
  }
  return chosen;
};
