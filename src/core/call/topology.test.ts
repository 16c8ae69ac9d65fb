import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentId, LegId } from '../ids.ts';
import { endOfWaiting } from './ending.ts';
import { beginCall, decideTopology, refusalOfOrder } from './topology.ts';
import type {
  CallPlan,
  LegEnding,
  LegFacts,
  Target,
  Topology,
  TopologyEffect,
  TopologyEvent,
} from './topology-words.ts';

const legId = (name: string): LegId => name as LegId;
const caller: LegFacts = {
  id: legId('caller'),
  party: 'customer',
  participant: 1,
  agentId: null,
  direction: 'in',
};
const callee: LegFacts = { ...caller, id: legId('callee'), direction: 'out' };
const agentLeg = (name: string, direction: 'in' | 'out'): LegFacts => ({
  id: legId(name),
  party: 'agent',
  participant: 2,
  agentId: name as AgentId,
  direction,
});
const ani = agentLeg('ani', 'out');
const budi = agentLeg('budi', 'out');
const dialler = agentLeg('ani', 'in');

const queue = (waitingTone: 'ringback' | 'music'): Target => ({ kind: 'queue', waitingTone });
const inbound = (target: Target): CallPlan => ({ callType: 'inbound', origin: caller, target });
const outbound: CallPlan = {
  callType: 'agentOutbound',
  origin: dialler,
  target: { kind: 'leg', leg: callee },
};
const clickToCall: CallPlan = { ...outbound, origin: ani };
const internal: CallPlan = {
  callType: 'internal',
  origin: dialler,
  target: { kind: 'leg', leg: budi },
};

const said = (effect: TopologyEffect): string => {
  switch (effect.kind) {
    case 'place':
      return `place ${effect.leg.id}`;
    case 'ring':
      return `ring ${effect.legId}${effect.hasEarlyMedia ? ' with early media' : ''}`;
    case 'reject':
      return `reject ${effect.legId} ${effect.sipStatus}`;
    case 'agent':
      return `${effect.agentId} ${effect.change.kind}${effect.change.kind === 'left' && effect.change.wrapsUp ? ' to wrap up' : ''}`;
    case 'sound':
      return `${effect.legId} hears ${effect.sound.plays ?? (effect.sound.hears.join('+') || 'silence')}`;
    case 'offerHold':
      return `${effect.isHeld ? 'hold' : 'unhold'} ${effect.legId}`;
    case 'connected':
      return `connected ${effect.legIds.join('+')}`;
    case 'held':
    case 'unheld':
      return `${effect.legId} ${effect.kind} ${effect.reason}`;
    case 'ended':
      return `ended ${effect.end.endStatus} by ${effect.end.hungUpSide}`;
    case 'prepare':
    case 'answer':
    case 'hangUp':
    case 'tellMessage':
      return `${effect.kind} ${effect.legId}`;
    case 'seekAgent':
    case 'leaveQueue':
    case 'awaitAgent':
      return effect.kind;
  }
};

/** Runs events through the machine; the answer holds what each of them (the beginning first) asked for. */
const play = (
  plan: CallPlan,
  ...events: readonly TopologyEvent[]
): { topology: Topology; steps: string[][]; last: string[] } => {
  const first = beginCall(plan);
  let topology = first.topology;
  const steps = [first.effects.map(said)];
  for (const event of events) {
    const step = decideTopology(topology, event);
    topology = step.topology;
    steps.push(step.effects.map(said));
  }
  return { topology, steps, last: steps.at(-1) ?? [] };
};

const ready = (leg: LegFacts): TopologyEvent => ({ kind: 'legReady', legId: leg.id });
const ringing = (leg: LegFacts, hasEarlyMedia = false): TopologyEvent => ({
  kind: 'legRinging',
  legId: leg.id,
  hasEarlyMedia,
});
const answered = (leg: LegFacts): TopologyEvent => ({ kind: 'legAnswered', legId: leg.id });
const chosen = (leg: LegFacts): TopologyEvent => ({ kind: 'agentChosen', leg });
const queued: TopologyEvent = { kind: 'queued' };
const holds = (leg: LegFacts, isHolding: boolean): TopologyEvent => ({
  kind: 'legHolds',
  legId: leg.id,
  isHolding,
});
const ends = (leg: LegFacts, ending: Partial<LegEnding>): TopologyEvent => ({
  kind: 'legEnded',
  legId: leg.id,
  ending: { by: 'peer', how: 'bye', sipStatus: null, text: '', ...ending },
});
const noAnswer = { by: 'us', how: 'no-answer' } as const;

