import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { decodeG711, encodeG711 } from '#audio/g711.ts';
import { toneSpans } from '#audio/tone-spans.ts';
import type { CallId, LegId } from '#core/ids.ts';
import {
  SimulatedMedia,
  toneVoice,
  type HeardPacket,
  type PhoneOptions,
  type SimulatedMediaOptions,
} from '../../../tests/rig/simulated-media.ts';

const callId = 'call-1' as CallId;

const rigOf = (t: TestContext, options: Partial<SimulatedMediaOptions> = {}): SimulatedMedia => {
  const folder = mkdtempSync(join(tmpdir(), 'media-engine-'));
  const rig = new SimulatedMedia({ folder, ...options });
  t.after(async () => {
    await rig.close();
    rmSync(folder, { recursive: true });
  });
  return rig;
};

/** Two phones that hear one another. */
const bridge = async (rig: SimulatedMedia, one: PhoneOptions = {}, two: PhoneOptions = {}) => {
  const customer = rig.phone(one);
  const agent = rig.phone(two);
  return { customer, agent, ...(await rig.talk(callId, customer, agent)) };
};

const audioOf = (packets: readonly HeardPacket[]): Int16Array => {
  const audio = packets.filter((packet) => packet.payloadType !== 101);
  const samples = new Int16Array(audio.length * 160);
  audio.forEach((packet, i) =>
    decodeG711(packet.payloadType === 8 ? 'PCMA' : 'PCMU', packet.payload, samples, {
      targetAt: i * 160,
    }),
  );
  return samples;
};

const hearsTone = (packets: readonly HeardPacket[], frequencyHz: number): boolean =>
  toneSpans(audioOf(packets), frequencyHz).length > 0;

/** One SSRC, sequence numbers without a hole, timestamps that never go back. */
const assertContinuous = (packets: readonly HeardPacket[]): void => {
  assert.ok(packets.length > 1);
  packets.forEach((packet, i) => {
    const before = packets[i - 1];
    if (before === undefined) return;
    assert.equal(packet.ssrc, before.ssrc);
    assert.equal((packet.sequence - before.sequence) & 0xffff, 1, `packet ${i}`);
    assert.ok(((packet.timestamp - before.timestamp) | 0) >= 0, `timestamp of packet ${i}`);
  });
};

test('each side hears the other at once, as one stream of our own', async (t) => {
  const rig = rigOf(t);
  const { customer, agent, a } = await bridge(rig);
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(1000);
  assert.equal(agent.heard.length, 50);
  assertContinuous(agent.heard);
  assert.notEqual(agent.heard[0]?.ssrc, customer.ssrc);
  assert.equal(agent.heard[0]?.marker, true);
  assert.equal(
    agent.heard.slice(1).some((packet) => packet.marker),
    false,
  );
  assert.equal(hearsTone(agent.heard, 440), true);
  assert.equal(customer.heard.length, 0);
  assert.deepEqual(
    rig.eventsOf('firstPacket').map((event) => event.legId),
    [a.legId],
  );
});

test('loss and reordering before us stay visible to the hearer, nothing is renumbered away', async (t) => {
  const rig = rigOf(t);
  const { customer, agent, a } = await bridge(rig);
  const say = (n: number): void => {
    customer.sequence = 500 + n;
    customer.timestamp = 1000 + n * 160;
    customer.packet(a.port, 0, new Uint8Array(160).fill(n));
  };
  for (const n of [0, 1, 4, 3, 6]) say(n);
  rig.time.advance(100);
  const first = agent.heard[0];
  assert.ok(first);
  assert.deepEqual(
    agent.heard.map((packet) => (packet.sequence - first.sequence) & 0xffff),
    [0, 1, 4, 3, 6],
  );
  assert.deepEqual(
    agent.heard.map((packet) => packet.timestamp - first.timestamp),
    [0, 160, 640, 480, 960],
  );
});

test('PCMU and PCMA phones understand one another in both directions', async (t) => {
  const rig = rigOf(t);
  const { customer, agent, a, b } = await bridge(rig, { codec: 'PCMU' }, { codec: 'PCMA' });
  customer.speak(a.port, toneVoice(440));
  agent.speak(b.port, toneVoice(1000));
  rig.time.advance(1000);
  assert.ok(agent.heard.every((packet) => packet.payloadType === 8));
  assert.ok(customer.heard.every((packet) => packet.payloadType === 0));
  assert.equal(hearsTone(agent.heard, 440), true);
  assert.equal(hearsTone(customer.heard, 1000), true);
  // The law changes, the loudness does not: within two half steps of 512, the width of G.711's intervals at this level.
  const sent = Math.max(...audioOf(customer.heard));
  assert.ok(Math.abs(sent - 8000) <= 512, `peak ${sent}`);
});

