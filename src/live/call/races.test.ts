import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '#base/fault.ts';
import {
  ani,
  budi,
  directory,
  nothingLeft,
  openCallRoom,
  tenant,
} from '../../../tests/rig/call-room.ts';
import { fakeFolders, sdpOf, settled } from '../../../tests/rig/fake-call-world.ts';

test('an agent who answers in the instant the caller gives up is hung up on, and nothing is recorded', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerRings('1000');
  const phone = room.signalling.last;
  const both = [caller.peerEnds({ how: 'cancel' }), phone.peerAnswers()];
  await Promise.all(both);
  assert.deepEqual(phone.asked, ['hang up']);
  assert.equal(room.ledger.of('answered').length, 0);
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'ringingGiveUp');
  assert.equal(room.stateOf(ani), 'available');
  assert.deepEqual(room.leftovers(), nothingLeft);
});

test('a caller who gives up in the instant the agent answers was connected for that instant', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerRings('1000');
  const phone = room.signalling.last;
  await Promise.all([phone.peerAnswers(), caller.peerEnds({ how: 'cancel' })]);
  assert.deepEqual(phone.asked, ['hang up']);
  assert.deepEqual(room.ledger.kinds.slice(-2), ['recordingSealed', 'callEnded']);
  await room.clock.advance(30_000);
  assert.deepEqual(room.leftovers(), nothingLeft);
});

test('a caller who gives up before our port is open never rings anybody', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const invited = room.customerRings('3000');
  const caller = await invited;
  await caller.peerEnds({ how: 'cancel' });
  assert.equal(room.stateOf(ani), 'available');
  assert.deepEqual(room.leftovers(), nothingLeft);
});

test('a call that is hung up before its second leg has a port sends no INVITE', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const placed = await room.calls.place({
    tenantId: tenant.id,
    agentId: ani.id,
    to: '08123456789',
  });
  assert.ok(placed.ok);
  await room.calls.act(tenant.id, placed.value, { action: 'hang-up' });
  await settled();
  assert.equal(room.signalling.placed.length, 0);
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'callerCancel');
  assert.equal(room.stateOf(ani), 'available');
  assert.deepEqual(room.leftovers(), nothingLeft);
});

test('of two callers in the same instant one gets the agent and the other waits', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const [first, second] = await Promise.all([
    room.customerRings('1000'),
    room.customerRings('1000'),
  ]);
  assert.equal(room.signalling.placed.length, 1);
  await room.signalling.last.peerAnswers();
  assert.deepEqual(first.asked, ['180', '200']);
  assert.deepEqual(second.asked, ['180']);
  assert.equal(room.calls.list(tenant.id).filter((call) => call.state === 'queued').length, 1);
});

test('both sides that hang up at once end the call once', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerRings('1000');
  const phone = room.signalling.last;
  await phone.peerAnswers();
  await Promise.all([caller.peerEnds(), phone.peerEnds()]);
  assert.equal(room.ledger.of('callEnded').length, 1);
  assert.equal(room.ledger.of('legEnded').length, 2);
  assert.equal(room.ledger.of('recordingSealed').length, 1);
  await room.clock.advance(30_000);
  assert.deepEqual(room.leftovers(), nothingLeft);
});

for (const [how, by] of [
  ['session-expired', 'network'],
  ['no-ack', 'network'],
  ['transport', 'network'],
] as const) {
  test(`a phone that is lost (${how}) ends the call as an error of nobody's hand`, async () => {
    const room = openCallRoom();
    await room.signalling.register(ani);
    const caller = await room.customerTalks('1000');
    await caller.peerEnds({ by, how, text: 'no refresh' });
    const [end] = room.ledger.of('callEnded');
    assert.equal(end?.endStatus, 'error');
    assert.equal(end.hungUpSide, 'system');
    assert.match(end.cause, /customer's phone was lost: no refresh/u);
    assert.equal(room.ledger.of('recordingSealed').length, 1);
  });
}

test('a phone that falls silent for a minute ends the call, and the recording is kept', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.customerTalks('1000');
  const [legId] = room.ledger.of('legStarted').map((leg) => leg.legId);
  assert.ok(legId !== undefined);
  await room.media.emit({ kind: 'silent', legId, silentMs: 60_000 });
  assert.match(
    room.ledger.of('callEnded')[0]?.cause ?? '',
    /nothing was heard of the customer for 60 s/u,
  );
  assert.equal(room.ledger.of('recordingSealed').length, 1);
});

