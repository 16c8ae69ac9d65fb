/**
 * Who takes part in a call and how it goes on: a pure machine, (state, event) → (state, effects).
 *
 * Every call has an origin (the leg that began it: a customer's by a trunk, an agent's by their phone, or an agent's that we ring
 * for click-to-call) and a target (the next free agent of a queue, one agent, or a number outside).
 *
 * ```
 * preparing ──► waiting ◄──► ringing ──► connected ──► ended
 *     │          (queue)        ▲                        ▲
 *     └─────────────────────────┘         any phase ─────┘
 * ```
 *
 * The person an outbound task calls is an origin that we dial: an automatic task goes from `preparing` to `telling` its message, a
 * predictive one seeks an agent like a queue, and tells the message when none comes in time.
 *
 * Transfers and third parties will be more events of `connected`; a call keeps its legs as a list for them.
 */
import { assertNever } from '#base/assert-never.ts';
import { Fault } from '#base/fault.ts';
import type { LegId } from '../ids.ts';
import {
  endOfFailure,
  endOfHangUp,
  endOfLeaving,
  endOfMessage,
  endOfOriginFailure,
  endOfShutdown,
  endOfSilence,
  endOfTarget,
  endOfWaiting,
  failureOf,
} from './ending.ts';
import { heldByOrder, holdChanges } from './hold.ts';
import { soundChanges } from './sound.ts';
import type {
  AgentChange,
  CallEnd,
  CallPlan,
  Leg,
  LegEnding,
  LegFacts,
  Topology,
  TopologyEffect,
  TopologyEvent,
  TopologyStep,
} from './topology-words.ts';

/** The first step of a call. An agent who dials is on a call from then on; one who is rung first joins by answering. */
export const beginCall = (plan: CallPlan): TopologyStep => {
  const { origin, target } = plan;
  const topology: Topology = {
    phase: 'preparing',
    callType: plan.callType,
    originId: origin.id,
    target,
    legs: [{ ...origin, stage: 'early', hasEarlyMedia: false, isHolding: false }],
    isHeldByOrder: false,
    gotMedia: false,
    wasRung: false,
  };
  if (target.kind === 'refused') {
    const { topology: ended, effects } = end(topology, target.end, target.sipStatus);
    // The agent who dialled in vain was never on this call.
    return { topology: ended, effects: effects.filter((effect) => effect.kind !== 'agent') };
  }
  if (origin.direction === 'out') {
    return { topology, effects: [{ kind: 'place', leg: origin }] };
  }
  const dials = agentEffects(origin, { kind: 'dialled' });
  return { topology, effects: [...dials, { kind: 'prepare', legId: origin.id }] };
};

/** Whether an order of the console makes sense now; null = it does. */
export const refusalOfOrder = (
  topology: Topology,
  order: 'hang-up' | 'hold' | 'unhold',
): 'not-connected' | 'already-so' | null => {
  if (topology.phase === 'ended') return 'not-connected';
  if (order === 'hang-up') return null;
  if (topology.phase !== 'connected') return 'not-connected';
  return topology.isHeldByOrder === (order === 'hold') ? 'already-so' : null;
};

export const decideTopology = (before: Topology, event: TopologyEvent): TopologyStep => {
  const { topology, effects } = decidePhase(before, event);
  if (topology.phase === 'ended') return { topology, effects };
  return {
    topology,
    effects: [...effects, ...soundChanges(before, topology), ...holdChanges(before, topology)],
  };
};

const decidePhase = (topology: Topology, event: TopologyEvent): TopologyStep => {
  switch (topology.phase) {
    case 'preparing':
      return whilePreparing(topology, event);
    case 'waiting':
      return whileWaiting(topology, event);
    case 'ringing':
      return whileRinging(topology, event);
    case 'telling':
      return whileTelling(topology, event);
    case 'connected':
      return whileConnected(topology, event);
    case 'ended':
      return afterEnd(topology, event);
    default:
      return assertNever(topology.phase);
  }
};

/** The origin's media is being opened, or (click-to-call) its phone rings. */
const whilePreparing = (topology: Topology, event: TopologyEvent): TopologyStep => {
  const isOrigin = 'legId' in event && event.legId === topology.originId;
  if (event.kind === 'legReady' && isOrigin) return seekTarget(topology);
  if (event.kind === 'legRinging' && isOrigin) {
    return stay(withLeg(topology, event.legId, { stage: 'ringing' }));
  }
  if (event.kind === 'legAnswered' && isOrigin) {
    const answered = withLeg(topology, event.legId, { stage: 'answered' });
    const joins = agentEffects(originOf(topology), { kind: 'joined' });
    const next = seekTarget(answered);
    return { topology: next.topology, effects: [...joins, ...next.effects] };
  }
  return inAnyPhase(topology, event);
};

