import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createMetrics } from '#adapters/metrics/prometheus.ts';
import type { CallId, LegId, TrackId } from '#core/ids.ts';
import type { MediaCall, MediaEvent } from '#ports/media-plane.ts';
import { RtpView, writeRtpHeader } from '#protocol/rtp/packet.ts';
import { testKeys, testOrder } from '../../../tests/rig/journals.ts';
import { openMediaPlane, remoteAt } from '../../../tests/rig/media-plane.ts';
import type { MediaPlaneOptions } from './media-plane.ts';

const [callId, legA, legB] = ['call-1' as CallId, 'a' as LegId, 'b' as LegId];
const trackId = 'track-1' as TrackId;

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    assert.ok(performance.now() < deadline, `waited ten seconds for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const untilMetric = async (metrics: { text(): Promise<string> }, line: RegExp): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!line.test(await metrics.text())) {
    assert.ok(performance.now() < deadline, `${String(line)} in ${await metrics.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

interface Phone {
  readonly socket: Socket;
  readonly port: number;
  readonly heard: Buffer[];
  say(port: number, payload: Uint8Array): void;
}

const phoneOf = async (t: TestContext, address = '127.0.0.1'): Promise<Phone> => {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  t.after(() => socket.close());
  const heard: Buffer[] = [];
  socket.on('message', (bytes) => heard.push(bytes));
  let sequence = 0;
  const say = (port: number, payload: Uint8Array): void => {
    const bytes = new Uint8Array(12 + payload.length);
    const timestamp = sequence * 160;
    writeRtpHeader({ payloadType: 0, marker: false, sequence, timestamp, ssrc: 5 }, bytes, 0);
    bytes.set(payload, 12);
    sequence++;
    socket.send(bytes, port, '127.0.0.1');
  };
  return { socket, port: socket.address().port, heard, say };
};

const planeOf = async (t: TestContext, options: Partial<MediaPlaneOptions> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'media-plane-'));
  const metrics = createMetrics();
  const plane = await openMediaPlane(folder, { metrics, ...options });
  t.after(async () => {
    await plane.close();
    rmSync(folder, { recursive: true });
  });
  const events: MediaEvent[] = [];
  const call = plane.openCall(callId, (event) => events.push(event));
  const portOf = async (on: MediaCall, legId: LegId): Promise<number> => {
    const opened = await on.openLeg(legId);
    assert.ok(opened.ok);
    return opened.value.port;
  };
  const startTrack = (): string => {
    const path = join(folder, 'track-1.crj');
    call.startTrack({ ...testOrder({ path, keys: testKeys() }), legId: legA });
    return path;
  };
  return { plane, call, events, metrics, portOf, startTrack };
};

test('a recorded call over real sockets and a real thread', async (t) => {
  const { call, events, metrics, portOf, startTrack } = await planeOf(t);
  const [customer, agent, stranger] = [await phoneOf(t), await phoneOf(t), await phoneOf(t)];
  const [a, b] = [await portOf(call, legA), await portOf(call, legB)];
  assert.notEqual(a, b);
  call.setRemote(legA, remoteAt(customer.port));
  call.setRemote(legB, remoteAt(agent.port));
  call.setHearing(legA, [legB]);
  call.setHearing(legB, [legA]);
  const path = startTrack();
  customer.say(a, new Uint8Array(160).fill(1));
  await until('the first packet', () => agent.heard.length === 1);
  // From now on nobody else is let in, and those who try are counted.
  for (let i = 0; i < 10; i++) stranger.say(a, new Uint8Array(160).fill(66));
  for (let i = 2; i <= 20; i++) customer.say(a, new Uint8Array(160).fill(i));
  agent.say(b, new Uint8Array(160).fill(99));
  await until('both sides', () => agent.heard.length >= 20 && customer.heard.length >= 1);
  const view = new RtpView();
  const payloads = agent.heard.map((bytes) => {
    assert.equal(view.read(bytes), null);
    return bytes[view.payloadAt];
  });
  assert.deepEqual(
    payloads,
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  call.sealTrack(trackId);
  await until('the sealed track', () => events.some((event) => event.kind === 'trackSealed'));
  const sealed = events.find((event) => event.kind === 'trackSealed');
  assert.equal(sealed?.summary.frames, 3200);
  assert.equal(statSync(path).size, sealed.summary.bytes);
  assert.ok(events.some((event) => event.kind === 'firstPacket' && event.legId === legA));
  call.closeLeg(legA);
  await until('the last figures', () => events.some((event) => event.kind === 'legStats'));
  const told = events.find((event) => event.kind === 'legStats' && event.legId === legA);
  assert.ok(told?.kind === 'legStats');
  assert.equal(told.stats.received, 20);
  assert.equal(told.stats.droppedForeignSource, 10);
  await untilMetric(metrics, /callreel_media_packets_total\{fate="foreign"\} 10\n/);
});

test('orders given before the ports are known are not lost', async (t) => {
  const { call } = await planeOf(t);
  const phone = await phoneOf(t);
  const opening = call.openLeg(legA);
  call.setRemote(legA, remoteAt(phone.port));
  call.play(legA, { kind: 'prompt', name: 'music', loop: true });
  assert.ok((await opening).ok);
  await until('music', () => phone.heard.length >= 3);
});

test('after close only the end of its tracks is told, and the ports are free', async (t) => {
  const { call, events, portOf, startTrack } = await planeOf(t);
  const phone = await phoneOf(t);
  const port = await portOf(call, legA);
  call.setRemote(legA, remoteAt(phone.port));
  startTrack();
  phone.say(port, new Uint8Array(160));
  await until('the first packet', () => events.length === 1);
  call.close();
  call.close();
  await until('the end of the track', () => events.length > 1);
  assert.deepEqual(
    events.map((event) => event.kind),
    ['firstPacket', 'trackSealed'],
  );
  assert.deepEqual(await call.openLeg(legB), { ok: false, error: 'no-free-port' });
  const probe = createSocket('udp4');
  probe.bind(port, '127.0.0.1');
  await once(probe, 'listening');
  probe.close();
});

test('closing the plane seals what is open', async (t) => {
  const { plane, call, events, portOf, startTrack } = await planeOf(t);
  const phone = await phoneOf(t);
  const port = await portOf(call, legA);
  call.setRemote(legA, remoteAt(phone.port));
  startTrack();
  phone.say(port, new Uint8Array(160));
  await until('the first packet', () => events.length === 1);
  await plane.close();
  await plane.close();
  const last = events.at(-1);
  assert.equal(last?.kind === 'trackSealed' && last.summary.frames, 160);
});

test('a media thread that dies tells its calls, is counted, and another takes the next call', async (t) => {
  const threadUrl = new URL('../../../tests/rig/dying-media-thread.ts', import.meta.url);
  const { plane, call, events, metrics, portOf, startTrack } = await planeOf(t, { threadUrl });
  const port = await portOf(call, legA);
  assert.ok(port > 0);
  startTrack();
  call.play(legA, { kind: 'prompt', name: 'die', loop: false });
  await until('the loss', () => events.some((event) => event.kind === 'mediaLost'));
  assert.deepEqual(
    events.map((event) => event.kind),
    ['trackLost', 'mediaLost'],
  );
  assert.match(await metrics.text(), /callreel_media_thread_deaths_total 1/);
  const deadline = performance.now() + 10_000;
  for (let n = 2; ; n++) {
    const next = plane.openCall(`call-${n}` as CallId, () => undefined);
    if ((await next.openLeg(legA)).ok) break;
    assert.ok(performance.now() < deadline, 'no thread came up again');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});
