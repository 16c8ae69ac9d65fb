/** Whatever phones, carriers, agents and media threads do in whatever order: the account of every call comes out whole. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import { ani, budi, nothingLeft, openCallRoom, tenant } from '../rig/call-room.ts';
import { type FakeLeg, sdpOf, settled } from '../rig/fake-call-world.ts';

const agents = [ani, budi];
const directions = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const;

/** One thing somebody does. `who` picks one of the legs or calls that are there. */
type Move =
  | { readonly do: 'customerRings'; readonly dialled: string; readonly hasOffer: boolean }
  | { readonly do: 'agentDials'; readonly agent: 0 | 1; readonly dialled: string }
  | { readonly do: 'clickToCall'; readonly agent: 0 | 1 }
  | { readonly do: 'rings' | 'answers' | 'acks' | 'badAnswer'; readonly who: number }
  | { readonly do: 'reInvites'; readonly who: number; readonly direction: 0 | 1 | 2 | 3 }
  | { readonly do: 'ends'; readonly who: number; readonly how: number }
  | { readonly do: 'acts'; readonly who: number; readonly action: 'hold' | 'unhold' | 'hang-up' }
  | { readonly do: 'registers'; readonly agent: 0 | 1; readonly contacts: 0 | 1 }
  | { readonly do: 'chooses'; readonly agent: 0 | 1; readonly state: 'available' | 'unavailable' }
  | { readonly do: 'waits'; readonly ms: number }
  | { readonly do: 'sealing'; readonly isOn: boolean }
  | { readonly do: 'ports'; readonly areFree: boolean };

const who = fc.nat({ max: 9 });
const agent = fc.constantFrom(0 as const, 1 as const);
const of = (weight: number, word: Move['do'], rest: Record<string, fc.Arbitrary<unknown>>) => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(word), ...rest }),
});
const moves: fc.Arbitrary<Move> = fc.oneof(
  of(6, 'customerRings', {
    dialled: fc.constantFrom('1000', '2000', '3000', '9999'),
    hasOffer: fc.boolean(),
  }),
  of(3, 'agentDials', {
    agent,
    dialled: fc.constantFrom('08123456789', 'ani', 'budi', '1000', '*0', '*1', '+14155550100'),
  }),
  of(2, 'clickToCall', { agent }),
  of(3, 'rings', { who }),
  of(10, 'answers', { who }),
  of(2, 'acks', { who }),
  of(1, 'badAnswer', { who }),
  of(9, 'reInvites', {
    who,
    direction: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
  }),
  of(3, 'ends', { who, how: fc.nat({ max: 4 }) }),
  of(3, 'acts', { who, action: fc.constantFrom('hold', 'unhold', 'hang-up') }),
  of(3, 'registers', { agent, contacts: fc.constantFrom(0 as const, 1 as const) }),
  of(2, 'chooses', { agent, state: fc.constantFrom('available', 'unavailable') }),
  of(3, 'waits', { ms: fc.constantFrom(1, 5_000, 20_000, 60_000) }),
  of(1, 'sealing', { isOn: fc.boolean() }),
  of(1, 'ports', { areFree: fc.boolean() }),
) as fc.Arbitrary<Move>;

const endings = [
  { by: 'peer', how: 'bye' },
  { by: 'peer', how: 'cancel' },
  { by: 'peer', how: 'refused', sipStatus: 486 },
  { by: 'us', how: 'no-answer' },
  { by: 'network', how: 'session-expired' },
] as const;

type Room = ReturnType<typeof openCallRoom>;

/** Does not wait for what it sets off, so that moves meet each other half done. */
const make = (room: Room, incoming: FakeLeg[], move: Move): Promise<unknown> | undefined => {
  const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length];
  const legs = [...incoming, ...room.signalling.placed].filter((leg) => !leg.isOver);
  switch (move.do) {
    case 'customerRings':
      return room
        .customerRings(move.dialled, move.hasOffer ? sdpOf() : null)
        .then((leg) => incoming.push(leg));
    case 'agentDials':
      return room
        .agentDials(agents[move.agent] ?? ani, move.dialled)
        .then((leg) => incoming.push(leg));
    case 'clickToCall':
      return room.calls.place({
        tenantId: tenant.id,
        agentId: (agents[move.agent] ?? ani).id,
        to: '08123456789',
      });
    case 'rings':
      return pick(legs.filter(isOut), move.who)?.peerRings(move.who % 2 === 0 ? sdpOf() : null);
    case 'answers':
      return pick(legs.filter(isOut), move.who)?.peerAnswers();
    case 'badAnswer':
      return pick(legs.filter(isOut), move.who)?.peerAnswers(sdpOf('sendrecv', '18'));
    case 'acks':
      return pick(legs, move.who)?.peer({ kind: 'confirmed', sdp: sdpOf() });
    case 'reInvites':
      return pick(legs, move.who)?.peer({
        kind: 'offered',
        sdp: sdpOf(directions[move.direction]),
      });
    case 'ends':
      return pick(legs, move.who)?.peerEnds(endings[move.how]);
    case 'acts': {
      const call = pick(room.calls.list(tenant.id), move.who);
      return call && room.calls.act(tenant.id, call.callId, { action: move.action });
    }
    case 'registers':
      return room.signalling.register(agents[move.agent] ?? ani, move.contacts);
    case 'chooses':
      room.calls.setAgentState(tenant.id, (agents[move.agent] ?? ani).id, move.state);
      return undefined;
    case 'waits':
      return room.clock.advance(move.ms);
    case 'sealing':
      room.media.sealsInTime = move.isOn;
      return undefined;
    case 'ports':
      room.media.hasPorts = move.areFree;
      return undefined;
  }
};

