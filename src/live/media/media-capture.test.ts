import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { toneSpans } from '#audio/tone-spans.ts';
import type { CallId, LegId, TrackId } from '#core/ids.ts';
import {
  SimulatedMedia,
  toneVoice,
  type PhoneOptions,
  type ReadTrack,
} from '../../../tests/rig/simulated-media.ts';

const callId = 'call-1' as CallId;

/** A call of two phones whose customer leg is captured. */
const recorded = async (t: TestContext, one: PhoneOptions = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'media-capture-'));
  const rig = new SimulatedMedia({ folder });
  t.after(() => rmSync(folder, { recursive: true }));
  const customer = rig.phone(one);
  const agent = rig.phone();
  const { call, a, b } = await rig.talk(callId, customer, agent);
  const track = rig.track(callId, a.legId, { participant: 1 });
  return { rig, customer, agent, a, b, call, track };
};

const marksOf = ({ marks }: ReadTrack): string[] => marks.map(({ mark }) => JSON.stringify(mark));

test('every sample that arrives is in the journal, in its place, once', async (t) => {
  // Forty milliseconds of jitter reorder many packets; nothing is lost.
  const { rig, customer, a, track } = await recorded(t, {
    jitterMs: 40,
    timestamp: 2 ** 32 - 8000,
  });
  const ramp = (frame: number): number => ((frame * 37) % 20_000) - 10_000;
  customer.speak(a.port, ramp);
  rig.time.advance(10_000);
  customer.stop();
  rig.time.advance(1000);
  await rig.close();
  const journal = await rig.read(track);
  assert.equal(journal.end.ended, true);
  assert.equal(journal.samples.size, customer.sent * 160);
  const first = Math.min(...journal.samples.keys());
  let worst = 0;
  for (const [timestamp, sample] of journal.samples)
    worst = Math.max(worst, Math.abs(sample - ramp(timestamp - first)));
  // Half an interval of µ-law at 10,000.
  assert.ok(worst <= 256, `off by ${worst}`);
  const sealed = rig.eventsOf('trackSealed');
  assert.deepEqual(
    sealed.map((event) => [event.trackId, event.summary.frames, event.summary.lostFrames]),
    [[track.trackId, customer.sent * 160, 0]],
  );
});

test('what the hearer gets converted is captured as it came', async (t) => {
  const { rig, customer, b, a, call, agent, track } = await recorded(t, { codec: 'PCMA' });
  call.setRemote(b.legId, agent.remote({ codec: 'PCMU', payloadType: 0 }));
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(1000);
  await rig.close();
  const journal = await rig.read(track);
  const peak = Math.max(...journal.samples.values());
  assert.ok(Math.abs(peak - 8000) <= 256, `peak ${peak}`);
  assert.ok(agent.heard.every((packet) => packet.payloadType === 0));
});

test('nothing a held party says is kept, to the sample', async (t) => {
  const { rig, customer, a, call, track } = await recorded(t);
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(1000);
  call.holdTrack(track.trackId, 'payment');
  call.holdTrack(track.trackId, 'paused-by-agent');
  rig.time.advance(1000);
  call.resumeTrack(track.trackId, 'payment');
  rig.time.advance(1000);
  call.resumeTrack(track.trackId, 'paused-by-agent');
  rig.time.advance(1000);
  await rig.close();
  const journal = await rig.read(track);
  const first = Math.min(...journal.samples.keys());
  // The line delays by 20 ms: 50 packets arrive before the hold, 50 after it, and none of the 100 between.
  const frames = [...journal.samples.keys()].map((timestamp) => timestamp - first);
  assert.equal(frames.filter((frame) => frame < 8000).length, 8000);
  assert.equal(frames.filter((frame) => frame >= 8000 && frame < 24_000).length, 0);
  assert.ok(frames.filter((frame) => frame >= 24_000).length >= 7840);
  assert.deepEqual(marksOf(journal).slice(0, 4), [
    '{"kind":"hold","reason":"payment"}',
    '{"kind":"hold","reason":"paused-by-agent"}',
    '{"kind":"resume","reason":"payment"}',
    '{"kind":"resume","reason":"paused-by-agent"}',
  ]);
  assert.equal(rig.eventsOf('trackSealed')[0]?.summary.lostFrames, 0, 'a hold is no loss');
});

test('a packet that waits behind a gap when the hold comes is from before the hold', async (t) => {
  const { rig, customer, a, call, track } = await recorded(t);
  const say = (n: number): void => {
    customer.sequence = 100 + n;
    customer.timestamp = 160 * n;
    customer.packet(a.port, 0, new Uint8Array(160).fill(0x10 + n));
  };
  say(0);
  say(2);
  rig.time.advance(50);
  call.holdTrack(track.trackId, 'payment');
  say(1);
  say(3);
  rig.time.advance(500);
  await rig.close();
  const journal = await rig.read(track);
  assert.deepEqual(
    [...new Set([...journal.samples.keys()].map((stamp) => Math.floor(stamp / 160)))],
    [0, 2],
  );
});

