import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ani,
  budi,
  customerNumber,
  directory,
  nothingLeft,
  openCallRoom,
  tenant,
} from '../../../tests/rig/call-room.ts';
import { sdpOf } from '../../../tests/rig/fake-call-world.ts';

test('a recorded call from ring to hang-up is in the ledger in the order in which it happened', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerRings('1000');
  const phone = room.signalling.last;
  assert.deepEqual(caller.asked, ['180']);
  assert.equal(phone.order?.callerNumber, customerNumber);
  assert.equal(phone.order.ringSeconds, 20);
  await phone.peerRings();
  await phone.peerAnswers();
  assert.deepEqual(caller.asked, ['180', '200']);
  assert.equal(room.stateOf(ani), 'onCall');
  await caller.peerEnds();
  assert.deepEqual(phone.asked, ['hang up']);
  assert.deepEqual(room.ledger.kinds, [
    'callStarted',
    'legStarted',
    'queued',
    'legStarted',
    'legRinging',
    'legAnswered',
    'legAnswered',
    'answered',
    'recordingDecided',
    'recordingStarted',
    'trackStarted',
    'trackStarted',
    'legEnded',
    'legEnded',
    'trackSealed',
    'trackSealed',
    'recordingSealed',
    'callEnded',
  ]);
  const [end] = room.ledger.of('callEnded');
  assert.equal(end?.endStatus, 'ok');
  assert.equal(end.hungUpSide, 'user');
  assert.equal(end.gotMedia, true);
  assert.deepEqual(
    room.ledger.of('legStarted').map((leg) => leg.participant),
    [
      { participant: 1, kind: 'customer', endpointUser: customerNumber, agentId: null },
      { participant: 2, kind: 'agent', endpointUser: 'ani@centre.example', agentId: 'ani' },
    ],
  );
  assert.equal(room.stateOf(ani), 'wrapUp');
  await room.clock.advance(30_000);
  assert.equal(room.stateOf(ani), 'available');
  assert.deepEqual(room.leftovers(), nothingLeft);
  assert.deepEqual(room.log.errors, []);
});

test('each voice goes to a journal of its own, with the facts that tell an orphan', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerTalks('1000');
  const facts = room.media.tracks.map(
    (track) => JSON.parse(Buffer.from(track.header).toString()) as Record<string, unknown>,
  );
  const [started] = room.ledger.of('callStarted');
  const [recording] = room.ledger.of('recordingStarted');
  assert.deepEqual(
    facts.map((one) => [
      one['participant'],
      one['participantKind'],
      one['callId'],
      one['recordingId'],
    ]),
    [
      [1, 'customer', started?.callId, recording?.recordingId],
      [2, 'agent', started?.callId, recording?.recordingId],
    ],
  );
  for (const [index, track] of room.media.tracks.entries()) {
    assert.equal(track.path, `/data/${String(room.ledger.of('trackStarted')[index]?.path)}`);
    assert.equal(track.key.length, 32);
  }
  await caller.peerEnds();
});

test('a queue with music answers at once and plays until an agent is there', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerRings('2000');
  assert.deepEqual(caller.asked, ['200']);
  assert.ok(room.media.orders.includes('play music'));
  await room.signalling.last.peerAnswers();
  assert.ok(room.media.orders.includes('stop playing'));
  assert.deepEqual(caller.asked, ['200']);
  await caller.peerEnds();
});

test('an agent who does not answer is passed over, is unavailable, and the next one gets the call', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.clock.advance(10);
  await room.signalling.register(budi);
  const caller = await room.customerRings('1000');
  const first = room.signalling.last;
  assert.equal(first.order?.to.kind === 'agent' ? first.order.to.agent.name : '', 'ani');
  await first.peerEnds({ by: 'us', how: 'no-answer' });
  assert.equal(room.stateOf(ani), 'unavailable');
  const second = room.signalling.last;
  assert.equal(second.order?.to.kind === 'agent' ? second.order.to.agent.name : '', 'budi');
  await second.peerAnswers();
  assert.equal(room.calls.list(tenant.id)[0]?.state, 'connected');
  assert.deepEqual(
    room.ledger.of('recordingDecided').map((entry) => entry.verdict),
    [{ record: true, rule: 'inbound.record' }],
  );
  await caller.peerEnds();
});

test('with nobody left who could answer the caller gets 480 and the call says noSeatOnline', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerRings('1000');
  await room.signalling.last.peerEnds({ how: 'refused', sipStatus: 486 });
  assert.deepEqual(caller.asked, ['180', '480']);
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'noSeatOnline');
  assert.equal(room.ledger.of('recordingDecided').length, 0);
});

