import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallId, QueueId } from '#core/ids.ts';
import type { TaskCallEvent, TaskCallOrder } from '#ports/call-placer.ts';
import {
  ani,
  customerNumber,
  nothingLeft,
  openCallRoom,
  tenant,
  trunk,
} from '../../../tests/rig/call-room.ts';
import { settled } from '../../../tests/rig/fake-call-world.ts';

const order: TaskCallOrder = {
  callId: 'attempt-1' as CallId,
  tenantId: tenant.id,
  to: customerNumber,
  callerNumber: trunk.callerNumbers[0] ?? '',
  ringSeconds: 30,
  message: { promptName: 'asset-1', durationMs: 4000 },
  optOutKey: null,
  queueId: null,
};
const predictive: TaskCallOrder = { ...order, queueId: 'music' as QueueId };

const placed = async (change: Partial<TaskCallOrder> = {}, isAniThere = false) => {
  const room = openCallRoom();
  if (isAniThere) await room.signalling.register(ani);
  const told: TaskCallEvent[] = [];
  const result = room.calls.placer.place({ ...order, ...change }, (event) => {
    told.push(event);
  });
  assert.ok(result.ok, JSON.stringify(result));
  assert.equal(told.length, 0, 'nothing is told before place returns');
  await settled();
  const person = room.signalling.last;
  const legId = room.ledger.of('legStarted')[0]?.legId;
  assert.ok(legId);
  const outcome = () => {
    const end = told.find((event) => event.kind === 'ended');
    return end?.kind === 'ended' ? end.outcome : undefined;
  };
  return { room, told, person, legId, outcome };
};

test('the account names the call before the INVITE, and the person is dialled by the trunk of the caller number', async () => {
  const { room, person } = await placed();
  assert.deepEqual(room.ledger.kinds.slice(0, 2), ['callStarted', 'legStarted']);
  assert.equal(room.ledger.of('callStarted')[0]?.callId, 'attempt-1');
  assert.equal(room.ledger.of('callStarted')[0]?.callType, 'task');
  assert.equal(person.order?.callerNumber, '+62215550001');
  assert.equal(person.order.ringSeconds, 30);
});

test('the message is played from the answer on, once, then we hang up; nothing is recorded and the rule is named', async () => {
  const { room, told, person, legId, outcome } = await placed();
  await person.peerAnswers();
  assert.deepEqual(
    told.map((event) => event.kind),
    ['answered'],
  );
  assert.equal(room.media.orders.filter((line) => line === 'play asset-1').length, 1);
  await room.media.emit({ kind: 'playEnded', legId, playedMs: 4000 });
  assert.deepEqual(person.asked, []);
  await room.clock.advance(300);
  assert.deepEqual(person.asked, ['hang up']);
  assert.deepEqual(outcome(), {
    endStatus: 'ok',
    endedAtMs: outcome()?.endedAtMs,
    playedMs: 4000,
    playCompleted: true,
  });
  assert.deepEqual(room.ledger.of('recordingDecided')[0]?.verdict, { record: false, rule: 'task' });
  assert.deepEqual(room.ledger.of('messagePlayed')[0]?.completed, true);
  assert.equal(room.ledger.of('answered').length, 1);
  assert.equal(room.ledger.of('callEnded')[0]?.hungUpSide, 'system');
  assert.equal(room.media.tracks.length, 0);
  assert.deepEqual(room.leftovers(), nothingLeft);
});

test('a person who hangs up early was answered, and what they heard is told in milliseconds', async () => {
  const { room, person, outcome } = await placed();
  await person.peerAnswers();
  await room.clock.advance(1500);
  await person.peerEnds();
  const { endStatus, playedMs, playCompleted } = outcome() ?? {};
  assert.deepEqual(
    { endStatus, playedMs, playCompleted },
    {
      endStatus: 'ok',
      playedMs: 1500,
      playCompleted: false,
    },
  );
  assert.equal(room.ledger.of('callEnded')[0]?.hungUpSide, 'user');
  assert.deepEqual(room.leftovers(), nothingLeft);
});

for (const [status, endStatus] of [
  [486, 'busy'],
  [404, 'numberNotExist'],
  [480, 'notAnswer'],
  [603, 'userReject'],
  [503, 'operatorException'],
  [403, 'carrierBlocked'],
] as const)
  test(`a person whose line answers ${status} is told as ${endStatus}, with nothing played`, async () => {
    const { room, person, outcome } = await placed();
    await person.peerEnds({ how: 'refused', sipStatus: status });
    assert.equal(outcome()?.endStatus, endStatus);
    assert.equal(outcome()?.playedMs, null);
    assert.equal(room.ledger.of('callEnded')[0]?.gotMedia, false);
    assert.deepEqual(room.leftovers(), nothingLeft);
  });

test('the opt-out key is taken once, confirmed by a tone, and ends the call; other keys do nothing', async () => {
  const { room, told, person, legId, outcome } = await placed({ optOutKey: '9' });
  await person.peerAnswers();
  await room.clock.advance(1000);
  await room.media.emit({ kind: 'digit', legId, digit: '1', durationMs: 80 });
  assert.equal(told.length, 1);
  await room.media.emit({ kind: 'digit', legId, digit: '9', durationMs: 80 });
  await room.media.emit({ kind: 'digit', legId, digit: '9', durationMs: 80 });
  assert.deepEqual(
    told.map((event) => event.kind),
    ['answered', 'optedOut'],
  );
  assert.equal(room.media.orders.at(-1), 'play beep');
  assert.deepEqual(
    room.ledger.of('optedOut').map(({ number }) => number),
    [customerNumber],
  );
  await room.clock.advance(500);
  assert.deepEqual(person.asked, ['hang up']);
  assert.equal(outcome()?.playCompleted, false);
});