const seekTarget = (topology: Topology): TopologyStep => {
  const { target } = topology;
  if (target.kind === 'queue') {
    return { topology: { ...topology, phase: 'waiting' }, effects: [{ kind: 'seekAgent' }] };
  }
  if (target.kind === 'leg') return placeTarget(topology, target.leg);
  if (target.kind === 'agentOrMessage') {
    return {
      topology: { ...topology, phase: 'waiting', gotMedia: true },
      effects: [{ kind: 'awaitAgent' }, { kind: 'seekAgent' }],
    };
  }
  if (target.kind === 'message') {
    const { topology: telling, effects } = tell(topology);
    // The person is the whole call: by the rule of tasks it is answered, and not recorded (spec decisions 6 and 13).
    return {
      topology: telling,
      effects: [...effects, { kind: 'connected', legIds: [topology.originId] }],
    };
  }
  return stay(topology);
};

const tell = (topology: Topology): TopologyStep => ({
  topology: { ...topology, phase: 'telling', gotMedia: true },
  effects: [{ kind: 'tellMessage', legId: topology.originId }],
});

const isQueued = ({ target }: Topology): boolean =>
  target.kind === 'queue' || target.kind === 'agentOrMessage';

/** No agent came in time: whoever still rings is let go, and the person hears the message. */
const giveUpAgent = (topology: Topology): TopologyStep => {
  const target = targetOf(topology);
  const { topology: telling, effects } = tell(
    target === undefined ? topology : withoutLeg(topology, target.id),
  );
  const closing: readonly TopologyEffect[] =
    target === undefined
      ? []
      : [
          ...agentEffects(target, { kind: 'released' }),
          { kind: 'hangUp', legId: target.id, reason: 'the person was told the message' },
        ];
  return { topology: telling, effects: [{ kind: 'leaveQueue' }, ...closing, ...effects] };
};

const placeTarget = (topology: Topology, leg: LegFacts): TopologyStep => ({
  topology: {
    ...topology,
    phase: 'ringing',
    legs: [originOf(topology), { ...leg, stage: 'early', hasEarlyMedia: false, isHolding: false }],
  },
  effects: [{ kind: 'place', leg }],
});

/** In the queue: the caller hears the waiting tone, nobody rings. */
const whileWaiting = (topology: Topology, event: TopologyEvent): TopologyStep => {
  if (event.kind === 'queued') return playWaitingTone(topology);
  if (event.kind === 'agentChosen') return placeTarget(topology, event.leg);
  const isTask = topology.target.kind === 'agentOrMessage';
  if (isTask && (event.kind === 'agentOverdue' || event.kind === 'waitEnded')) {
    return giveUpAgent(topology);
  }
  if (event.kind === 'waitEnded')
    return end(topology, endOfWaiting(event.why, topology.wasRung), 480);
  return inAnyPhase(topology, event);
};

const playWaitingTone = (topology: Topology): TopologyStep => {
  const origin = originOf(topology);
  if (origin.stage !== 'early' || topology.target.kind !== 'queue') return stay(topology);
  return topology.target.waitingTone === 'music'
    ? answerOrigin(topology)
    : {
        topology: withLeg(topology, origin.id, { stage: 'ringing' }),
        effects: [{ kind: 'ring', legId: origin.id, hasEarlyMedia: false }],
      };
};

const answerOrigin = (topology: Topology): TopologyStep => {
  const origin = originOf(topology);
  if (origin.stage === 'answered') return stay(topology);
  const answered = withLeg(topology, origin.id, { stage: 'answered' });
  return {
    topology: { ...answered, gotMedia: true },
    effects: [{ kind: 'answer', legId: origin.id }],
  };
};

/** The target has been asked. */
const whileRinging = (topology: Topology, event: TopologyEvent): TopologyStep => {
  if (event.kind === 'agentOverdue' && isQueued(topology)) return giveUpAgent(topology);
  const target = targetOf(topology);
  const isTarget = target !== undefined && 'legId' in event && event.legId === target.id;
  if (!isTarget) return inAnyPhase(topology, event);
  if (event.kind === 'legRinging') return passRinging(topology, target, event.hasEarlyMedia);
  if (event.kind === 'legAnswered') return connect(topology, target);
  if (event.kind === 'legEnded') return passOver(topology, target, event.ending);
  if (event.kind === 'legFailed') {
    const ending = failureOf(event.sipStatus, event.why);
    return event.sipStatus >= 500
      ? giveUpTarget(topology, target, ending)
      : passOver(topology, target, ending, true);
  }
  return inAnyPhase(topology, event);
};

