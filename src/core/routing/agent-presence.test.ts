import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  awayReasonOf,
  type AgentPresence,
  canBeOffered,
  canBeRung,
  decidePresence,
  isSeatOnline,
  longestIdle,
  newPresence,
  type PresenceEvent,
  stateOf,
  stateSinceMs,
} from './agent-presence.ts';

const after = (...events: readonly PresenceEvent[]): AgentPresence =>
  events.reduce(
    (presence, event, index) => decidePresence(presence, event, index + 1),
    newPresence(0),
  );

const registered: PresenceEvent = { kind: 'contacts', contacts: 1 };
const gone: PresenceEvent = { kind: 'contacts', contacts: 0 };
const rung: PresenceEvent = { kind: 'rung' };
const left: PresenceEvent = { kind: 'left', wrapsUp: true };

test('registering a phone makes its agent available', () => {
  assert.equal(stateOf(newPresence(0)), 'unavailable');
  assert.equal(stateOf(after(registered)), 'available');
});

test('an agent who chose to be unavailable stays so when the phone registers again', () => {
  const away: PresenceEvent = { kind: 'chosen', state: 'unavailable' };
  assert.equal(stateOf(after(registered, away, gone, registered)), 'unavailable');
});

test('a missed call makes the agent unavailable until the agent or a returning phone says otherwise', () => {
  const missed = after(registered, rung, { kind: 'missed' });
  assert.equal(stateOf(missed), 'unavailable');
  assert.equal(stateOf(decidePresence(missed, registered, 9)), 'unavailable');
  assert.equal(
    stateOf(decidePresence(missed, { kind: 'chosen', state: 'available' }, 9)),
    'available',
  );
  assert.equal(stateOf(after(registered, rung, { kind: 'missed' }, gone, registered)), 'available');
});

test('a ringing agent is offered to nobody else, and keeps the place in line when the caller gives up', () => {
  const ringing = after(registered, rung);
  assert.equal(canBeOffered(ringing), false);
  assert.equal(canBeRung(ringing), false);
  const again = decidePresence(ringing, { kind: 'released' }, 50);
  assert.equal(canBeOffered(again), true);
  assert.equal(again.idleSinceMs, 1);
});

test('talking is followed by wrap-up, and wrap-up by being available anew', () => {
  const wrapping = after(registered, rung, { kind: 'joined' }, left);
  assert.equal(stateOf(wrapping), 'wrapUp');
  assert.equal(canBeOffered(wrapping), false);
  const free = decidePresence(wrapping, { kind: 'wrapUpOver' }, 77);
  assert.equal(stateOf(free), 'available');
  assert.equal(free.idleSinceMs, 77);
});

test('an agent who is unavailable has a reason, and nobody else has one', () => {
  const missed = after(registered, rung, { kind: 'missed' });
  const away = decidePresence(missed, { kind: 'chosen', state: 'unavailable' }, 9);
  assert.equal(awayReasonOf(after()), 'noPhone');
  assert.equal(awayReasonOf(after(registered)), null);
  assert.equal(awayReasonOf(missed), 'missedCall');
  assert.equal(awayReasonOf(decidePresence(missed, gone, 9)), 'noPhone');
  assert.equal(awayReasonOf(away), 'chosen');
  assert.equal(awayReasonOf(decidePresence(away, gone, 9)), 'chosen');
  assert.equal(awayReasonOf(after(registered, { kind: 'dialled' })), null);
});

test('a ring that is missed by somebody who chose to be away does not undo the choice', () => {
  const away: PresenceEvent = { kind: 'chosen', state: 'unavailable' };
  const missed = after(registered, away, rung, { kind: 'missed' });
  assert.equal(awayReasonOf(missed), 'chosen');
  assert.equal(
    stateOf(after(registered, away, rung, { kind: 'missed' }, gone, registered)),
    'unavailable',
  );
});

test('an agent is away since the choice or the missed call, not since the phone went or the last call ended', () => {
  const away: PresenceEvent = { kind: 'chosen', state: 'unavailable' };
  const dialled: PresenceEvent = { kind: 'dialled' };
  const hungUp: PresenceEvent = { kind: 'left', wrapsUp: false };
  assert.equal(stateSinceMs(after(away)), 1, 'without a phone from the beginning');
  assert.equal(stateSinceMs(after(registered, gone, away)), 3);
  assert.equal(stateSinceMs(after(registered, away, away)), 2, 'chosen once more');
  assert.equal(stateSinceMs(after(registered, rung, { kind: 'missed' }, away)), 4);
  assert.equal(stateSinceMs(after(registered, away, dialled)), 3, 'on the call since its begin');
  assert.equal(stateSinceMs(after(registered, away, dialled, hungUp)), 2);
  assert.equal(stateSinceMs(after(registered, rung, { kind: 'missed' }, dialled, hungUp)), 3);
});

test('choosing a state ends the wrap-up', () => {
  const wrapping = after(registered, rung, { kind: 'joined' }, left);
  assert.equal(
    stateOf(decidePresence(wrapping, { kind: 'chosen', state: 'available' }, 9)),
    'available',
  );
});

test('an agent with a second line is on call until the last call has ended', () => {
  const one = after(registered, { kind: 'dialled' }, { kind: 'dialled' }, left);
  assert.equal(stateOf(one), 'onCall');
  assert.equal(stateOf(decidePresence(one, left, 9)), 'wrapUp');
});

test('an agent who dials out while a queue rings the phone has not missed the call', () => {
  const talking = after(registered, rung, { kind: 'dialled' }, { kind: 'missed' });
  assert.equal(stateOf(talking), 'onCall');
  assert.equal(stateOf(decidePresence(talking, { kind: 'left', wrapsUp: false }, 9)), 'available');
});

test('a phone that is lost in wrap-up leaves no seat online', () => {
  const wrapping = after(registered, rung, { kind: 'joined' }, left);
  assert.equal(isSeatOnline(wrapping), true);
  assert.equal(isSeatOnline(decidePresence(wrapping, gone, 9)), false);
});

test('the agent who has waited longest is chosen, and those who are busy are passed over', () => {
  const at = (idleSinceMs: number, change: Partial<AgentPresence> = {}): AgentPresence => ({
    ...after(registered),
    idleSinceMs,
    ...change,
  });
  const agents = new Map([
    ['busy', at(1, { calls: 1 })],
    ['ringing', at(2, { isRung: true })],
    ['away', at(3, { wish: 'unavailable' })],
    ['third', at(30)],
    ['first', at(10)],
    ['second', at(20)],
  ]);
  assert.equal(
    longestIdle([...agents.keys()], (name) => agents.get(name)),
    'first',
  );
  assert.equal(
    longestIdle(['busy', 'ringing', 'unknown'], (name) => agents.get(name)),
    undefined,
  );
});
