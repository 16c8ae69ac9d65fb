import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ani,
  budi,
  customerNumber,
  nothingLeft,
  openCallRoom,
  tenant,
} from '../../../tests/rig/call-room.ts';
import { sdpOf, settled } from '../../../tests/rig/fake-call-world.ts';

test('an agent dials out by the trunk, and is answered when the called party answers', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const phone = await room.agentDials(ani, '08123456789');
  assert.equal(room.stateOf(ani), 'onCall');
  const outside = room.signalling.last;
  assert.deepEqual(
    outside.order?.to.kind === 'trunk' ? outside.order.to.number : '',
    customerNumber,
  );
  assert.equal(outside.order?.callerNumber, '+62215550001');
  await outside.peerRings();
  assert.deepEqual(phone.asked, ['180']);
  await outside.peerAnswers();
  assert.deepEqual(phone.asked, ['180', '200']);
  await phone.peerEnds();
  const [start] = room.ledger.of('callStarted');
  assert.deepEqual(
    [start?.callType, start?.direction, start?.caller, start?.callee, start?.trunkId],
    ['agentOutbound', 'out', '+62215550001', customerNumber, 'trunk'],
  );
  assert.deepEqual(room.ledger.of('recordingDecided')[0]?.verdict, {
    record: true,
    rule: 'agentOut.record',
  });
  assert.deepEqual(
    room.ledger.of('trackStarted').map((track) => track.participant),
    [2, 1],
  );
  assert.equal(room.stateOf(ani), 'wrapUp');
});

test('early media of the called party reaches the agent before the answer', async () => {
  const room = openCallRoom();
  const phone = await room.agentDials(ani, '08123456789');
  await room.signalling.last.peerRings(sdpOf('sendrecv', '8'));
  assert.deepEqual(phone.asked, ['183']);
  assert.match(phone.sent.ringing ?? '', /m=audio/u);
  assert.ok(room.media.orders.includes('hear 1'));
  assert.equal(room.media.tracks.length, 0, 'nothing is captured before the answer');
  await room.signalling.last.peerAnswers(sdpOf('sendrecv', '8'));
  assert.equal(room.media.tracks.length, 2);
});

for (const [status, endStatus] of [
  [486, 'busy'],
  [404, 'numberNotExist'],
  [603, 'userReject'],
  [503, 'operatorException'],
] as const) {
  test(`a called party that refuses with ${status} gives the agent's phone ${status}`, async () => {
    const room = openCallRoom();
    await room.signalling.register(ani);
    const phone = await room.agentDials(ani, '08123456789');
    await room.signalling.last.peerEnds({ how: 'refused', sipStatus: status });
    assert.deepEqual(phone.asked, [String(status)]);
    const [end] = room.ledger.of('callEnded');
    assert.equal(end?.endStatus, endStatus);
    assert.equal(end.gotMedia, false);
    assert.equal(room.stateOf(ani), 'available');
    assert.deepEqual(room.leftovers(), nothingLeft);
  });
}

test('a country that is not allowed is refused with 403 and no trunk is asked', async () => {
  const room = openCallRoom();
  assert.deepEqual((await room.agentDials(ani, '+14155550100')).asked, ['403']);
  assert.equal(room.signalling.placed.length, 0);
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'restrictedArea');
});

test('an emergency call passes when the room is full, any other gets 503', async () => {
  const room = openCallRoom({ maxCalls: 1 });
  await room.agentDials(ani, '08123456789');
  assert.deepEqual((await room.agentDials(budi, '08123456789')).asked, ['503']);
  assert.deepEqual((await room.agentDials(budi, '112')).asked, []);
  assert.equal(room.signalling.placed.length, 2);
  assert.equal(room.ledger.of('callStarted').length, 2);
});

