/** An hour of two drifting phones through the real receive path, capture and journals, under a simulated clock. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DiskJournalSource } from '#adapters/disk/journal-source.ts';
import { diskRenderFiles } from '#adapters/disk/render-files.ts';
import { openEncoders } from '#adapters/encoder/encoders.ts';
import { decodeWav } from '#audio/container/wav.ts';
import type { CallId } from '#core/ids.ts';
import { burstsOf } from '../../../tests/rig/bursts.ts';
import { SimulatedMedia } from '../../../tests/rig/simulated-media.ts';
import { renderRecording } from './render.ts';

const folder = mkdtempSync(join(tmpdir(), 'drift-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const minutes = 60;
/** Real seconds since both began to speak: a burst of 0.2 s each half minute, the same for both. */
const isBurst = (seconds: number): boolean => seconds % 30 >= 10 && seconds % 30 < 10.2;

test('after 60 minutes with clocks 100 ppm off either way, 3 % loss and reordering, the channels are within 20 ms', async () => {
  const media = new SimulatedMedia({ folder });
  const callId = 'call-1' as CallId;
  const tracks = [];
  for (const [index, ppm] of [100, -100].entries()) {
    const phone = media.phone({ ppm, loss: 0.03, jitterMs: 50, delayMs: 20 + 5 * index });
    const { legId, port } = await media.leg(callId, phone);
    tracks.push(media.track(callId, legId, { participant: index + 1 }));
    phone.speak(port, (frame) => {
      const seconds = frame / (8000 * (1 + ppm / 1e6));
      return isBurst(seconds) ? Math.round(8000 * Math.sin(2 * Math.PI * 500 * seconds)) : 0;
    });
  }
  media.time.advance(minutes * 60_000);
  await media.close();

  const path = join(folder, 'dual.wav');
  const report = await renderRecording(
    {
      startedAtMonoNs: null,
      endUserChannel: 'left',
      tracks: tracks.map((track, index) => ({
        path: track.path,
        participant: index + 1,
        kind: index === 0 ? 'customer' : 'agent',
        failedBy: null,
      })),
      outputs: [{ rendition: 'dual-channel', format: 'wav', path, peaksPath: `${path}.peaks` }],
    },
    {
      journals: new DiskJournalSource(media.keys),
      encoders: openEncoders(),
      files: diskRenderFiles,
    },
  );
  assert.ok(Math.abs(report.frames / 8000 - minutes * 60) < 0.2, `${report.frames} frames`);
  const wav = decodeWav(readFileSync(path));
  assert.ok(wav.ok);
  const [left = [], right = []] = wav.value.channels.map(burstsOf);
  assert.equal(left.length, minutes * 2);
  assert.equal(right.length, minutes * 2);
  const apart = left.map((burst, index) => {
    const other = right[index] ?? { first: Infinity, last: Infinity };
    // A lost packet may take the beginning of a burst or its end, hardly both. The ways differ by 5 ms, which nobody can know.
    return Math.min(Math.abs(burst.first - other.first), Math.abs(burst.last - other.last));
  });
  const worst = Math.max(...apart) / 8;
  assert.ok(worst <= 20, `${worst.toFixed(2)} ms apart at worst`);
  assert.ok(
    worst <= 8,
    `${worst.toFixed(2)} ms apart at worst: within the rule, but worse than it was`,
  );
});