test('with no agent online the caller never hears a ring', async () => {
  const room = openCallRoom();
  const caller = await room.customerRings('1000');
  assert.deepEqual(caller.asked, ['480']);
  const [end] = room.ledger.of('callEnded');
  assert.equal(end?.endStatus, 'noSeatOnline');
  assert.equal(end.gotMedia, false);
  assert.equal(room.ledger.of('queued').length, 1, 'the call is one of its queue');
  assert.deepEqual(room.leftovers(), nothingLeft);
});

test('a caller who gives up in the queue has heard us: the call is excluded for want of an agent', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.customerTalks('1000');
  const waiting = await room.customerRings('2000');
  assert.equal(room.calls.list(tenant.id)[1]?.state, 'queued');
  await waiting.peerEnds();
  const [end] = room.ledger.of('callEnded');
  assert.equal(end?.endStatus, 'waitingGiveUp');
  assert.equal(end.gotMedia, true);
  assert.deepEqual(room.ledger.of('recordingDecided').at(-1)?.verdict, {
    record: false,
    rule: 'no-agent',
  });
});

test('a caller who waits longer than the queue allows is sent away', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.customerTalks('1000');
  const waiting = await room.customerRings('2000');
  await room.clock.advance(59_000);
  assert.equal(waiting.isOver, false);
  await room.clock.advance(1_000);
  assert.deepEqual(waiting.asked, ['200', 'hang up']);
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'waitingGiveUp');
});

test('callers get the agent in the order in which they came', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const talking = await room.customerTalks('1000');
  const second = await room.customerRings('1000');
  const third = await room.customerRings('2000');
  await talking.peerEnds();
  await room.clock.advance(30_000);
  await room.signalling.last.peerAnswers();
  assert.deepEqual(second.asked, ['180', '200']);
  assert.deepEqual(third.asked, ['200']);
  assert.equal(room.signalling.placed.length, 2);
});

test('a number of an agent rings that agent alone, and says so when they are busy or away', async () => {
  const room = openCallRoom();
  assert.deepEqual((await room.customerRings('3000')).asked, ['480']);
  await room.signalling.register(ani);
  const first = await room.customerRings('3000');
  assert.deepEqual(first.asked, []);
  await room.signalling.last.peerRings();
  assert.deepEqual(first.asked, ['180']);
  const second = await room.customerRings('3000');
  assert.deepEqual(second.asked, ['486']);
  await room.signalling.last.peerEnds({ how: 'refused', sipStatus: 603 });
  assert.deepEqual(first.asked, ['180', '603']);
  assert.equal(room.ledger.of('callEnded').at(-1)?.endStatus, 'userReject');
});

test('an unknown number is refused with 404 and is in the ledger all the same', async () => {
  const room = openCallRoom();
  const caller = await room.customerRings('9999');
  assert.deepEqual(caller.asked, ['404']);
  assert.deepEqual(room.ledger.kinds, ['callStarted', 'legStarted', 'legEnded', 'callEnded']);
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'numberNotExist');
});

test('an offer without a codec of ours is refused with 488, a broken one with 400, before anybody rings', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  assert.deepEqual((await room.customerRings('1000', sdpOf('sendrecv', '18'))).asked, ['488']);
  assert.deepEqual((await room.customerRings('1000', Buffer.from('nonsense'))).asked, ['400']);
  assert.equal(room.signalling.placed.length, 0);
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'clientError');
  assert.equal(room.stateOf(ani), 'available');
});

test('without a free port the call is refused with 503 and nobody is left waiting', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  room.media.hasPorts = false;
  assert.deepEqual((await room.customerRings('1000')).asked, ['503']);
  assert.deepEqual((await room.customerRings('3000')).asked, ['503']);
  assert.equal(room.stateOf(ani), 'available');
  room.media.hasPorts = true;
  await room.customerRings('3000');
  assert.equal(room.signalling.placed.length, 1, 'the agent can be rung again');
});

test('an INVITE without an offer gets ours in the 200 and its answer from the ACK', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerRings('1000', null);
  await room.signalling.last.peerAnswers();
  assert.match(caller.sent.answer ?? '', /m=audio \d+ RTP\/AVP 0 8 101/u);
  await caller.peer({ kind: 'confirmed', sdp: sdpOf('sendrecv', '8 101') });
  assert.ok(room.media.orders.includes('remote PCMA sendrecv'));
  await caller.peerEnds();
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'ok');
});

