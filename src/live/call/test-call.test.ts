import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TenantId } from '#core/ids.ts';
import { openCallRoom, tenant, trunk } from '../../../tests/rig/call-room.ts';
import { sdpOf, settled } from '../../../tests/rig/fake-call-world.ts';

const to = '+628123456789';
const order = { tenantId: tenant.id, trunkId: trunk.id, to };

const begun = async () => {
  const room = openCallRoom();
  const outcome = room.calls.testTrunk(order);
  await settled();
  return { ...room, outcome, leg: room.signalling.last };
};

test('a test call goes out by this very trunk, tells when it rang and was answered, beeps, hears the answer and hangs up', async () => {
  const { outcome, leg, clock, media, ledger } = await begun();
  assert.deepEqual(leg.order?.to, { kind: 'trunk', trunk, number: to });
  assert.equal(leg.order.callerNumber, '+62215550001');
  await clock.advance(800);
  await leg.peerRings();
  await clock.advance(2000);
  await leg.peerAnswers();
  assert.ok(media.orders.includes('play beep'));
  await media.emit({ kind: 'listened', samples: new Int16Array(1600).fill(900) });
  await clock.advance(4000);
  const result = await outcome;
  assert.ok(result.ok);
  const { tookMs, ...facts } = result.value;
  assert.equal(tookMs, 6800);
  assert.deepEqual(facts, {
    result: 'answered',
    number: to,
    callerNumber: '+62215550001',
    status: 200,
    reason: '',
    ringingAfterMs: 800,
    answeredAfterMs: 2800,
    heard: 'sound',
  });
  assert.equal(leg.asked.at(-1), 'hang up');
  assert.equal(media.openCalls, 0);
  assert.deepEqual(ledger.entries, [], 'it is no call of the centre');
});

test('an answer without a packet, and one of silence, are told apart', async () => {
  for (const [packets, heard] of [
    [false, 'nothing'],
    [true, 'silence'],
  ] as const) {
    const { outcome, leg, clock, media } = await begun();
    await leg.peerAnswers();
    const legId = [...media.openLegs][0];
    assert.ok(legId);
    if (packets) await media.emit({ kind: 'firstPacket', legId });
    await clock.advance(4000);
    const result = await outcome;
    assert.ok(result.ok);
    assert.equal(result.value.heard, heard);
  }
});

test('a refusal is told with its status and words; a peer that says nothing is unreachable; an answer nobody can use is named', async () => {
  const refused = await begun();
  await refused.leg.peerEnds({ how: 'refused', sipStatus: 403, text: 'Forbidden' });
  const first = await refused.outcome;
  assert.ok(first.ok);
  assert.deepEqual([first.value.result, first.value.status], ['refused', 403]);
  assert.equal(first.value.heard, null);

  const lost = await begun();
  await lost.leg.peerEnds({ by: 'network', how: 'timeout' });
  const second = await lost.outcome;
  assert.ok(second.ok && second.value.result === 'unreachable');

  const odd = await begun();
  await odd.leg.peerAnswers(sdpOf('sendrecv', '9'));
  const third = await odd.outcome;
  assert.ok(third.ok && third.value.result === 'no-media');
  assert.equal(odd.leg.asked.at(-1), 'hang up');
  assert.equal(odd.media.openCalls, 0);
});

test('allowed prefixes hold, emergency numbers are not rung, trunks of others are unknown, and nothing is dialled', async () => {
  const room = openCallRoom();
  const asked = async (change: object) => {
    const result = await room.calls.testTrunk({ ...order, ...change });
    return result.ok ? 'dialled' : result.error;
  };
  assert.equal(await asked({ to: '+12025550199' }), 'prefix-not-allowed');
  assert.equal(await asked({ to: '112' }), 'emergency-number');
  assert.equal(await asked({ to: 'nobody' }), 'invalid-number');
  assert.equal(await asked({ tenantId: 'other' as TenantId }), 'unknown-trunk');
  assert.equal(room.signalling.placed.length, 0);
});

test('a tenant tests ten times in ten minutes, the process four at once', async () => {
  const room = openCallRoom();
  const running = [1, 2, 3, 4].map(() => room.calls.testTrunk(order));
  await settled();
  assert.deepEqual(await room.calls.testTrunk(order), { ok: false, error: 'no-capacity' });
  const endAll = async (): Promise<void> => {
    await settled();
    for (const leg of room.signalling.placed) if (!leg.isOver) await leg.peerEnds();
  };
  await endAll();
  await Promise.all(running);
  for (let n = 4; n < 10; n++) {
    const one = room.calls.testTrunk(order);
    await endAll();
    assert.ok((await one).ok);
  }
  assert.deepEqual(await room.calls.testTrunk(order), { ok: false, error: 'too-many' });
  await room.clock.advance(10 * 60_000);
  const again = room.calls.testTrunk(order);
  await endAll();
  assert.ok((await again).ok);
});

test('a stop of the server hangs up a test call', async () => {
  const { calls, leg, outcome } = await begun();
  await calls.close(0);
  assert.equal(leg.asked.at(-1), 'hang up');
  const result = await outcome;
  assert.ok(result.ok && result.value.result === 'unreachable');
});
