/** A media thread dies while people talk: the call is lost with it, what they said is not. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { DiskJournalFolder } from '#adapters/disk/journal-folder.ts';
import { journalFolders } from '#adapters/disk/journal-folders.ts';
import { linearToUlaw } from '#audio/g711.ts';
import type { CallId } from '#core/ids.ts';
import { writeRtpHeader } from '#protocol/rtp/packet.ts';
import { sineSamples } from '../rig/audio-files.ts';
import { ani, openCallRoom } from '../rig/call-room.ts';
import { sdpOf } from '../rig/fake-call-world.ts';
import {
  MemoryRows,
  openTestFinaliser,
  recordingId,
  sealedRecording,
  testMasterKey,
} from '../rig/finalise.ts';
import { testKeys } from '../rig/journals.ts';
import { openMediaPlane } from '../rig/media-plane.ts';
import { findTones } from '../rig/tone-check.ts';

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    assert.ok(performance.now() < deadline, `waited 20 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const portIn = (sdp: string | Buffer | undefined): number =>
  Number(/m=audio (\d+)/u.exec(String(sdp))?.[1]);

/** A phone that says one tone. */
const phoneOf = async (t: TestContext, hz: number) => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  const voice = Uint8Array.from(sineSamples(2, hz, 8000), linearToUlaw);
  return {
    sdp: Buffer.from(sdpOf().toString().replace('40000', String(socket.address().port))),
    say: (port: number, packet: number): void => {
      const bytes = new Uint8Array(172);
      const facts = { payloadType: 0, marker: false, sequence: packet, timestamp: packet * 160 };
      writeRtpHeader({ ...facts, ssrc: hz }, bytes, 0);
      bytes.set(voice.subarray(packet * 160, packet * 160 + 160), 12);
      socket.send(bytes, port, '127.0.0.1');
    },
  };
};

test('what both sides said until their media thread died is in a file that plays', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'media-thread-dies-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const keys = testKeys(testMasterKey);
  const media = await openMediaPlane(folder, {
    threadUrl: new URL('../rig/dying-media-thread.ts', import.meta.url),
  });
  t.after(() => media.close());
  const { signalling, ledger, customerRings } = openCallRoom({
    media,
    sealer: keys.sealer,
    folders: journalFolders(folder),
    journals: new DiskJournalFolder(folder, keys),
    clock: systemClock,
  });
  const [customer, agent] = [await phoneOf(t, 440), await phoneOf(t, 1000)];
  await signalling.register(ani);
  const caller = await customerRings('1000', customer.sdp);
  await until('the agent’s phone to ring', () => signalling.placed.length === 1);
  await signalling.last.peerAnswers(agent.sdp);
  await until('the tracks', () => ledger.of('trackStarted').length === 2);
  await until('the answer', () => caller.sent.answer !== undefined);
  for (let packet = 0; packet < 100; packet++) {
    customer.say(portIn(caller.sent.answer), packet);
    agent.say(portIn(signalling.last.order?.sdp), packet);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  media.openCall('die' as CallId, () => undefined);
  await until('the end of the call', () => ledger.of('callEnded').length === 1);
  assert.equal(caller.isOver, true);
  assert.equal(ledger.of('recordingSealed').length, 1);
  const sealed = ledger.of('trackSealed');
  assert.deepEqual(
    sealed.map(({ salvaged, failedBy }) => [salvaged, failedBy]),
    [
      [true, null],
      [true, null],
    ],
  );
  // A track without a byte is none for finalising.
  const kept = new Set(sealed.filter((each) => each.summary.bytes > 0).map((each) => each.trackId));
  const tracks = ledger
    .of('trackStarted')
    .filter(({ trackId }) => kept.has(trackId))
    .map(({ participant, path }) => ({
      participant,
      kind: participant === 1 ? ('customer' as const) : ('agent' as const),
      path,
    }));
  const startedAtMonoNs = ledger.of('recordingStarted')[0]?.atMonoNs ?? null;
  const rows = new MemoryRows({ ...sealedRecording(tracks), startedAtMonoNs });
  const { finaliser, close } = await openTestFinaliser(folder, rows);
  t.after(close);
  assert.equal(await finaliser.finalise(recordingId), 'ready');
  const made = await finaliser.make(recordingId, 'dual-channel', 'wav');
  assert.ok(made.ok);
  const tones = findTones(readFileSync(join(folder, 'objects', made.value.objectKey)), [440, 1000]);
  for (const [channel, hz] of [440, 1000].entries()) {
    const spans = tones.filter((tone) => tone.frequencyHz === hz);
    assert.ok(
      spans.every((span) => span.channel === channel),
      JSON.stringify(tones),
    );
    const heardMs = spans.reduce((sum, span) => sum + span.untilMs - span.fromMs, 0);
    // Two seconds were said; the last half second had not been written.
    assert.ok(heardMs > 1300, `${heardMs} ms of ${hz} Hz`);
  }
});