test('music, talk, music again: one stream without a break', async (t) => {
  const rig = rigOf(t);
  const { customer, agent, a, b, call } = await bridge(rig);
  call.play(b.legId, { kind: 'prompt', name: 'music', loop: true });
  rig.time.advance(2000);
  const musicPackets = agent.heard.length;
  assert.ok(Math.abs(musicPackets - 100) <= 1, `${musicPackets} packets of music in 2 s`);
  // No note of the music is that high.
  customer.speak(a.port, toneVoice(2900));
  rig.time.advance(500);
  assert.equal(
    hearsTone(agent.heard.slice(musicPackets), 2900),
    false,
    'voice waits for the music',
  );
  call.stopPlaying(b.legId);
  assert.equal(hearsTone(agent.heard, 2900), false);
  rig.time.advance(3000);
  assert.equal(hearsTone(agent.heard, 2900), true);
  call.play(b.legId, { kind: 'prompt', name: 'music', loop: true });
  rig.time.advance(1000);
  assertContinuous(agent.heard);
  const marked = agent.heard.filter((packet) => packet.marker).length;
  assert.equal(marked, 3, 'one marker at each change of source');
  const first = agent.heard[0];
  const last = agent.heard.at(-1);
  assert.ok(first && last);
  // Media time is real time over all three.
  const media = (last.timestamp - first.timestamp) >>> 0;
  assert.ok(Math.abs(media - (last.atMs - first.atMs) * 8) <= 320, `${media} ticks`);
});

test('our own packets leave every 20 ms against absolute deadlines', async (t) => {
  const rig = rigOf(t);
  const phone = rig.phone();
  const { legId } = await rig.leg(callId, phone);
  rig.engine.call(callId)?.play(legId, { kind: 'tone', tone: 'ringback', loop: true });
  rig.time.advance(10_000);
  const first = phone.heard[0];
  assert.ok(first);
  phone.heard.forEach((packet, i) => assert.equal(packet.atMs, first.atMs + i * 20));
  assert.equal(phone.heard.length, 500);
});

test('a beep ends by itself with its length, a prompt that is missing ends at once', async (t) => {
  const rig = rigOf(t);
  const phone = rig.phone();
  const { legId } = await rig.leg(callId, phone);
  const call = rig.engine.call(callId);
  call?.play(legId, { kind: 'tone', tone: 'beep', loop: false });
  rig.time.advance(1000);
  assert.deepEqual(rig.eventsOf('playEnded'), [{ kind: 'playEnded', legId, playedMs: 250 }]);
  assert.equal(phone.heard.length, 13);
  call?.play(legId, { kind: 'prompt', name: 'nobody-recorded-this', loop: false });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(rig.eventsOf('playEnded')[1]?.playedMs, 0);
  assert.deepEqual(rig.logged, ['media.prompt-missing']);
});

test('a prompt from a file plays in the law of the peer and at its packet time', async (t) => {
  const ulaw = new Uint8Array(8000);
  encodeG711(
    'PCMU',
    Int16Array.from({ length: 8000 }, (_, i) => toneVoice(600)(i)),
    ulaw,
  );
  const readPrompt = (name: string) => Promise.resolve(name === 'welcome' ? ulaw : null);
  const rig = rigOf(t, { readPrompt });
  const phone = rig.phone({ codec: 'PCMA' });
  const { legId } = await rig.leg(callId, phone, { packetMs: 40 });
  rig.engine.call(callId)?.play(legId, { kind: 'prompt', name: 'welcome', loop: false });
  await new Promise((resolve) => setImmediate(resolve));
  rig.time.advance(2000);
  assert.equal(phone.heard.length, 25);
  assert.ok(phone.heard.every((packet) => packet.payload.length === 320));
  const samples = new Int16Array(8000);
  phone.heard.forEach((packet, i) =>
    decodeG711('PCMA', packet.payload, samples, { targetAt: i * 320 }),
  );
  assert.equal(toneSpans(samples, 600).length, 1);
  assert.equal(rig.eventsOf('playEnded')[0]?.playedMs, 1000);
});