const isOut = (leg: FakeLeg): boolean => leg.direction === 'out';

/** What must hold of the entries of one call, in their order. */
const checkAccount = (entries: readonly LedgerEntry[]): void => {
  const of = (kind: LedgerEntry['kind']): LedgerEntry[] =>
    entries.filter((entry) => entry.kind === kind);
  assert.equal(entries[0]?.kind, 'callStarted');
  const end = entries.findIndex((entry) => entry.kind === 'callEnded');
  const last = entries[end];
  assert.ok(last?.kind === 'callEnded');
  const afterTheEnd = entries.slice(end + 1).map((entry) => entry.kind);
  // Nothing but a journal that a slow disk seals, and its recording, may come after the end of the call.
  for (const kind of afterTheEnd) assert.match(kind, /^(trackSealed|recordingSealed)$/u);
  seen.sealedLate += afterTheEnd.filter((kind) => kind === 'recordingSealed').length;
  assert.equal(of('callEnded').length, 1);
  const legsOf = (kind: 'legStarted' | 'legEnded'): string[] =>
    entries.flatMap((entry) => (entry.kind === kind ? [entry.legId] : [])).sort();
  assert.deepEqual(legsOf('legStarted'), legsOf('legEnded'), 'each leg ends once');
  const tracksOf = (kind: 'trackStarted' | 'trackSealed'): string[] =>
    entries.flatMap((entry) => (entry.kind === kind ? [entry.trackId] : [])).sort();
  assert.deepEqual(tracksOf('trackStarted'), tracksOf('trackSealed'), 'each track is sealed once');
  assert.equal(
    of('recordingSealed').length + of('recordingFailed').length,
    of('recordingStarted').length,
  );
  assert.equal(
    of('recordingDecided').length,
    last.gotMedia ? 1 : 0,
    'one verdict if anybody heard us',
  );
  if (of('recordingStarted').length > 0) assert.equal(of('answered').length, 1);
  const holds = entries.filter((entry) => entry.kind === 'held' || entry.kind === 'unheld');
  const open = new Set<string>();
  for (const entry of holds) {
    if (entry.kind === 'held') {
      assert.ok(!open.has(entry.reason));
      open.add(entry.reason);
    } else assert.ok(open.delete(entry.reason));
  }
};

/** Proof that the stories get somewhere. */
const seen = { calls: 0, answered: 0, held: 0, sealedLate: 0 };

test('in any order of events every call ends once, with its legs, tracks and verdict accounted for, and leaves nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(moves, fc.boolean()), { minLength: 30, maxLength: 120 }),
      async (story) => {
        const room = openCallRoom();
        const incoming: FakeLeg[] = [];
        const started: Promise<unknown>[] = [];
        for (const each of agents) await room.signalling.register(each);
        for (const [move, isAwaited] of story) {
          const done = make(room, incoming, move);
          if (done === undefined) continue;
          if (isAwaited) await done;
          else started.push(done);
        }
        await Promise.all(started);
        await settled();
        room.media.sealsInTime = true;
        room.media.hasPorts = true;
        for (const leg of [...incoming, ...room.signalling.placed]) await leg.peerEnds();
        // A caller's end may have had the queue ring one more phone.
        for (const leg of room.signalling.placed) await leg.peerEnds();
        await room.clock.advance(60_000);
        for (const each of agents) {
          await room.signalling.register(each);
          const order = { tenantId: tenant.id, agentId: each.id, to: '08123456789' };
          const placed = await room.calls.place(order);
          assert.equal(placed.ok ? 'rung' : placed.error, 'rung', each.name);
        }
        seen.calls += new Set(room.ledger.entries.map((entry) => entry.callId)).size;
        for (const kind of ['answered', 'held'] as const) {
          seen[kind] += room.ledger.of(kind).length;
        }
        await settled();
        const closed = room.calls.close(0);
        await room.clock.advance(5_000);
        await closed;
        for (const leg of [...incoming, ...room.signalling.placed]) assert.ok(leg.isOver);
        await room.clock.advance(60_000);
        await room.media.sealLate();
        const { mediaLegs, calls, timers } = room.leftovers();
        assert.deepEqual({ mediaLegs, calls, timers }, { ...dropMediaCalls(nothingLeft) });
        const byCall = Map.groupBy(room.ledger.entries, (entry) => entry.callId);
        for (const entries of byCall.values()) checkAccount(entries);
        assert.deepEqual(
          room.log.errors.filter((line) => !line.startsWith('call.seal-timeout')),
          [],
        );
        await settled();
      },
    ),
    { numRuns: 300 },
  );
  for (const [what, count] of Object.entries(seen)) assert.ok(count >= 20, `${what}: ${count}`);
});

const dropMediaCalls = ({ mediaLegs, calls, timers }: typeof nothingLeft) => ({
  mediaLegs,
  calls,
  timers,
});