const passRinging = (topology: Topology, target: Leg, hasEarlyMedia: boolean): TopologyStep => {
  const origin = originOf(topology);
  const isNews = hasEarlyMedia && !target.hasEarlyMedia;
  const heard = withLeg(topology, target.id, {
    stage: 'ringing',
    hasEarlyMedia: target.hasEarlyMedia || hasEarlyMedia,
  });
  // A queue tells its caller about waiting, not about each phone that rings.
  if (origin.stage === 'answered' || isQueued(topology)) return stay(heard);
  if (origin.stage === 'ringing' && !isNews) return stay(heard);
  return {
    topology: withLeg(heard, origin.id, { stage: 'ringing' }),
    effects: [{ kind: 'ring', legId: origin.id, hasEarlyMedia }],
  };
};

const connect = (topology: Topology, target: Leg): TopologyStep => {
  const both = withLeg(topology, target.id, { stage: 'answered' });
  const answered = answerOrigin(both);
  return {
    topology: { ...answered.topology, phase: 'connected', gotMedia: true },
    effects: [
      ...agentEffects(target, { kind: 'joined' }),
      ...answered.effects,
      { kind: 'connected', legIds: answered.topology.legs.map((leg) => leg.id) },
    ],
  };
};

/** This target did not come: a queue looks for the next agent, any other call ends as the target said. */
const passOver = (
  topology: Topology,
  target: Leg,
  ending: LegEnding,
  isLegUp = false,
): TopologyStep => {
  // A queue that let the agent keep the place in line would ring the same phone again and again.
  const isMissed = isQueued(topology) || topology.callType === 'inbound';
  const agent = agentEffects(target, { kind: isMissed ? 'missed' : 'released' });
  const closing: readonly TopologyEffect[] = isLegUp
    ? [{ kind: 'hangUp', legId: target.id, reason: ending.text }]
    : [];
  const without = withoutLeg(topology, target.id);
  if (isQueued(topology)) {
    return {
      topology: { ...without, phase: 'waiting', wasRung: true },
      effects: [...agent, ...closing, { kind: 'seekAgent' }],
    };
  }
  const { callEnd, sipStatus } = endOfTarget(ending);
  const step = end(without, callEnd, sipStatus);
  return { topology: step.topology, effects: [...agent, ...closing, ...step.effects] };
};

/** Our own want, of ports for one: no other agent would fare better, and this one has missed nothing. */
const giveUpTarget = (topology: Topology, target: Leg, ending: LegEnding): TopologyStep => {
  const { callEnd, sipStatus } = endOfTarget(ending);
  const step = end(withoutLeg(topology, target.id), callEnd, sipStatus);
  const hangUp = { kind: 'hangUp', legId: target.id, reason: ending.text } as const;
  const released = agentEffects(target, { kind: 'released' });
  return { topology: step.topology, effects: [...released, hangUp, ...step.effects] };
};

/** The message has an end of its own, so a person who only listens is not taken for a dead phone. */
const whileTelling = (topology: Topology, event: TopologyEvent): TopologyStep => {
  if (event.kind === 'messageOver') return end(topology, endOfMessage, 480);
  if (event.kind === 'legSilent') return stay(topology);
  return inAnyPhase(topology, event);
};

const whileConnected = (topology: Topology, event: TopologyEvent): TopologyStep => {
  if (event.kind === 'holdOrdered') {
    const held = heldByOrder(topology);
    if (held === undefined || topology.isHeldByOrder === event.isHeld) return stay(topology);
    return {
      topology: { ...topology, isHeldByOrder: event.isHeld },
      effects: [{ kind: 'offerHold', legId: held.id, isHeld: event.isHeld }],
    };
  }
  return inAnyPhase(topology, event);
};