test('click-to-call of an emergency number passes when the room is full, of any other number it is refused', async () => {
  const room = openCallRoom({ maxCalls: 1 });
  await room.signalling.register(budi);
  await room.agentDials(ani, '08123456789');
  const place = (to: string) => room.calls.place({ tenantId: tenant.id, agentId: budi.id, to });
  assert.deepEqual(await place('08123456789'), { ok: false, error: 'no-capacity' });
  assert.equal(room.stateOf(budi), 'available', 'a refused call takes nobody');
  assert.ok((await place('112')).ok);
  await room.clock.advance(0);
  assert.deepEqual(room.signalling.last.order?.to, { kind: 'agent', agent: budi });
  void room.calls.close(0);
  assert.deepEqual(await place('112'), { ok: false, error: 'no-capacity' }, 'a stopping server');
});

test('a colleague is rung by user name, and the call is excluded as internal', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.signalling.register(budi);
  const phone = await room.agentDials(ani, 'budi');
  await room.signalling.last.peerAnswers();
  assert.equal(room.stateOf(budi), 'onCall');
  await phone.peerEnds();
  assert.deepEqual(room.ledger.of('recordingDecided')[0]?.verdict, {
    record: false,
    rule: 'internal',
  });
  assert.equal(room.media.tracks.length, 0);
  assert.equal(room.stateOf(budi), 'available');
});

test('click-to-call rings the agent first, then dials with ringback, then connects', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const placed = await room.calls.place({
    tenantId: tenant.id,
    agentId: ani.id,
    to: '08123456789',
  });
  await settled();
  assert.ok(placed.ok);
  const phone = room.signalling.last;
  assert.equal(phone.order?.to.kind, 'agent');
  await phone.peerRings();
  await phone.peerAnswers();
  assert.ok(room.media.orders.includes('play ringback'));
  const outside = room.signalling.last;
  assert.equal(outside.order?.to.kind, 'trunk');
  await outside.peerAnswers();
  assert.equal(room.calls.find(tenant.id, placed.value)?.state, 'connected');
  await outside.peerEnds();
  assert.equal(room.ledger.of('callEnded')[0]?.hungUpSide, 'user');
  assert.deepEqual(room.ledger.kinds.filter((kind) => kind === 'trackSealed').length, 2);
});

test('click-to-call is refused for want of an agent, a phone, a number, a trunk or a free agent', async () => {
  const room = openCallRoom();
  const place = async (change: { to?: string; agentId?: string; callerNumber?: string }) => {
    const placed = await room.calls.place({
      tenantId: tenant.id,
      agentId: ani.id,
      to: '08123456789',
      ...(change as object),
    });
    return placed.ok ? 'placed' : placed.error;
  };
  assert.equal(await place({ agentId: 'nobody' }), 'unknown-agent');
  assert.equal(await place({}), 'agent-not-registered');
  await room.signalling.register(ani);
  assert.equal(await place({ to: 'abc' }), 'invalid-number');
  assert.equal(await place({ to: '+14155550100' }), 'prefix-not-allowed');
  assert.equal(await place({ callerNumber: '+4930123456' }), 'no-trunk');
  assert.equal(await place({}), 'placed');
  assert.equal(await place({}), 'agent-busy');
});

test('*0 and *1 set the state of an agent who has only a phone, and are no calls', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const away = await room.agentDials(ani, '*0');
  assert.deepEqual(away.asked, ['200']);
  assert.ok(room.media.orders.includes('play beep'));
  assert.equal(room.stateOf(ani), 'unavailable');
  await room.media.emit({ kind: 'playEnded', legId: away.id, playedMs: 200 });
  assert.deepEqual(away.asked, ['200', 'hang up']);
  const back = await room.agentDials(ani, '*1');
  assert.equal(room.stateOf(ani), 'available');
  await room.clock.advance(2_000);
  assert.deepEqual(back.asked, ['200', 'hang up']);
  assert.deepEqual(room.ledger.entries, []);
  assert.deepEqual(room.leftovers(), nothingLeft);
});

test('*0 is refused with 603 while the agent is on a call', async () => {
  const room = openCallRoom();
  await room.agentDials(ani, '08123456789');
  assert.deepEqual((await room.agentDials(ani, '*0')).asked, ['603']);
});
