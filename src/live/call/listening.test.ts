import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TenantId } from '#core/ids.ts';
import type { CallListener } from '#ports/live-calls.ts';
import { ani, openCallRoom, openTalkingRoom, tenant } from '../../../tests/rig/call-room.ts';
import { sdpOf } from '../../../tests/rig/fake-call-world.ts';

class Ear implements CallListener {
  readonly chunks: Uint8Array[] = [];
  hasEnded = false;
  audio(chunk: Uint8Array): void {
    this.chunks.push(chunk);
  }
  ended(): void {
    this.hasEnded = true;
  }
}

const talking = async () => {
  const room = await openTalkingRoom();
  const { calls, callId } = room;
  const listen = (ear: CallListener, tenantId = tenant.id) =>
    calls.listen({ tenantId, callId, name: 'supervisor' }, ear);
  return { ...room, listen };
};

test('a listener gets both sides as sixteen bits in network order, the call shows who, and nobody else is asked anything', async () => {
  const { listen, media, calls, callId, caller, phone, ledger } = await talking();
  const written = ledger.entries.length;
  const [asked, askedPhone] = [[...caller.asked], [...phone.asked]];
  const ear = new Ear();
  const begun = listen(ear);
  assert.ok(begun.ok);
  assert.deepEqual(media.orders, ['listen 1+1']);
  await media.emit({ kind: 'listened', samples: Int16Array.of(1, -2, 256, 0) });
  assert.deepEqual([...(ear.chunks[0] ?? [])], [0, 1, 255, 254, 1, 0, 0, 0]);
  assert.deepEqual(
    calls.find(tenant.id, callId)?.listeners?.map(({ name }) => name),
    ['supervisor'],
  );
  begun.value();
  begun.value();
  assert.deepEqual(media.orders, ['listen 1+1', 'nobody listens']);
  assert.deepEqual(calls.find(tenant.id, callId)?.listeners, []);
  assert.deepEqual([caller.asked, phone.asked], [asked, askedPhone]);
  assert.equal(ledger.entries.length, written);
  assert.equal(ear.hasEnded, false);
});

test('while the call is held there is nothing to hear, also for one who comes then', async () => {
  const { listen, media, phone } = await talking();
  assert.ok(listen(new Ear()).ok);
  await phone.peer({ kind: 'offered', sdp: sdpOf('sendonly') });
  assert.equal(media.orders.filter((order) => order.startsWith('listen')).at(-1), 'listen 0+0');
  await phone.peer({ kind: 'offered', sdp: sdpOf('sendrecv') });
  assert.equal(media.orders.filter((order) => order.startsWith('listen')).at(-1), 'listen 1+1');
});

test('listening ends with the call', async () => {
  const { listen, media, caller } = await talking();
  const ear = new Ear();
  assert.ok(listen(ear).ok);
  await caller.peerEnds();
  assert.equal(ear.hasEnded, true);
  assert.ok(media.orders.includes('nobody listens'));
  assert.deepEqual(listen(new Ear()), { ok: false, error: 'unknown-call' });
});

test('a fourth listener of a call, a call of another tenant and one that still rings are refused by name', async () => {
  const { listen } = await talking();
  for (let n = 0; n < 3; n++) assert.ok(listen(new Ear()).ok);
  assert.deepEqual(listen(new Ear()), { ok: false, error: 'too-many-on-call' });
  assert.deepEqual(listen(new Ear(), 'other' as TenantId), { ok: false, error: 'unknown-call' });
  const room = openCallRoom();
  await room.signalling.register(ani);
  await room.customerRings('1000');
  const callId = room.calls.list(tenant.id)[0]?.callId;
  assert.ok(callId !== undefined);
  const refused = room.calls.listen({ tenantId: tenant.id, callId, name: 's' }, new Ear());
  assert.deepEqual(refused, { ok: false, error: 'not-connected' });
});