test('an ACK without the answer that was owed ends the call', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerRings('1000', null);
  await room.signalling.last.peerAnswers();
  await caller.peer({ kind: 'confirmed', sdp: null });
  assert.deepEqual(caller.asked, ['180', '200', 'hang up']);
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'clientError');
});

test('unlike codecs of the two sides are each agreed for themselves', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.customerRings('1000', sdpOf('sendrecv', '8'));
  await room.signalling.last.peerAnswers(sdpOf('sendrecv', '0'));
  assert.deepEqual(
    room.media.orders.filter((order) => order.startsWith('remote')),
    ['remote PCMA sendrecv', 'remote PCMU sendrecv'],
  );
});

test('a call that the settings do not record is connected, excluded, and has no journal', async () => {
  const room = openCallRoom();
  room.settings.change({
    ...room.settings.current(),
    tenants: [{ ...tenant, recording: { ...tenant.recording, inbound: { record: false } } }],
  });
  await room.signalling.register(ani);
  const caller = await room.customerTalks('1000');
  await caller.peerEnds();
  assert.deepEqual(
    room.ledger.of('recordingDecided').map((entry) => entry.verdict),
    [{ record: false, rule: 'settings-off' }],
  );
  assert.equal(room.media.tracks.length, 0);
  assert.equal(room.ledger.of('recordingSealed').length, 0);
  assert.deepEqual(room.ledger.kinds.at(-1), 'callEnded');
});

test('a caller whose time is over while a phone rings may still be answered, but nobody else is rung', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.signalling.register(budi);
  const caller = await room.customerRings('2000');
  await room.clock.advance(61_000);
  assert.equal(caller.isOver, false);
  await room.signalling.last.peerEnds({ by: 'us', how: 'no-answer' });
  assert.equal(room.signalling.placed.length, 1);
  assert.deepEqual(caller.asked, ['200', 'hang up']);
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'waitingGiveUp');
});

test('of two idle agents the one who has waited longer is rung, whatever the order of the list', async () => {
  const room = openCallRoom();
  await room.signalling.register(budi);
  await room.clock.advance(1_000);
  await room.signalling.register(ani);
  await room.customerRings('1000');
  const { order } = room.signalling.last;
  assert.equal(order?.to.kind === 'agent' ? order.to.agent.name : '', 'budi');
});

test('an unavailable agent is rung by colleagues but not by customers, and nobody in wrap-up by customers', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.signalling.register(budi);
  room.calls.setAgentState(tenant.id, ani.id, 'unavailable');
  assert.deepEqual((await room.customerRings('3000')).asked, ['480']);
  const colleague = await room.agentDials(budi, 'ani');
  assert.equal(room.signalling.placed.length, 1);
  await colleague.peerEnds({ how: 'cancel' });
  room.calls.setAgentState(tenant.id, ani.id, 'available');
  const caller = await room.customerTalks('3000');
  await caller.peerEnds();
  assert.equal(room.stateOf(ani), 'wrapUp');
  assert.deepEqual((await room.customerRings('3000')).asked, ['486']);
});

test('the called number is kept as the centre knows it, however the trunk writes it', async () => {
  const room = openCallRoom();
  const { numbers } = room.settings.current();
  const [first] = numbers;
  assert.ok(first !== undefined);
  room.settings.change({
    ...room.settings.current(),
    numbers: [{ ...first, number: '+62215550100' }],
  });
  await room.customerRings('62215550100');
  await room.customerRings('0215550100');
  assert.deepEqual(
    room.ledger.of('callStarted').map((call) => call.callee),
    ['+62215550100', '+62215550100'],
  );
});

test('who is given a queue is rung for the caller who waits there, not for the one who comes next', async () => {
  const room = openCallRoom();
  const idle = { ...budi, queueIds: [] };
  room.settings.change({ ...directory, version: 8, agents: [ani, idle] });
  await room.signalling.register(ani);
  await room.signalling.register(idle);
  await room.agentDials(ani, '+628999999999');
  const before = room.signalling.placed.length;
  await room.customerRings('1000');
  assert.equal(room.signalling.placed.length, before, 'nobody is free in this queue');
  room.settings.change({ ...directory, version: 9 });
  await room.clock.advance(0);
  assert.equal(room.signalling.placed.length, before + 1);
  await room.customerRings('1000');
  assert.equal(room.signalling.placed.length, before + 1, 'the newcomer waits');
  const inbound = room.calls.list(tenant.id).filter(({ callType }) => callType === 'inbound');
  assert.deepEqual(
    inbound.map(({ state }) => state),
    ['connecting', 'queued'],
  );
});