test('a key press is reported once and reaches the other side as telephone-event', async (t) => {
  const rig = rigOf(t);
  const { customer, agent, a } = await bridge(rig);
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(200);
  customer.stop();
  const press = (end: boolean, ticks: number): void =>
    customer.packet(a.port, 101, Uint8Array.of(5, end ? 0x8a : 0x0a, ticks >> 8, ticks & 255));
  for (const ticks of [160, 320, 480]) press(false, ticks);
  for (let i = 0; i < 3; i++) press(true, 640);
  rig.time.advance(100);
  assert.deepEqual(rig.eventsOf('digit'), [
    { kind: 'digit', legId: a.legId, digit: '5', durationMs: 80 },
  ]);
  const events = agent.heard.filter((packet) => packet.payloadType === 101);
  assert.equal(events.length, 6);
  assert.equal(new Set(events.map((packet) => packet.timestamp)).size, 1);
  assertContinuous(agent.heard);
});

test('digits we send are presses of their own, voice waits and then goes on', async (t) => {
  const rig = rigOf(t);
  const { customer, agent, a, b, call } = await bridge(rig);
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(500);
  call.sendDigit(b.legId, '1', 100);
  call.sendDigit(b.legId, '#', 100);
  rig.time.advance(1500);
  const events = agent.heard.filter((packet) => packet.payloadType === 101);
  const stamps = [...new Set(events.map((packet) => packet.timestamp))];
  assert.equal(stamps.length, 2);
  const ends = events.filter((packet) => ((packet.payload[1] ?? 0) & 0x80) !== 0);
  assert.deepEqual(
    ends.map((packet) => Buffer.from(packet.payload).toString('hex')),
    [...Array<string>(3).fill('018a0320'), ...Array<string>(3).fill('0b8a0320')],
  );
  assertContinuous(agent.heard);
  assert.equal(agent.heard.at(-1)?.payloadType, 0);
  const late = call.sendDigit('gone' as LegId, '1', 100);
  assert.equal(late, true);
});

test('three parties: each hears the two others and not itself', async (t) => {
  const rig = rigOf(t);
  const tones = [440, 1000, 1700];
  const phones = [rig.phone(), rig.phone({ codec: 'PCMA' }), rig.phone({ jitterMs: 15 })];
  const legs: { readonly legId: LegId; readonly port: number }[] = [];
  for (const phone of phones) legs.push(await rig.leg(callId, phone));
  const ids = legs.map((leg) => leg.legId);
  for (const id of ids)
    rig.engine.call(callId)?.setHearing(
      id,
      ids.filter((other) => other !== id),
    );
  phones.forEach((phone, i) => phone.speak(legs[i]?.port ?? 0, toneVoice(tones[i] ?? 0, 6000)));
  rig.time.advance(3000);
  phones.forEach((phone, i) => {
    assertContinuous(phone.heard);
    const settled = phone.heard.slice(20);
    const heard = tones.filter((tone) => hearsTone(settled, tone));
    assert.deepEqual(
      heard,
      tones.filter((tone) => tone !== tones[i]),
      `party ${i}`,
    );
  });
  // One leaves: the two left hear one another by plain relay again, in the same stream.
  rig.engine.closeLeg(callId, ids[2] ?? ('' as LegId));
  rig.engine.call(callId)?.setHearing(ids[0] ?? ('' as LegId), [ids[1] ?? ('' as LegId)]);
  rig.time.advance(1000);
  assertContinuous(phones[0]?.heard ?? []);
  assert.deepEqual(
    tones.filter((tone) => hearsTone(phones[0]?.heard.slice(-40) ?? [], tone)),
    [1000],
  );
});

test('a stranger is not heard, is counted, and does not divert the answer', async (t) => {
  const rig = rigOf(t);
  const { customer, agent, a, b } = await bridge(rig);
  customer.speak(a.port, toneVoice(440));
  agent.speak(b.port, toneVoice(1000));
  const stranger = rig.phone({ address: '203.0.113.66' });
  rig.time.advance(200);
  stranger.speak(a.port, toneVoice(2500));
  rig.time.advance(1000);
  assert.equal(hearsTone(agent.heard, 2500), false);
  assert.equal(stranger.heard.length, 0);
  rig.engine.closeLeg(callId, a.legId);
  const stats = rig.eventsOf('legStats').findLast((event) => event.legId === a.legId);
  assert.ok(stats);
  assert.equal(stats.stats.droppedForeignSource, 50);
  assert.equal(stats.stats.received, 60);
});

test('a phone behind NAT is answered where it speaks from', async (t) => {
  const rig = rigOf(t);
  const inside = rig.phone({ address: '10.0.0.5', port: 5004 });
  const outside = rig.phone({ address: '203.0.113.9', port: 61_000 });
  const { legId, port } = await rig.leg(callId, inside);
  rig.engine.call(callId)?.play(legId, { kind: 'prompt', name: 'music', loop: true });
  rig.time.advance(100);
  assert.ok(inside.heard.length > 0, 'before anything is heard, the signalled address gets it');
  outside.speak(port, toneVoice(440));
  rig.time.advance(1000);
  assert.ok(outside.heard.length >= 47);
});