test('a disk that stalls while journals are sealed keeps no call open, and the recording ends when the disk goes on', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerTalks('1000');
  room.media.sealsInTime = false;
  await caller.peerEnds();
  assert.equal(room.ledger.of('callEnded').length, 0);
  await room.clock.advance(5_000);
  assert.equal(room.ledger.kinds.at(-1), 'callEnded');
  assert.equal(room.calls.size, 0);
  assert.match(room.log.errors[0] ?? '', /call.seal-timeout/u);
  const summary = {
    frames: 8000,
    lostFrames: 0,
    bytes: 8000,
    firstPacketAtMonoNs: '1',
    lastPacketAtMonoNs: '2',
  };
  for (const { trackId } of room.media.tracks) {
    assert.deepEqual(room.ledger.of('recordingSealed'), []);
    await room.media.emit({ kind: 'trackSealed', trackId, summary });
  }
  assert.deepEqual(
    room.ledger.of('trackSealed').map((entry) => entry.summary.frames),
    [8000, 8000],
  );
  assert.equal(room.ledger.of('recordingSealed').length, 1);
  assert.equal(room.ledger.of('recordingFailed').length, 0);
  assert.equal(room.ledger.of('callEnded').length, 1);
});

test('a phone that does not answer our BYE keeps the recording waiting for nothing and the call for 5 s', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerRings('1000');
  const phone = room.signalling.last;
  await phone.peerAnswers();
  phone.isDeaf = true;
  await caller.peerEnds();
  assert.equal(room.ledger.of('recordingSealed').length, 1);
  assert.equal(room.ledger.of('callEnded').length, 0);
  const endedAt = room.clock.nowMs();
  await room.clock.advance(5_000);
  assert.equal(room.ledger.of('callEnded')[0]?.at, endedAt);
  assert.equal(room.ledger.of('legEnded').length, 2);
  await phone.peerEnds({ by: 'network', how: 'timeout' });
  assert.equal(room.ledger.of('legEnded').length, 2);
});

test('a journal that the disk refuses fails the recording and not the call', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerTalks('1000');
  const [track] = room.media.tracks;
  assert.ok(track !== undefined);
  const summary = {
    frames: 8000,
    lostFrames: 0,
    bytes: 8000,
    firstPacketAtMonoNs: '1',
    lastPacketAtMonoNs: '2',
  };
  await room.media.emit({
    kind: 'trackFailed',
    trackId: track.trackId,
    reason: 'disk/full',
    summary,
  });
  assert.equal(room.calls.list(tenant.id)[0]?.state, 'connected');
  await caller.peerEnds();
  assert.deepEqual(
    room.ledger.of('trackSealed').map((entry) => entry.failedBy),
    ['disk/full', null],
  );
  assert.equal(room.ledger.of('recordingSealed').length, 1);
});

test('what ended capture is in the log once per call, however many voices it took', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerTalks('1000');
  const summary = {
    frames: 0,
    lostFrames: 0,
    bytes: 0,
    firstPacketAtMonoNs: null,
    lastPacketAtMonoNs: null,
  };
  for (const { trackId } of room.media.tracks)
    await room.media.emit({ kind: 'trackFailed', trackId, reason: 'disk/full', summary });
  await caller.peerEnds();
  const callId = room.ledger.of('callStarted')[0]?.callId;
  assert.deepEqual(
    room.log.warnings.filter((line) => line.startsWith('call.capture')),
    [`call.capture-failed ${JSON.stringify({ callId, code: 'disk/full' })}`],
  );
});

test('a folder that cannot be made fails the recording at its start, by name, and the call goes on', async () => {
  const room = openCallRoom({
    folders: {
      make: () => {
        throw new Fault('disk/read-only', 'the file system is read-only');
      },
    },
  });
  await room.signalling.register(ani);
  const caller = await room.customerTalks('1000');
  assert.equal(room.ledger.of('recordingFailed')[0]?.reason, 'disk/read-only');
  assert.equal(room.calls.list(tenant.id)[0]?.state, 'connected');
  await caller.peerEnds();
  assert.equal(room.ledger.of('recordingSealed').length, 0);
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'ok');
});

test('a media thread that dies ends the call as broken, and what it had written of both voices is kept', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerTalks('1000');
  room.media.sealsInTime = false;
  for (const { trackId } of room.media.tracks)
    await room.media.emit({ kind: 'trackLost', trackId });
  await room.media.emit({ kind: 'mediaLost', reason: 'media/thread-died' });
  assert.equal(caller.isOver, true);
  assert.match(room.ledger.of('callEnded')[0]?.cause ?? '', /media of the call was lost/u);
  assert.deepEqual(
    room.ledger.of('trackSealed').map((entry) => [entry.summary.frames, entry.salvaged]),
    [
      [8000, true],
      [8000, true],
    ],
  );
  assert.deepEqual(
    room.ledger.of('trackStarted').map((entry) => entry.path),
    room.journals.salvaged,
  );
  assert.equal(room.ledger.of('recordingSealed').length, 1);
  assert.equal(room.ledger.kinds.at(-1), 'callEnded');
});

