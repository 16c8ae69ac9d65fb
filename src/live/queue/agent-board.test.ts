import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueueRoom, tenantId } from '../../../tests/rig/queue-room.ts';

test('an agent is available from the first phone on and unavailable after the last', async () => {
  const room = new QueueRoom({ ada: ['sales'] });
  assert.equal(room.state('ada'), 'unavailable');
  room.board.registered(room.agent('ada'), 2);
  assert.equal(room.state('ada'), 'available');
  room.board.registered(room.agent('ada'), 1);
  assert.equal(room.state('ada'), 'available');
  room.board.registered(room.agent('ada'), 0);
  assert.equal(room.state('ada'), 'unavailable');
});

test('phones that registered before anybody asked count: a restarted queue forgets no one', () => {
  const room = new QueueRoom({ ada: ['sales'] });
  room.contacts.set('ada', 1);
  assert.equal(room.state('ada'), 'available');
});

test('one call at a time: who is rung cannot be taken by a second call', async () => {
  const room = new QueueRoom({ ada: ['sales'] });
  await room.come('ada');
  assert.equal(room.board.take(room.agent('ada')), true);
  assert.equal(room.board.take(room.agent('ada')), false);
  room.change('ada', { kind: 'released' });
  assert.equal(room.board.take(room.agent('ada')), true);
  room.change('ada', { kind: 'joined' });
  assert.equal(room.board.take(room.agent('ada')), false);
  assert.equal(room.state('ada'), 'onCall');
});

test('after the call the agent wraps up for the time of the tenant, then is available', async () => {
  const room = new QueueRoom({ ada: ['sales'] }, { wrapUpSeconds: 30 });
  await room.come('ada');
  room.change('ada', { kind: 'joined' });
  room.change('ada', { kind: 'left', wrapsUp: true });
  assert.equal(room.state('ada'), 'wrapUp');
  await room.clock.advance(29_999);
  assert.equal(room.state('ada'), 'wrapUp');
  await room.clock.advance(1);
  assert.equal(room.state('ada'), 'available');
});

test('a tenant without wrap-up, and a call that asks for none, leave the agent available at once', async () => {
  const room = new QueueRoom({ ada: ['sales'] }, { wrapUpSeconds: 0 });
  await room.come('ada');
  room.change('ada', { kind: 'joined' });
  room.change('ada', { kind: 'left', wrapsUp: true });
  assert.equal(room.state('ada'), 'available');
  const other = new QueueRoom({ ada: ['sales'] });
  await other.come('ada');
  other.change('ada', { kind: 'joined' });
  other.change('ada', { kind: 'left', wrapsUp: false });
  assert.equal(other.state('ada'), 'available');
  assert.equal(other.clock.pending, 0, 'no timer runs for nobody');
});

test('who chooses a state in wrap-up ends it, and its timer changes nothing later', async () => {
  const room = new QueueRoom({ ada: ['sales'] });
  await room.come('ada');
  room.change('ada', { kind: 'joined' });
  assert.equal(room.board.choose(room.agent('ada'), 'unavailable'), 'in-call');
  room.change('ada', { kind: 'left', wrapsUp: true });
  room.board.choose(room.agent('ada'), 'unavailable');
  await room.clock.advance(60_000);
  assert.equal(room.state('ada'), 'unavailable');
});

test('a missed call makes unavailable until the phone comes back; what a person chose stays', async () => {
  const room = new QueueRoom({ ada: ['sales'], bob: ['sales'] });
  await room.come('ada', 'bob');
  room.board.take(room.agent('ada'));
  room.change('ada', { kind: 'missed' });
  assert.equal(room.state('ada'), 'unavailable');
  room.board.choose(room.agent('bob'), 'unavailable');
  for (const name of ['ada', 'bob']) {
    room.board.registered(room.agent(name), 0);
    room.board.registered(room.agent(name), 1);
  }
  assert.equal(room.state('ada'), 'available');
  assert.equal(room.state('bob'), 'unavailable');
});