test('the signalled source takes the leg back from one who was quicker', async (t) => {
  const rig = rigOf(t);
  const { customer, agent, a } = await bridge(rig);
  const quicker = rig.phone({ address: '203.0.113.66' });
  quicker.speak(a.port, toneVoice(2500));
  rig.time.advance(100);
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(1000);
  assert.equal(hearsTone(agent.heard.slice(-30), 440), true);
  assert.equal(hearsTone(agent.heard.slice(-30), 2500), false);
});

test('hold by direction: nothing is sent to a peer that does not listen, nothing relayed from one we put on hold', async (t) => {
  const rig = rigOf(t);
  const { customer, agent, a, b, call } = await bridge(rig);
  customer.speak(a.port, toneVoice(440));
  agent.speak(b.port, toneVoice(1000));
  rig.time.advance(500);
  call.setRemote(b.legId, agent.remote({ direction: 'recvonly' }));
  const before = agent.heard.length;
  rig.time.advance(500);
  assert.equal(agent.heard.length, before, 'recvonly: the agent does not listen');
  call.setRemote(b.legId, agent.remote({ direction: 'sendonly' }));
  rig.time.advance(100);
  const customerHeard = customer.heard.length;
  rig.time.advance(500);
  assert.equal(customer.heard.length, customerHeard, 'sendonly: the agent is not heard');
  assert.ok(agent.heard.length > before);
  call.setRemote(b.legId, agent.remote());
  rig.time.advance(500);
  assertContinuous(customer.heard);
  assertContinuous(agent.heard);
});

test('a peer that falls silent is told about, with how long', async (t) => {
  const rig = rigOf(t, { silentAfterMs: 10_000 });
  const { customer, a, b, call } = await bridge(rig);
  call.setRemote(b.legId, rig.phone().remote({ direction: 'sendonly' }));
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(5000);
  customer.stop();
  rig.time.advance(25_000);
  const silent = rig.eventsOf('silent');
  assert.deepEqual(
    silent.map((event) => event.legId),
    [a.legId, a.legId],
  );
  silent.forEach((event, i) => assert.ok(Math.abs(event.silentMs - (i + 1) * 10_000) <= 100));
});

test('reports go out about every five seconds and carry what we hear', async (t) => {
  const rig = rigOf(t);
  const { customer, agent, a, b } = await bridge(rig, { loss: 0.1 });
  customer.speak(a.port, toneVoice(440));
  agent.speak(b.port, toneVoice(1000));
  rig.time.advance(30_000);
  assert.ok(customer.heardRtcp.length >= 4 && customer.heardRtcp.length <= 12);
  const last = customer.heardRtcp.at(-1) ?? new Uint8Array();
  assert.equal(last[1], 200, 'a sender report');
  assert.equal((last[0] ?? 0) & 31, 1, 'with one block');
  const lost = ((last[33] ?? 0) << 16) | ((last[34] ?? 0) << 8) | (last[35] ?? 0);
  assert.ok(Math.abs(lost - customer.lostOnTheWay) < 40, `${lost} of ${customer.lostOnTheWay}`);
});

test('ports come in pairs, taken ones are passed over, an empty range is refused', async (t) => {
  const rig = rigOf(t, { rtpPorts: { first: 20_000, last: 20_005 } });
  rig.network.taken.add(20_001);
  const first = await rig.leg(callId, rig.phone());
  const second = await rig.leg(callId, rig.phone());
  assert.deepEqual([first.port, second.port], [20_002, 20_004]);
  const third = await rig.engine.openLeg(callId, 'third' as LegId);
  assert.deepEqual(third, { ok: false, error: 'no-free-port' });
  rig.engine.closeLeg(callId, first.legId);
  assert.equal((await rig.leg(callId, rig.phone())).port, 20_002);
  rig.engine.closeAll();
  assert.equal(rig.network.openSockets, 0);
  assert.equal(rig.engine.legs, 0);
});

test('a thousand calls leave nothing behind', async (t) => {
  const rig = rigOf(t);
  for (let i = 0; i < 1000; i++) {
    const id = `call-${i}` as CallId;
    const phone = rig.phone();
    const leg = await rig.leg(id, phone);
    rig.engine.call(id)?.play(leg.legId, { kind: 'prompt', name: 'music', loop: true });
    rig.engine.closeCall(id);
  }
  assert.equal(rig.network.openSockets, 0);
  assert.equal(rig.engine.legs, 0);
  assert.equal(rig.engine.openTracks, 0);
});