test('with an opt-out key the person has three seconds after the message to press it', async () => {
  const { room, told, person, legId } = await placed({ optOutKey: '9' });
  await person.peerAnswers();
  await room.media.emit({ kind: 'playEnded', legId, playedMs: 4000 });
  await room.clock.advance(2900);
  assert.deepEqual(person.asked, []);
  await room.media.emit({ kind: 'digit', legId, digit: '9', durationMs: 80 });
  assert.ok(told.some((event) => event.kind === 'optedOut'));
  await room.clock.advance(500);
  assert.deepEqual(person.asked, ['hang up']);
});

test('a message that the media thread says nothing about does not hold the line for ever', async () => {
  const { room, person } = await placed();
  await person.peerAnswers();
  await room.clock.advance(9000);
  assert.deepEqual(person.asked, ['hang up']);
});

test('a call that is cut ends at once, with what was heard', async () => {
  const { room, person, outcome } = await placed();
  await person.peerAnswers();
  await room.clock.advance(700);
  room.calls.placer.hangUp(order.callId);
  await settled();
  assert.deepEqual(person.asked, ['hang up']);
  assert.equal(outcome()?.playedMs, 700);
});

test('an order that no trunk can carry is refused and leaves no trace', async () => {
  const room = openCallRoom({ maxCalls: 1 });
  const refusal = (change: Partial<TaskCallOrder>): string => {
    const result = room.calls.placer.place({ ...order, ...change }, () => {
      assert.fail();
    });
    return result.ok ? 'placed' : result.error;
  };
  assert.equal(refusal({ to: '+14155550100' }), 'prefix-not-allowed');
  assert.equal(refusal({ to: '112' }), 'emergency-number');
  assert.equal(refusal({ to: 'x' }), 'invalid-number');
  assert.equal(refusal({ callerNumber: '+4930123456' }), 'no-trunk');
  assert.equal(refusal({ queueId: 'gone' as QueueId }), 'unknown-queue');
  assert.deepEqual(room.ledger.entries, []);
  await room.signalling.register(ani);
  await room.customerRings('1000');
  assert.equal(refusal({}), 'no-capacity');
});

test('predictive: the person gets a free agent at once, and the call is one that the agent began', async () => {
  const { room, told, person, outcome } = await placed(predictive, true);
  assert.deepEqual(room.calls.placer.seats('music' as QueueId), { free: 1, busy: 0 });
  await person.peerAnswers();
  const phone = room.signalling.last;
  assert.equal(phone.order?.to.kind, 'agent');
  assert.equal(phone.order.answersItself, true);
  assert.deepEqual(room.calls.placer.seats('music' as QueueId), { free: 0, busy: 1 });
  await room.clock.advance(400);
  await phone.peerAnswers();
  assert.deepEqual(told.at(-1), { kind: 'agent', agentId: ani.id, afterMs: 400 });
  assert.equal(room.ledger.of('callStarted')[0]?.callType, 'agentOutbound');
  assert.deepEqual(room.ledger.of('recordingDecided')[0]?.verdict, {
    record: true,
    rule: 'agentOut.record',
  });
  await room.clock.advance(5000);
  assert.deepEqual(person.asked, [], 'the two seconds are over, but an agent came');
  await person.peerEnds();
  assert.equal(outcome()?.playedMs, null);
  assert.equal(room.stateOf(ani), 'wrapUp');
  assert.equal(room.ledger.of('messagePlayed').length, 0);
});

test('predictive: without an agent within two seconds the person hears the message, and the evidence is kept', async () => {
  const { room, person, legId, outcome } = await placed(predictive, true);
  await person.peerAnswers();
  const phone = room.signalling.last;
  await room.clock.advance(1999);
  assert.ok(!room.media.orders.includes('play asset-1'));
  await room.clock.advance(1);
  assert.ok(room.media.orders.includes('play asset-1'));
  assert.deepEqual(phone.asked, ['hang up']);
  assert.equal(room.stateOf(ani), 'available', 'nobody missed anything');
  await room.media.emit({ kind: 'playEnded', legId, playedMs: 4000 });
  await room.clock.advance(300);
  assert.equal(outcome()?.playCompleted, true);
  const [played] = room.ledger.of('messagePlayed');
  assert.deepEqual([played?.isForWantOfAgent, played?.playedMs], [true, 4000]);
  assert.deepEqual(room.ledger.of('recordingDecided')[0]?.verdict, {
    record: false,
    rule: 'no-agent',
  });
  assert.deepEqual(room.leftovers(), nothingLeft);
});

test('predictive: with nobody in the queue the message comes at once', async () => {
  const { room, person } = await placed(predictive);
  await person.peerAnswers();
  assert.ok(room.media.orders.includes('play asset-1'));
});

test('predictive: a person who hangs up before an agent came leaves the agent free', async () => {
  const { room, person, outcome } = await placed(predictive, true);
  await person.peerAnswers();
  const phone = room.signalling.last;
  await room.clock.advance(500);
  await person.peerEnds();
  assert.deepEqual(phone.asked, ['hang up']);
  assert.equal(room.stateOf(ani), 'available');
  assert.deepEqual([outcome()?.endStatus, outcome()?.playedMs], ['ok', null]);
  assert.deepEqual(room.leftovers(), nothingLeft);
});