const talk = [ready(caller), queued, chosen(ani), answered(ani)];
const outTalk = [ready(dialler), answered(callee)];

test('a queue with ringback keeps the caller unanswered until an agent answers', () => {
  const { steps } = play(inbound(queue('ringback')), ...talk);
  assert.deepEqual(steps, [
    ['prepare caller'],
    ['seekAgent'],
    ['ring caller'],
    ['place ani'],
    ['ani joined', 'answer caller', 'connected caller+ani', 'caller hears ani', 'ani hears caller'],
  ]);
});

test('a queue with music answers first and stops the music when an agent answers', () => {
  const { steps } = play(inbound(queue('music')), ...talk);
  assert.deepEqual(steps.slice(2), [
    ['answer caller', 'caller hears music'],
    ['place ani'],
    ['ani joined', 'connected caller+ani', 'caller hears ani', 'ani hears caller'],
  ]);
});

test('an agent who does not answer has missed the call, and the next one rings', () => {
  const { steps } = play(
    inbound(queue('music')),
    ...talk.slice(0, 3),
    ringing(ani),
    ends(ani, noAnswer),
    chosen(budi),
    answered(budi),
  );
  assert.deepEqual(steps.slice(4), [
    [],
    ['ani missed', 'seekAgent'],
    ['place budi'],
    ['budi joined', 'connected caller+budi', 'caller hears budi', 'budi hears caller'],
  ]);
});

test('the agent whose phone rings when the caller gives up is free again and has missed nothing', () => {
  const { last } = play(
    inbound(queue('ringback')),
    ...talk.slice(0, 3),
    ends(caller, { how: 'cancel' }),
  );
  assert.deepEqual(last, [
    'leaveQueue',
    'hangUp ani',
    'ani released',
    'ended ringingGiveUp by user',
  ]);
});

test('a caller who gives up while nobody rings has given up waiting', () => {
  const { last } = play(inbound(queue('music')), ready(caller), queued, ends(caller, {}));
  assert.deepEqual(last, ['leaveQueue', 'ended waitingGiveUp by user']);
});

test('an agent who is picked in the instant the caller gives up is let go', () => {
  const { last } = play(
    inbound(queue('ringback')),
    ready(caller),
    queued,
    ends(caller, { how: 'cancel' }),
    chosen(ani),
  );
  assert.deepEqual(last, ['ani released']);
});

test('an answer that crosses the end of the call asks for nothing more', () => {
  const { last } = play(
    inbound(queue('ringback')),
    ...talk.slice(0, 3),
    ends(caller, { how: 'cancel' }),
    answered(ani),
  );
  assert.deepEqual(last, []);
});

test('a caller whom an agent’s phone missed was sent away because nobody was left, and the cause says both', () => {
  assert.match(endOfWaiting('no-seat', false).cause, /no agent of the queue was there/);
  assert.match(
    endOfWaiting('no-seat', true).cause,
    /nobody answered the phones that rang, and no agent was there any more/,
  );
  const { topology } = play(inbound(queue('ringback')), ...talk.slice(0, 3), ends(ani, noAnswer));
  assert.equal(topology.wasRung, true);
});

for (const [why, status] of [
  ['no-seat', 'noSeatOnline'],
  ['too-long', 'waitingGiveUp'],
] as const) {
  test(`a caller is sent away with 480 before an answer, with BYE after one: ${why}`, () => {
    const over: TopologyEvent = { kind: 'waitEnded', why };
    assert.deepEqual(play(inbound(queue('ringback')), ready(caller), over).last, [
      'leaveQueue',
      'reject caller 480',
      `ended ${status} by system`,
    ]);
    assert.deepEqual(play(inbound(queue('music')), ready(caller), queued, over).last, [
      'leaveQueue',
      'hangUp caller',
      `ended ${status} by system`,
    ]);
  });
}

test('a call whose offer has no codec of ours is refused with 488', () => {
  const failed: TopologyEvent = {
    kind: 'legFailed',
    legId: caller.id,
    sipStatus: 488,
    why: 'no codec',
  };
  assert.deepEqual(play(inbound(queue('ringback')), failed).last, [
    'leaveQueue',
    'reject caller 488',
    'ended clientError by system',
  ]);
});