test('a journal that the disk does not give up after its media thread died stays open for the next start', async () => {
  const room = openCallRoom();
  room.journals.refuses = new Fault('disk/io', 'the disk does not read');
  await room.signalling.register(ani);
  await room.customerTalks('1000');
  room.media.sealsInTime = false;
  for (const { trackId } of room.media.tracks)
    await room.media.emit({ kind: 'trackLost', trackId });
  await room.media.emit({ kind: 'mediaLost', reason: 'media/thread-died' });
  await room.clock.advance(5_000);
  assert.equal(room.ledger.kinds.at(-1), 'callEnded');
  assert.equal(room.ledger.of('trackSealed').length, 0);
  assert.equal(
    room.ledger.of('recordingSealed').length + room.ledger.of('recordingFailed').length,
    0,
  );
});

test('a ledger that refuses stops no call', async () => {
  const room = openCallRoom();
  const append = room.ledger.append.bind(room.ledger);
  room.ledger.append = () => {
    throw new Fault('ledger/unwritable', 'the disk is full');
  };
  await room.signalling.register(ani);
  const caller = await room.customerTalks('1000');
  assert.deepEqual(caller.asked, ['180', '200']);
  room.ledger.append = append;
  await caller.peerEnds();
  assert.equal(room.log.errors.length, 1);
  await room.clock.advance(30_000);
  assert.deepEqual(room.leftovers(), nothingLeft);
});

test('a fault in our own signalling ends that call with 500 and leaves the others alone', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.signalling.register(budi);
  const talking = await room.customerTalks('1000');
  const place = room.signalling.place.bind(room.signalling);
  room.signalling.place = () => {
    throw new Fault('sip/broken', 'no socket');
  };
  const unlucky = await room.customerRings('1000');
  room.signalling.place = place;
  assert.deepEqual(unlucky.asked, ['180', '500']);
  assert.equal(talking.isOver, false);
  assert.equal(room.stateOf(budi), 'available');
  assert.equal(room.calls.size, 1);
});

test('phones that register anew within the grace keep the waiting callers, phones that stay away lose them', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.customerTalks('1000');
  const waiting = await room.customerRings('2000');
  await room.signalling.register(ani, 0);
  await room.clock.advance(14_000);
  await room.signalling.register(ani, 1);
  await room.clock.advance(20_000);
  assert.equal(waiting.isOver, false);
  await room.signalling.register(ani, 0);
  await room.clock.advance(15_000);
  assert.equal(waiting.isOver, true);
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'noSeatOnline');
});

test('an agent deleted in mid-call is forgotten when the call ends', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerTalks('1000');
  room.settings.change({ ...directory, agents: [budi] });
  await caller.peerEnds();
  assert.equal(room.ledger.of('callEnded')[0]?.endStatus, 'ok');
  assert.deepEqual(room.leftovers(), nothingLeft);
});

test('closing waits for the calls that are up, refuses new ones, then ends what is left and seals it', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.signalling.register(budi);
  const first = await room.customerTalks('1000');
  const second = await room.customerTalks('1000');
  let isClosed = false;
  const closed = room.calls.close(10_000).then(() => (isClosed = true));
  await settled();
  assert.deepEqual((await room.customerRings('1000')).asked, ['503']);
  await first.peerEnds();
  await room.clock.advance(9_999);
  assert.equal(isClosed, false);
  assert.equal(second.isOver, false);
  await room.clock.advance(1);
  await closed;
  assert.equal(second.isOver, true);
  assert.match(room.ledger.of('callEnded')[1]?.cause ?? '', /shut down/u);
  assert.equal(room.ledger.of('recordingSealed').length, 2);
  assert.deepEqual(room.leftovers(), nothingLeft);
  await room.calls.close(0);
});

test('a thousand calls of every kind of ending leave no call, leg, port or timer behind', async () => {
  const room = openCallRoom({ folders: fakeFolders });
  await room.signalling.register(ani);
  await room.signalling.register(budi);
  for (let count = 0; count < 1000; count++) {
    const caller = await room.customerRings(count % 3 === 0 ? '2000' : '1000');
    const phone = room.signalling.placed.at(-1);
    const isRung = phone !== undefined && !phone.isOver;
    switch (count % 5) {
      case 0:
        break;
      case 1:
        if (isRung) await phone.peerAnswers();
        break;
      case 2:
        if (isRung) await phone.peerAnswers();
        if (isRung) await phone.peer({ kind: 'offered', sdp: sdpOf('sendonly') });
        break;
      case 3:
        if (isRung) await phone.peerEnds({ how: 'refused', sipStatus: 486 });
        break;
      default:
        if (isRung) await phone.peerAnswers(sdpOf('sendrecv', '18'));
    }
    await caller.peerEnds();
    for (const agent of [ani, budi]) room.calls.setAgentState(tenant.id, agent.id, 'available');
  }
  await room.clock.advance(30_000);
  assert.deepEqual(room.leftovers(), nothingLeft);
  assert.equal(room.ledger.of('callEnded').length, 1000);
  assert.equal(room.ledger.of('trackStarted').length, room.ledger.of('trackSealed').length);
  assert.ok(room.ledger.of('answered').length >= 300);
  assert.deepEqual(room.log.errors, []);
});
