import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ani, openCallRoom, openTalkingRoom, tenant } from '../../../tests/rig/call-room.ts';
import { type FakeLeg, sdpOf, settled } from '../../../tests/rig/fake-call-world.ts';

const reInvite = (leg: FakeLeg, sdp: Buffer | null): Promise<void> =>
  leg.peer({ kind: 'offered', sdp });

test("an agent's hold is answered recvonly, the customer hears music and nothing is captured", async () => {
  const { phone, media, ledger, calls, callId } = await openTalkingRoom();
  await reInvite(phone, sdpOf('sendonly'));
  assert.deepEqual(phone.asked, ['re-INVITE 200']);
  assert.match(phone.sent.reAnswer ?? '', /a=recvonly/u);
  assert.deepEqual(media.orders, [
    'remote PCMU recvonly',
    'hear 0',
    'play music',
    'hear 0',
    'hold held-by-agent',
    'hold held-by-agent',
  ]);
  assert.equal(calls.find(tenant.id, callId)?.state, 'on_hold');
  assert.equal(calls.find(tenant.id, callId)?.capture, 'paused');
  assert.deepEqual(
    ledger.of('held').map((entry) => entry.reason),
    ['held-by-agent'],
  );
  media.orders.length = 0;
  await reInvite(phone, sdpOf('sendrecv'));
  assert.match(phone.sent.reAnswer ?? '', /a=sendrecv/u);
  assert.ok(media.orders.includes('stop playing'));
  assert.equal(media.orders.filter((order) => order === 'resume held-by-agent').length, 2);
  assert.equal(ledger.of('unheld').length, 1);
});

test("a customer's hold with inactive is answered inactive, and the agent hears music", async () => {
  const { caller, media, ledger } = await openTalkingRoom();
  await reInvite(caller, sdpOf('inactive'));
  assert.match(caller.sent.reAnswer ?? '', /a=inactive/u);
  assert.ok(media.orders.includes('play music'));
  assert.equal(ledger.of('held')[0]?.reason, 'held-by-customer');
});

test('the old hold by a connection address of 0.0.0.0 is a hold as well', async () => {
  const { phone, ledger } = await openTalkingRoom();
  const old = sdpOf('sendrecv').toString().replace('c=IN IP4 127.0.0.1', 'c=IN IP4 0.0.0.0');
  await reInvite(phone, Buffer.from(old));
  assert.equal(ledger.of('held').length, 1);
});

test('a call that begins on hold is held as soon as it is connected', async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.customerRings('1000', sdpOf('sendonly'));
  await room.signalling.last.peerAnswers();
  assert.equal(room.ledger.of('held')[0]?.reason, 'held-by-customer');
  assert.equal(room.media.orders.filter((order) => order.startsWith('hold')).length, 2);
});

test('hold from the console re-invites the customer as sendonly and brings them back as sendrecv', async () => {
  const { caller, calls, callId, media } = await openTalkingRoom();
  caller.reOfferAnswer = { ok: true, value: { sdp: sdpOf('recvonly') } };
  const held = await calls.act(tenant.id, callId, { action: 'hold' });
  await settled();
  assert.ok(held.ok && held.value.state === 'on_hold');
  assert.match(caller.sent.offer ?? '', /a=sendonly/u);
  assert.ok(media.orders.includes('play music'));
  assert.ok(media.orders.includes('remote PCMU sendonly'));
  assert.deepEqual(await calls.act(tenant.id, callId, { action: 'hold' }), {
    ok: false,
    error: 'already-so',
  });
  caller.reOfferAnswer = { ok: true, value: { sdp: sdpOf('sendrecv') } };
  const back = await calls.act(tenant.id, callId, { action: 'unhold' });
  await settled();
  assert.ok(back.ok && back.value.state === 'connected');
  assert.match(caller.sent.offer ?? '', /a=sendrecv/u);
});

test('a phone that refuses the hold is held all the same: it hears music and is not captured', async () => {
  const { caller, calls, callId, media, ledger } = await openTalkingRoom();
  caller.reOfferAnswer = { ok: false, error: { status: 488 } };
  await calls.act(tenant.id, callId, { action: 'hold' });
  await settled();
  assert.ok(media.orders.includes('play music'));
  assert.equal(ledger.of('held').length, 1);
  assert.equal(caller.isOver, false);
});

test('hold and unhold in quick succession leave the phone with the last word', async () => {
  const { caller, calls, callId } = await openTalkingRoom();
  const orders = [
    calls.act(tenant.id, callId, { action: 'hold' }),
    calls.act(tenant.id, callId, { action: 'unhold' }),
  ];
  await Promise.all(orders);
  await settled();
  assert.deepEqual(caller.asked.slice(-2), ['re-INVITE', 're-INVITE']);
  assert.match(caller.sent.offer ?? '', /a=sendrecv/u);
});

test('a new offer with another codec is agreed in mid-call, one without a codec of ours changes nothing', async () => {
  const { phone, media, ledger } = await openTalkingRoom();
  await reInvite(phone, sdpOf('sendrecv', '8 101'));
  assert.deepEqual(media.orders, ['remote PCMA sendrecv']);
  await reInvite(phone, sdpOf('sendrecv', '18'));
  assert.deepEqual(phone.asked, ['re-INVITE 200', 're-INVITE 488']);
  assert.equal(media.orders.length, 1);
  assert.equal(ledger.of('callEnded').length, 0);
});

test('a re-INVITE without an offer gets ours, and its ACK brings the answer', async () => {
  const { caller, media } = await openTalkingRoom();
  await reInvite(caller, null);
  assert.match(caller.sent.reAnswer ?? '', /m=audio/u);
  await caller.peer({ kind: 'confirmed', sdp: sdpOf('sendrecv', '8 101') });
  assert.deepEqual(media.orders, ['remote PCMA sendrecv']);
});

test('hanging up while held ends the call and both journals', async () => {
  const { phone, caller, ledger } = await openTalkingRoom();
  await reInvite(phone, sdpOf('sendonly'));
  await phone.peerEnds();
  assert.equal(caller.isOver, true);
  assert.equal(ledger.of('trackSealed').length, 2);
  assert.equal(ledger.of('callEnded')[0]?.hungUpSide, 'seat');
});

test("another tenant's call is not to be found, held or hung up", async () => {
  const { calls, callId } = await openTalkingRoom();
  const other = 'other' as typeof tenant.id;
  assert.equal(calls.find(other, callId), undefined);
  assert.deepEqual(await calls.act(other, callId, { action: 'hang-up' }), {
    ok: false,
    error: 'unknown-call',
  });
  assert.deepEqual(calls.list(other), []);
});

test('hang-up from the console ends both sides as the seat', async () => {
  const { calls, callId, caller, phone, ledger } = await openTalkingRoom();
  assert.ok((await calls.act(tenant.id, callId, { action: 'hang-up' })).ok);
  await settled();
  assert.ok(caller.isOver && phone.isOver);
  assert.equal(ledger.of('callEnded')[0]?.hungUpSide, 'seat');
  assert.equal(calls.find(tenant.id, callId), undefined);
});