test('loss on the network is counted, and costs only what was lost', async (t) => {
  const { rig, customer, a, track } = await recorded(t, { loss: 0.03, jitterMs: 30 });
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(60_000);
  customer.stop();
  rig.time.advance(1000);
  await rig.close();
  const journal = await rig.read(track);
  assert.equal(journal.samples.size, (customer.sent - customer.lostOnTheWay) * 160);
  const summary = rig.eventsOf('trackSealed')[0]?.summary;
  const edge = 2 * 160;
  assert.ok(Math.abs((summary?.lostFrames ?? 0) - customer.lostOnTheWay * 160) <= edge);
});

test('a sender that restarts SSRC, sequence and timestamps begins an epoch and loses nothing', async (t) => {
  const { rig, customer, agent, a, track } = await recorded(t);
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(2000);
  customer.stop();
  customer.ssrc = 0xbeef;
  customer.sequence = 9;
  customer.timestamp = 77;
  rig.time.advance(3000);
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(2000);
  customer.stop();
  rig.time.advance(100);
  await rig.close();
  const journal = await rig.read(track);
  assert.equal(journal.samples.size, customer.sent * 160);
  assert.deepEqual(marksOf(journal), ['{"kind":"epoch"}', '{"kind":"end","reason":"ended"}']);
  const stamps = [...journal.samples.keys()];
  const span = Math.max(...stamps) - Math.min(...stamps);
  assert.ok(Math.abs(span - 7000 * 8) <= 320, 'media time went on by the time that passed');
  assert.equal(new Set(agent.heard.map((packet) => packet.ssrc)).size, 1);
});

test('a key press is no audio: nothing of it lies in the journal, and what follows is in place', async (t) => {
  const { rig, customer, a, track } = await recorded(t);
  const voice = (): void => {
    customer.packet(a.port, 0, new Uint8Array(160).fill(0x55));
    customer.timestamp += 160;
  };
  for (let i = 0; i < 10; i++) voice();
  for (let i = 1; i <= 12; i++)
    customer.packet(a.port, 101, Uint8Array.of(5, i >= 10 ? 0x8a : 0x0a, 6, Math.min(i, 10)));
  customer.timestamp += 1600;
  for (let i = 0; i < 10; i++) voice();
  rig.time.advance(1000);
  await rig.close();
  const journal = await rig.read(track);
  const stamps = [...journal.samples.keys()].map((stamp) => stamp - 160_000);
  assert.equal(stamps.length, 3200);
  assert.deepEqual([Math.min(...stamps), Math.max(...stamps)], [0, 1600 + 1600 + 1600 - 1]);
});

test('prompts a captured party hears are marked, its own voice stays', async (t) => {
  const { rig, customer, a, call, track } = await recorded(t);
  customer.speak(a.port, toneVoice(440));
  call.play(a.legId, { kind: 'tone', tone: 'beep', loop: false });
  rig.time.advance(1000);
  await rig.close();
  const journal = await rig.read(track);
  assert.ok(marksOf(journal).includes('{"kind":"prompt","name":"tone:beep"}'));
  const samples = Int16Array.from(journal.samples.values());
  assert.equal(toneSpans(samples, 440).length, 1);
  assert.equal(toneSpans(samples, 1000).length, 0);
});

test('tracks end with their leg, their call, or by order, each reported once', async (t) => {
  const { rig, customer, a, b, call, track } = await recorded(t);
  const second = rig.track(callId, b.legId, { participant: 2 });
  const third = rig.track(callId, b.legId, { participant: 2 });
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(500);
  call.sealTrack(second.trackId);
  call.sealTrack(second.trackId);
  rig.engine.closeLeg(callId, a.legId);
  rig.engine.closeLeg(callId, a.legId);
  rig.engine.closeCall(callId);
  await rig.close();
  const ended = async (one: typeof track): Promise<string | undefined> =>
    marksOf(await rig.read(one)).at(-1);
  assert.equal(await ended(track), '{"kind":"end","reason":"party-left"}');
  assert.equal(await ended(second), '{"kind":"end","reason":"ended"}');
  assert.equal(await ended(third), '{"kind":"end","reason":"ended"}');
  assert.equal(rig.eventsOf('trackSealed').length, 3);
});

test('a track for a leg that is gone, or in a folder that is not there, fails by name and the call goes on', async (t) => {
  const { rig, customer, agent, a, track } = await recorded(t);
  const order = { ...track, header: Buffer.from('{}') };
  rig.engine.startTrack(callId, { ...order, trackId: 't2' as TrackId, legId: 'gone' as LegId });
  rig.engine.startTrack(callId, {
    ...order,
    trackId: 't3' as TrackId,
    legId: a.legId,
    path: '/nonexistent/folder/t3.crj',
  });
  customer.speak(a.port, toneVoice(440));
  rig.time.advance(500);
  assert.deepEqual(
    rig.eventsOf('trackFailed').map((event) => [event.trackId, event.reason]),
    [
      ['t2', 'media/no-such-leg'],
      ['t3', 'disk/missing'],
    ],
  );
  assert.ok(agent.heard.length > 20);
  await rig.close();
});