test('a dialled number that leads nowhere is refused, and the agent was never on a call', () => {
  const end = { endStatus: 'restrictedArea', hungUpSide: 'system', cause: 'no' } as const;
  const { last, topology } = play({
    ...outbound,
    target: { kind: 'refused', sipStatus: 403, end },
  });
  assert.deepEqual(last, ['reject ani 403', 'ended restrictedArea by system']);
  assert.equal(topology.gotMedia, false);
});

test("the called party's ringing and early media pass to the agent, each once", () => {
  const { steps } = play(
    outbound,
    ready(dialler),
    ringing(callee),
    ringing(callee),
    ringing(callee, true),
    ringing(callee, true),
    answered(callee),
  );
  assert.deepEqual(steps, [
    ['ani dialled', 'prepare ani'],
    ['place callee'],
    ['ring ani'],
    [],
    ['ring ani with early media', 'ani hears callee', 'callee hears ani'],
    [],
    ['answer ani', 'connected ani+callee'],
  ]);
});

for (const [ending, toAgent, endStatus] of [
  [{ how: 'refused', sipStatus: 486 }, 486, 'busy by user'],
  [{ how: 'refused', sipStatus: 603 }, 603, 'userReject by user'],
  [{ how: 'refused', sipStatus: 404 }, 404, 'numberNotExist by user'],
  [{ how: 'refused', sipStatus: 407 }, 503, 'operatorException by user'],
  [{ how: 'refused', sipStatus: 302 }, 480, 'notAnswer by user'],
  [noAnswer, 480, 'notAnswer by system'],
  [{ by: 'network', how: 'transport' }, 503, 'operatorException by system'],
  [{ by: 'network', how: 'timeout' }, 408, 'notAnswer by system'],
] as const) {
  const name = 'sipStatus' in ending ? ending.sipStatus : ending.how;
  test(`a called party that ends with ${name} gives the agent ${toAgent} and the call ${endStatus}`, () => {
    const { last } = play(outbound, ready(dialler), ends(callee, ending));
    assert.deepEqual(last, [`reject ani ${toAgent}`, 'ani left', `ended ${endStatus}`]);
  });
}

test('an agent who hangs up before an answer cancels the call outside', () => {
  const { last } = play(
    outbound,
    ready(dialler),
    ringing(callee),
    ends(dialler, { how: 'cancel' }),
  );
  assert.deepEqual(last, ['hangUp callee', 'ani left', 'ended callerCancel by seat']);
});

test('click-to-call rings the agent first, then plays ringback until the called party is heard', () => {
  const { steps } = play(
    clickToCall,
    ringing(ani),
    answered(ani),
    ringing(callee),
    ringing(callee, true),
    answered(callee),
  );
  assert.deepEqual(steps, [
    ['place ani'],
    [],
    ['ani joined', 'place callee', 'ani hears ringback'],
    [],
    ['ani hears callee', 'callee hears ani'],
    ['connected ani+callee'],
  ]);
});

test('an agent who does not take their own click-to-call has missed nothing', () => {
  const { last } = play(clickToCall, ends(ani, noAnswer));
  assert.deepEqual(last, ['ani released', 'ended notAnswer by system']);
});

test('a colleague who does not answer an internal call has missed nothing', () => {
  const { last } = play(internal, ready(dialler), ends(budi, noAnswer));
  assert.deepEqual(last, [
    'budi released',
    'reject ani 480',
    'ani left',
    'ended notAnswer by system',
  ]);
});

test('hanging up ends both sides, and talk with a customer is wrapped up', () => {
  const { last } = play(inbound(queue('ringback')), ...talk, ends(ani, {}));
  assert.deepEqual(last, ['hangUp caller', 'ani left to wrap up', 'ended ok by seat']);
  const { last: inside } = play(internal, ready(dialler), answered(budi), ends(budi, {}));
  assert.deepEqual(inside, ['hangUp ani', 'ani left', 'budi left', 'ended ok by seat']);
});

for (const how of ['session-expired', 'no-ack', 'transport'] as const) {
  test(`a phone that is lost in talk (${how}) ends the call by the system, not by the party`, () => {
    const { last } = play(
      inbound(queue('ringback')),
      ...talk,
      ends(caller, { by: 'network', how }),
    );
    assert.deepEqual(last, ['hangUp ani', 'ani left to wrap up', 'ended error by system']);
  });
}