test('what a person chose outlasts a restart: the phone that registers again is not rung', async () => {
  const before = new QueueRoom({ ada: ['sales'], bob: ['sales'] });
  await before.come('ada', 'bob');
  before.board.choose(before.agent('ada'), 'unavailable');
  before.board.choose(before.agent('bob'), 'unavailable');
  before.board.choose(before.agent('bob'), 'available');
  const restarted = new QueueRoom({ ada: ['sales'], bob: ['sales'] }, { away: before.away });
  await restarted.clock.advance(60_000);
  await restarted.come('ada', 'bob');
  assert.deepEqual([restarted.state('ada'), restarted.state('bob')], ['unavailable', 'available']);
  const [ada] = restarted.board.list(tenantId);
  assert.equal(ada?.sinceMs, before.away.get('ada'), 'since the choice, not since the restart');
  restarted.board.choose(restarted.agent('ada'), 'available');
  assert.equal(restarted.state('ada'), 'available');
});

test('what is known of an agent says why nobody rings them, and when the wrap-up ends', async () => {
  const room = new QueueRoom({ ada: ['sales'], bob: ['sales'] }, { wrapUpSeconds: 30 });
  await room.come('ada', 'bob');
  const seen = (name: string) => room.board.list(tenantId).find(({ agentId }) => agentId === name);
  room.board.take(room.agent('ada'));
  room.change('ada', { kind: 'missed' });
  assert.equal(seen('ada')?.awayReason, 'missedCall');
  room.board.choose(room.agent('ada'), 'available');
  assert.equal(seen('ada')?.awayReason, null);
  const before = room.clock.nowMs();
  room.change('bob', { kind: 'joined' });
  assert.equal(seen('bob')?.wrapUpUntilMs, null);
  room.change('bob', { kind: 'left', wrapsUp: true });
  assert.equal(seen('bob')?.wrapUpUntilMs, before + 30_000);
  room.board.choose(room.agent('bob'), 'available');
  assert.equal(seen('bob')?.wrapUpUntilMs, null);
});

test('watchers are told when the reason alone has changed', async () => {
  const room = new QueueRoom({ ada: ['sales'] });
  await room.come('ada');
  room.board.take(room.agent('ada'));
  room.change('ada', { kind: 'missed' });
  const told = room.published.length;
  room.board.choose(room.agent('ada'), 'unavailable');
  assert.equal(room.published.length, told + 1);
});

test('two calls of one agent: on call until the second is over', async () => {
  const room = new QueueRoom({ ada: ['sales'] });
  await room.come('ada');
  room.change('ada', { kind: 'joined' });
  room.change('ada', { kind: 'dialled' });
  room.change('ada', { kind: 'left', wrapsUp: true });
  assert.equal(room.state('ada'), 'onCall');
  room.change('ada', { kind: 'left', wrapsUp: true });
  assert.equal(room.state('ada'), 'wrapUp');
});

test('watchers are told of a visible change once, and of nothing when nothing changed', async () => {
  const room = new QueueRoom({ ada: ['sales'] });
  room.board.registered(room.agent('ada'), 1);
  room.board.registered(room.agent('ada'), 1);
  assert.deepEqual(room.published, [{ tenantId, topic: 'agents', id: 'ada' }]);
  room.board.take(room.agent('ada'));
  room.change('ada', { kind: 'released' });
  assert.equal(room.published.length, 1, 'a ring that came to nothing is no change of state');
});

test('a deleted agent is forgotten: at once when idle, with the end of the call otherwise', async () => {
  const room = new QueueRoom({ ada: ['sales'], bob: ['sales'] });
  await room.come('ada', 'bob');
  room.change('ada', { kind: 'joined' });
  room.dismiss('ada', 'bob');
  assert.deepEqual(room.board.list(tenantId), []);
  room.change('ada', { kind: 'left', wrapsUp: true });
  assert.equal(room.clock.pending, 0, 'nobody wraps up');
});

test('closing stops the wrap-up timers', async () => {
  const room = new QueueRoom({ ada: ['sales'] });
  await room.come('ada');
  room.change('ada', { kind: 'joined' });
  room.change('ada', { kind: 'left', wrapsUp: true });
  assert.equal(room.clock.pending, 1);
  room.board.close();
  assert.equal(room.clock.pending, 0);
});
