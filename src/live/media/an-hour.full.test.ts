import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CallId } from '#core/ids.ts';
import {
  SimulatedMedia,
  type SimulatedPhone,
  type Voice,
} from '../../../tests/rig/simulated-media.ts';

const callId = 'call-1' as CallId;
const hourMs = 3_600_000;
/** A short click at every tenth second of the speaker's own clock, else silence. */
const clicks: Voice = (frame) => (frame % 80_000 < 160 ? 16_000 : 0);

test('an hour with clocks 200 ppm apart, 3 % loss and reordering: each click lies where its speaker made it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'an-hour-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const rig = new SimulatedMedia({ folder });
  const line = { loss: 0.03, jitterMs: 45 };
  const fast = rig.phone({ ...line, ppm: 100, sequence: 65_000, timestamp: 2 ** 32 - 1_000_000 });
  const slow = rig.phone({ ...line, ppm: -100 });
  const { a, b } = await rig.talk(callId, fast, slow);
  const recordingId = 'recording-1';
  const tracks = [
    rig.track(callId, a.legId, { participant: 1, recordingId }),
    rig.track(callId, b.legId, { participant: 2, recordingId }),
  ];
  fast.speak(a.port, clicks);
  slow.speak(b.port, clicks);
  for (let minute = 0; minute < 60; minute++) {
    rig.time.advance(hourMs / 60);
    // Journals are synced off this thread: let that happen.
    await new Promise((resolve) => setImmediate(resolve));
  }
  fast.stop();
  slow.stop();
  rig.time.advance(1000);
  await rig.close();
  const phones: readonly SimulatedPhone[] = [fast, slow];
  for (const [i, track] of tracks.entries()) {
    const phone = phones[i];
    assert.ok(phone);
    // 200 ppm over an hour are 36 packets.
    assert.ok(Math.abs(phone.sent - 180_000 * (i === 0 ? 1.0001 : 0.9999)) <= 2);
    // The first packet may have been lost: place the hour by the phone's own first timestamp.
    const first = i === 0 ? 2 ** 32 - 1_000_000 : 160_000;
    let frames = 0;
    let kept = 0;
    let misplaced = 0;
    const { end, marks } = await rig.readRuns(track, (timestamp, samples) => {
      frames += samples.length;
      for (let n = 0; n < samples.length; n++) {
        const isClick = (samples[n] ?? 0) > 8000;
        if (isClick) kept++;
        if (isClick !== (timestamp + n - first) % 80_000 < 160) misplaced++;
      }
    });
    assert.equal(misplaced, 0);
    assert.equal(end.ended, true);
    assert.deepEqual(
      marks.map(({ mark }) => mark.kind),
      ['end'],
      'no false restart',
    );
    assert.equal(frames, (phone.sent - phone.lostOnTheWay) * 160, 'every packet that came');
    assert.ok(kept > 340 * 160 * 0.97, `${kept / 160} clicks of 360`);
  }
});