test('silence of a phone ends the call, silence of a phone on hold does not', () => {
  const silent: TopologyEvent = { kind: 'legSilent', legId: ani.id, silentMs: 60_000 };
  assert.equal(
    play(inbound(queue('ringback')), ...talk, silent).last.at(-1),
    'ended error by system',
  );
  assert.deepEqual(play(inbound(queue('ringback')), ...talk, holds(ani, true), silent).last, []);
});

test('a customer held by the agent hears music until the agent is back', () => {
  const { steps } = play(inbound(queue('ringback')), ...talk, holds(ani, true), holds(ani, false));
  assert.deepEqual(steps.slice(-2), [
    ['caller hears music', 'ani hears silence', 'caller held held-by-agent'],
    ['caller hears ani', 'ani hears caller', 'caller unheld held-by-agent'],
  ]);
});

test('both sides holding: the talk goes on only when the last of them is back', () => {
  const { steps } = play(
    inbound(queue('ringback')),
    ...talk,
    holds(ani, true),
    holds(caller, true),
    holds(ani, false),
    holds(caller, false),
  );
  assert.deepEqual(steps.slice(-3), [
    ['caller hears silence', 'ani held held-by-customer'],
    ['ani hears music', 'caller unheld held-by-agent'],
    ['caller hears ani', 'ani hears caller', 'ani unheld held-by-customer'],
  ]);
});

test('hold by the console tells the held phone and plays it music; the agent hears nothing', () => {
  const order = (isHeld: boolean): TopologyEvent => ({ kind: 'holdOrdered', isHeld });
  const { steps, topology } = play(outbound, ...outTalk, order(true), order(true), order(false));
  assert.deepEqual(steps.slice(-3), [
    ['hold callee', 'ani hears silence', 'callee hears music', 'callee held held-by-agent'],
    [],
    ['unhold callee', 'ani hears callee', 'callee hears ani', 'callee unheld held-by-agent'],
  ]);
  assert.equal(refusalOfOrder(topology, 'unhold'), 'already-so');
  assert.equal(refusalOfOrder(topology, 'hold'), null);
});

test('orders make sense only while the call can follow them', () => {
  const waiting = play(inbound(queue('music')), ready(caller), queued).topology;
  assert.equal(refusalOfOrder(waiting, 'hold'), 'not-connected');
  assert.equal(refusalOfOrder(waiting, 'hang-up'), null);
  const over = play(inbound(queue('music')), { kind: 'hangUpOrdered' }).topology;
  assert.equal(refusalOfOrder(over, 'hang-up'), 'not-connected');
});

test('a shutdown refuses callers who wait with 503 and hangs up on those who talk', () => {
  const shutdown: TopologyEvent = { kind: 'shutdown' };
  assert.ok(
    play(inbound(queue('ringback')), ready(caller), queued, shutdown).last.includes(
      'reject caller 503',
    ),
  );
  assert.deepEqual(play(inbound(queue('ringback')), ...talk, shutdown).last.slice(0, 2), [
    'hangUp caller',
    'hangUp ani',
  ]);
});

test('a target whose answer cannot be used is hung up and the caller told so', () => {
  const failed: TopologyEvent = {
    kind: 'legFailed',
    legId: callee.id,
    sipStatus: 488,
    why: 'no codec',
  };
  assert.deepEqual(play(outbound, ready(dialler), failed).last, [
    'hangUp callee',
    'reject ani 488',
    'ani left',
    'ended unconnected by system',
  ]);
});

test('when we have no port for an agent the caller is told 503, and the agents stay in line', () => {
  const failed: TopologyEvent = {
    kind: 'legFailed',
    legId: ani.id,
    sipStatus: 503,
    why: 'no port',
  };
  assert.deepEqual(play(inbound(queue('ringback')), ...talk.slice(0, 3), failed).last, [
    'ani released',
    'hangUp ani',
    'leaveQueue',
    'reject caller 503',
    'ended operatorException by system',
  ]);
});

test('an agent who calls a queue passes over colleagues who do not answer, too', () => {
  const call: CallPlan = { callType: 'internal', origin: dialler, target: queue('ringback') };
  const { last } = play(call, ready(dialler), queued, chosen(budi), ends(budi, noAnswer));
  assert.deepEqual(last, ['budi missed', 'seekAgent']);
});
