import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AgentId, LegId } from '../ids.ts';
import { type CaptureEffect, decideCapture, newCapturePlan } from './capture-plan.ts';
import { beginCall, decideTopology } from './topology.ts';
import type { CallPlan, LegFacts, TopologyEffect, TopologyEvent } from './topology-words.ts';

const leg = (name: string, party: 'customer' | 'agent', direction: 'in' | 'out'): LegFacts => ({
  id: name as LegId,
  party,
  participant: party === 'customer' ? 1 : 2,
  agentId: party === 'agent' ? (name as AgentId) : null,
  direction,
});
const agents = ['a', 'b', 'c'].map((name) => leg(name, 'agent', 'out'));
const [colleague = leg('a', 'agent', 'out')] = agents;
const plans: readonly CallPlan[] = [
  {
    callType: 'inbound',
    origin: leg('o', 'customer', 'in'),
    target: { kind: 'queue', waitingTone: 'music' },
  },
  {
    callType: 'inbound',
    origin: leg('o', 'customer', 'in'),
    target: { kind: 'queue', waitingTone: 'ringback' },
  },
  {
    callType: 'inbound',
    origin: leg('o', 'customer', 'in'),
    target: { kind: 'leg', leg: colleague },
  },
  {
    callType: 'agentOutbound',
    origin: leg('o', 'agent', 'in'),
    target: { kind: 'leg', leg: leg('x', 'customer', 'out') },
  },
  {
    callType: 'agentOutbound',
    origin: leg('o', 'agent', 'out'),
    target: { kind: 'leg', leg: leg('x', 'customer', 'out') },
  },
  {
    callType: 'internal',
    origin: leg('o', 'agent', 'in'),
    target: { kind: 'leg', leg: colleague },
  },
];

const legIds = fc.constantFrom(...['o', 'x', 'a', 'b', 'c'].map((name) => name as LegId));
const events: fc.Arbitrary<TopologyEvent> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('legReady' as const), legId: legIds }) },
  fc.record({
    kind: fc.constant('legFailed' as const),
    legId: legIds,
    sipStatus: fc.constantFrom(488, 503),
    why: fc.constant('no media'),
  }),
  { weight: 3, arbitrary: fc.constant({ kind: 'queued' as const }) },
  fc.record({
    kind: fc.constant('waitEnded' as const),
    why: fc.constantFrom('no-seat' as const, 'too-long' as const),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('agentChosen' as const),
      leg: fc.constantFrom(...agents),
    }),
  },
  fc.record({
    kind: fc.constant('legRinging' as const),
    legId: legIds,
    hasEarlyMedia: fc.boolean(),
  }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('legAnswered' as const), legId: legIds }) },
  fc.record({
    kind: fc.constant('legEnded' as const),
    legId: legIds,
    ending: fc.record({
      by: fc.constantFrom('peer' as const, 'us' as const, 'network' as const),
      how: fc.constantFrom(
        'bye' as const,
        'cancel' as const,
        'refused' as const,
        'timeout' as const,
      ),
      sipStatus: fc.constantFrom(null, 302, 401, 486, 503, 603),
      text: fc.constant(''),
    }),
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('legHolds' as const),
      legId: legIds,
      isHolding: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('holdOrdered' as const), isHeld: fc.boolean() }),
  },
  fc.constant({ kind: 'hangUpOrdered' as const }),
  fc.constant({ kind: 'shutdown' as const }),
  fc.record({
    kind: fc.constant('legSilent' as const),
    legId: legIds,
    silentMs: fc.constant(60_000),
  }),
);

type Outcome = TopologyEffect | { readonly kind: 'capture'; readonly effect: CaptureEffect };

/** A call from its beginning over `story` to a hang-up, with what was asked for at each step and the capture plan following it. */
const run = (
  plan: CallPlan,
  isRecorded: boolean,
  story: readonly TopologyEvent[],
): { readonly event: TopologyEvent | null; readonly effects: readonly Outcome[] }[] => {
  let capture = newCapturePlan(plan.callType, {
    useCallRecording: isRecorded,
    inbound: { record: true },
    callback: { record: true },
    agentOut: { record: true },
    dualChannel: true,
    endUserChannel: 'left',
  });
  let topology = beginCall(plan).topology;
  const log: { event: TopologyEvent | null; effects: readonly Outcome[] }[] = [
    { event: null, effects: beginCall(plan).effects },
  ];
  for (const event of [...story, { kind: 'hangUpOrdered' } as const]) {
    const step = decideTopology(topology, event);
    topology = step.topology;
    const effects: Outcome[] = [];
    for (const effect of step.effects) {
      effects.push(effect);
      const told =
        effect.kind === 'connected'
          ? ({ kind: 'connected', legs: effect.legIds } as const)
          : effect.kind === 'held' || effect.kind === 'unheld'
            ? ({ kind: effect.kind, reason: effect.reason } as const)
            : effect.kind === 'ended'
              ? ({ kind: 'ended', gotMedia: topology.gotMedia } as const)
              : null;
      if (told === null) continue;
      const captured = decideCapture(capture, told);
      capture = captured.plan;
      effects.push(...captured.effects.map((one) => ({ kind: 'capture', effect: one }) as const));
    }
    log.push({ event, effects });
  }
  return log;
};