/** What means the same whatever the call is doing: somebody leaves, holds, falls silent, or is told to stop. */
const inAnyPhase = (topology: Topology, event: TopologyEvent): TopologyStep => {
  switch (event.kind) {
    case 'legEnded': {
      const leg = topology.legs.find((other) => other.id === event.legId);
      if (leg === undefined) return stay(topology);
      return end(topology, endOfLeaving(topology, leg, event.ending), 480, leg.id);
    }
    case 'legFailed':
      return isKnown(topology, event.legId)
        ? end(topology, endOfOriginFailure(event.sipStatus, event.why), event.sipStatus)
        : stay(topology);
    case 'legHolds':
      return isKnown(topology, event.legId)
        ? stay(withLeg(topology, event.legId, { isHolding: event.isHolding }))
        : stay(topology);
    case 'legSilent': {
      const leg = topology.legs.find((other) => other.id === event.legId);
      if (leg?.stage !== 'answered' || leg.isHolding) return stay(topology);
      return end(topology, endOfSilence(leg, event.silentMs), 480);
    }
    case 'hangUpOrdered':
      return end(topology, endOfHangUp(topology), 480);
    case 'shutdown':
      return end(topology, endOfShutdown, 503);
    case 'broken':
      return end(topology, endOfFailure(event.why), 500);
    case 'agentChosen':
      return releaseAgent(topology, event.leg);
    // Out of season: the other phases above are the ones that ask for them.
    case 'legReady':
    case 'queued':
    case 'waitEnded':
    case 'legRinging':
    case 'legAnswered':
    case 'holdOrdered':
    case 'agentOverdue':
    case 'messageOver':
      return stay(topology);
    default:
      return assertNever(event);
  }
};

/** Nothing happens any more, but that an agent who was picked in the same instant is let go. */
const afterEnd = (topology: Topology, event: TopologyEvent): TopologyStep =>
  event.kind === 'agentChosen' ? releaseAgent(topology, event.leg) : stay(topology);

const releaseAgent = (topology: Topology, leg: LegFacts): TopologyStep => ({
  topology,
  effects: agentEffects(leg, { kind: 'released' }),
});

/**
 * Ends the call: every leg that is still up is told, every agent is let go, the queue is left.
 *
 * @param sipStatus for an origin that has no answer yet
 * @param goneId the leg that has left by itself
 */
const end = (
  topology: Topology,
  callEnd: CallEnd,
  sipStatus: number,
  goneId?: LegId,
): TopologyStep => {
  const reason = callEnd.cause;
  const isUnanswered = (leg: Leg): boolean => leg.direction === 'in' && leg.stage !== 'answered';
  const closings = topology.legs
    .filter((leg) => leg.id !== goneId)
    .map((leg): TopologyEffect =>
      isUnanswered(leg)
        ? { kind: 'reject', legId: leg.id, sipStatus, reason }
        : { kind: 'hangUp', legId: leg.id, reason },
    );
  const inQueue = isQueued(topology) && topology.phase !== 'connected';
  // The agent whom the call is for was taken when it was made.
  const unplaced =
    topology.target.kind === 'leg' && topology.phase === 'preparing'
      ? agentEffects(topology.target.leg, { kind: 'released' })
      : [];
  return {
    topology: { ...topology, phase: 'ended', legs: [] },
    effects: [
      ...(inQueue ? [{ kind: 'leaveQueue' } as const] : []),
      ...closings,
      ...unplaced,
      ...topology.legs.flatMap((leg) => agentEffects(leg, departureOf(topology, leg))),
      { kind: 'ended', end: callEnd },
    ],
  };
};

/** An agent who dialled or answered was on a call; one whose phone only rang was not. Wrap-up follows talk with a customer. */
const departureOf = (topology: Topology, leg: Leg): AgentChange => {
  const hasJoined = leg.direction === 'in' || leg.stage === 'answered';
  if (!hasJoined) return { kind: 'released' };
  const wrapsUp = topology.phase === 'connected' && topology.callType !== 'internal';
  return { kind: 'left', wrapsUp };
};

const agentEffects = (leg: LegFacts, change: AgentChange): readonly TopologyEffect[] =>
  leg.agentId === null ? [] : [{ kind: 'agent', agentId: leg.agentId, change }];

const stay = (topology: Topology): TopologyStep => ({ topology, effects: [] });

const isKnown = (topology: Topology, legId: LegId): boolean =>
  topology.legs.some((leg) => leg.id === legId);

const originOf = (topology: Topology): Leg => {
  const origin = topology.legs.find((leg) => leg.id === topology.originId);
  if (origin === undefined) throw new Fault('call/no-origin', 'a call without its origin goes on');
  return origin;
};

const targetOf = (topology: Topology): Leg | undefined =>
  topology.legs.find((leg) => leg.id !== topology.originId);

const withLeg = (topology: Topology, legId: LegId, change: Partial<Leg>): Topology => ({
  ...topology,
  legs: topology.legs.map((leg) => (leg.id === legId ? { ...leg, ...change } : leg)),
});

const withoutLeg = (topology: Topology, legId: LegId): Topology => ({
  ...topology,
  legs: topology.legs.filter((leg) => leg.id !== legId),
});