const everyCall = (check: (log: ReturnType<typeof run>, plan: CallPlan) => void): void => {
  fc.assert(
    fc.property(
      fc.constantFrom(...plans),
      fc.boolean(),
      fc.array(events, { maxLength: 40 }),
      (plan, isRecorded, story) => check(run(plan, isRecorded, story), plan),
    ),
    { numRuns: 3000 },
  );
};

const outcomes = (log: ReturnType<typeof run>): Outcome[] => log.flatMap((step) => step.effects);

test('every call ends once, and nothing is asked for after its end but to let go of an agent picked too late', () => {
  everyCall((log) => {
    const all = outcomes(log);
    assert.equal(all.filter((effect) => effect.kind === 'ended').length, 1);
    const endedAt = log.findIndex((step) => step.effects.some((effect) => effect.kind === 'ended'));
    for (const step of log.slice(endedAt + 1)) {
      for (const effect of step.effects) {
        assert.equal(step.event?.kind, 'agentChosen');
        assert.ok(effect.kind === 'agent' && effect.change.kind === 'released');
      }
    }
  });
});

test('every leg that was opened is closed by the call or has left by itself', () => {
  everyCall((log, plan) => {
    const open = new Set<LegId>([plan.origin.id]);
    for (const { event, effects } of log) {
      if (event?.kind === 'legEnded') open.delete(event.legId);
      for (const effect of effects) {
        if (effect.kind === 'place') open.add(effect.leg.id);
        if (effect.kind === 'hangUp' || effect.kind === 'reject') open.delete(effect.legId);
      }
    }
    assert.deepEqual([...open], []);
  });
});

test('every agent who was picked, rung or dialled is let go exactly as often', () => {
  everyCall((log, plan) => {
    const engaged = new Map<AgentId, number>();
    const count = (agentId: AgentId | null, by: number): void => {
      if (agentId !== null) engaged.set(agentId, (engaged.get(agentId) ?? 0) + by);
    };
    if (plan.origin.direction === 'out') count(plan.origin.agentId, 1);
    // A colleague is picked when the call is made.
    if (plan.target.kind === 'leg') count(plan.target.leg.agentId, 1);
    for (const { event, effects } of log) {
      if (event?.kind === 'agentChosen') count(event.leg.agentId, 1);
      for (const effect of effects) {
        if (effect.kind !== 'agent') continue;
        if (effect.change.kind === 'dialled') count(effect.agentId, 1);
        else if (effect.change.kind !== 'joined') count(effect.agentId, -1);
      }
    }
    for (const [agentId, balance] of engaged) assert.equal(balance, 0, agentId);
  });
});

test('nothing is captured without a verdict to record, and a call that got media gets exactly one verdict', () => {
  everyCall((log) => {
    const all = outcomes(log);
    let mayRecord = false;
    const tracks = new Map<LegId, 'open' | 'sealed'>();
    let verdicts = 0;
    for (const outcome of all) {
      if (outcome.kind !== 'capture') continue;
      const { effect } = outcome;
      if (effect.kind === 'decided') {
        verdicts++;
        mayRecord = effect.verdict.record;
      }
      if (effect.kind === 'startTrack') {
        assert.ok(mayRecord);
        assert.equal(tracks.has(effect.legId), false);
        tracks.set(effect.legId, 'open');
      }
      if (effect.kind === 'sealTrack') tracks.set(effect.legId, 'sealed');
    }
    for (const state of tracks.values()) assert.equal(state, 'sealed');
    const gotMedia = all.some((effect) => effect.kind === 'answer' || effect.kind === 'connected');
    assert.equal(verdicts, gotMedia ? 1 : 0);
  });
});

test('a track is captured exactly while nobody is held', () => {
  everyCall((log) => {
    const held = new Set<string>();
    const onTrack = new Map<LegId, Set<string>>();
    for (const { effects } of log) {
      for (const effect of effects) {
        if (effect.kind === 'held') held.add(effect.reason);
        if (effect.kind === 'unheld') held.delete(effect.reason);
        if (effect.kind !== 'capture') continue;
        const { effect: one } = effect;
        if (one.kind === 'startTrack') onTrack.set(one.legId, new Set());
        if (one.kind === 'holdTrack') onTrack.get(one.legId)?.add(one.reason);
        if (one.kind === 'resumeTrack') onTrack.get(one.legId)?.delete(one.reason);
      }
      for (const reasons of onTrack.values())
        assert.deepEqual([...reasons].sort(), [...held].sort());
    }
  });
});
