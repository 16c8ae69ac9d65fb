/**
 * How fast sealed journals become files, per core, and that memory does not grow with the length of the call. Each rendering runs in
 * a process of its own (this file with arguments), so that its CPU time and its peak memory are its own.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DiskJournalSource } from '#adapters/disk/journal-source.ts';
import { diskRenderFiles } from '#adapters/disk/render-files.ts';
import { openEncoders } from '#adapters/encoder/encoders.ts';
import { decodeG711, encodeG711 } from '#audio/g711.ts';
import type { AudioFormat, Rendition } from '#core/recording/renditions.ts';
import { renderRecording } from '#durable/finalise/render.ts';
import {
  MemoryRows,
  openTestFinaliser,
  recordingId,
  sealedRecording,
  testMasterKey,
} from '../tests/rig/finalise.ts';
import { testKeys, writeJournal } from '../tests/rig/journals.ts';
import { benchRow, promisedRow, type BenchResult } from './result.ts';

export const name = 'finalise';

/** The same LAME without anything around it, in real time per core, when the design was measured. */
const lameAlone = { mono: 558, stereo: 280 };
/**
 * What the product promises. Memory: an hour holds 57 MiB of captured audio; a third of that is what the garbage collector of a
 * longer run leaves lying about.
 */
const goal = { mixed: 400, playableMs: 2000, growthMiB: 32 };

const keys = testKeys(testMasterKey);
const trackPath = (folder: string, index: number): string => join(folder, `${index}.crj`);

/** Half a minute of something like speech: a buzz with four formants that comes in syllables and sentences, over a little noise. */
const speech = (seed: number): Uint8Array => {
  const seconds = 30;
  const samples = new Int16Array(8000 * seconds);
  let noise = seed;
  let phase = 0;
  for (let i = 0; i < samples.length; i++) {
    const at = i / 8000;
    const isTalking = Math.floor(at / 5) % 2 === seed % 2;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * (3.1 + 0.3 * seed) * at));
    phase += (2 * Math.PI * (110 + 60 * seed + 20 * Math.sin(at * 2.3))) / 8000;
    let voice = 0;
    for (const [harmonic, level] of [1, 0.8, 0.5, 0.6, 0.3, 0.2, 0.3, 0.1].entries())
      voice += level * Math.sin(phase * (harmonic + 1) * (1 + (harmonic % 3)));
    noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) | 0;
    samples[i] = (isTalking ? 3000 * syllable * voice : 0) + noise / 2 ** 25;
  }
  const bytes = new Uint8Array(samples.length);
  encodeG711('PCMU', samples, bytes);
  return bytes;
};

/** Journals by the real writer: clocks 60 ppm apart, so that the aligning is in the figure too. */
const recordCall = async (folder: string, minutes: number): Promise<void> => {
  mkdirSync(folder);
  for (const index of [0, 1]) {
    const voice = speech(index + 1);
    const kind = index === 0 ? 'customer' : 'agent';
    const facts = { participant: index + 1, participantKind: kind, trackId: `t${index}` } as const;
    const periodUs = 20_000 * (1 + (index === 0 ? 30e-6 : -30e-6));
    await writeJournal({ path: trackPath(folder, index), keys, facts }, (writer) => {
      for (let packet = 0; packet < minutes * 3000; packet++) {
        const arrivalUs = 5_000_000 + (packet + 1) * periodUs;
        writer.write(packet * 160, arrivalUs, 'PCMU', voice, (packet * 160) % voice.length, 160);
        if (packet % 25 === 24) writer.tick();
      }
    });
  }
};

interface Rendering {
  readonly frames: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

const renderHere = async (folder: string, rendition: Rendition): Promise<Rendering> => {
  const before = process.cpuUsage();
  const path = join(folder, `${rendition}.mp3`);
  const report = await renderRecording(
    {
      startedAtMonoNs: null,
      endUserChannel: 'left',
      tracks: [
        { path: trackPath(folder, 0), participant: 1, kind: 'customer', failedBy: null },
        { path: trackPath(folder, 1), participant: 2, kind: 'agent', failedBy: null },
      ],
      outputs: [
        { rendition, format: 'mp3' satisfies AudioFormat, path, peaksPath: `${path}.peaks` },
      ],
    },
    { journals: new DiskJournalSource(keys), encoders: openEncoders(), files: diskRenderFiles },
  );
  const { user, system } = process.cpuUsage(before);
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  return { frames: report.frames, cpuSeconds: (user + system) / 1e6, peakMiB };
};

/** @param mode `--render` in a new process, `--render-again` after it made the same file once, as a thread of the product has */
const renderApart = (
  folder: string,
  rendition: Rendition,
  mode: '--render' | '--render-again' = '--render',
): Promise<Rendering> =>
  new Promise((resolve, reject) => {
    const self = fileURLToPath(import.meta.url);
    const child = spawn(process.execPath, [self, mode, folder, rendition], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as Rendering);
      else reject(new Error(`rendering ended with ${String(code)}`));
    });
  });

/** LAME with nothing around it, here and now: what the machine gives while the others are measured. */
const encodeHere = async (): Promise<Rendering> => {
  const voice = speech(1);
  const samples = new Int16Array(voice.length);
  decodeG711('PCMU', voice, samples);
  const encoder = await openEncoders().open({ format: 'mp3', channels: 1, sampleRateHz: 8000 });
  const before = process.cpuUsage();
  const seconds = 1800;
  for (let second = 0; second < seconds; second++) {
    const at = (second * 8000) % samples.length;
    encoder.encode([samples.subarray(at, at + 8000)], 8000);
  }
  const { user, system } = process.cpuUsage(before);
  return { frames: seconds * 8000, cpuSeconds: (user + system) / 1e6, peakMiB: 0 };
};

/** From the sealed journals to both planned files in the store and the recording ready, on a thread that waits for work. */
const playableMs = async (folder: string): Promise<number> => {
  const rows = new MemoryRows(
    sealedRecording([
      { participant: 1, kind: 'customer', path: '0.crj' },
      { participant: 2, kind: 'agent', path: '1.crj' },
    ]),
  );
  const { finaliser, close } = await openTestFinaliser(folder, rows);
  try {
    await finaliser.make(recordingId, 'participant-1', 'wav');
    const startedAt = performance.now();
    await finaliser.finalise(recordingId);
    return performance.now() - startedAt;
  } finally {
    await close();
  }
};

export const run = async (): Promise<BenchResult> => {
  const root = mkdtempSync(join(tmpdir(), 'bench-finalise-'));
  try {
    const [short, long] = [join(root, 'short'), join(root, 'long')];
    await recordCall(short, 3);
    await recordCall(long, 60);
    const shortMix = await renderApart(short, 'mixed');
    const warmMix = await renderApart(short, 'mixed', '--render-again');
    const longMix = await renderApart(long, 'mixed');
    const dual = await renderApart(long, 'dual-channel');
    const growthMiB = longMix.peakMiB - shortMix.peakMiB;
    const lame = await encodeHere();
    const readyMs = await playableMs(short);
    const speed = ({ frames, cpuSeconds }: Rendering): number => frames / 8000 / cpuSeconds;
    // 30 ppm slower than ours: the longer of the two tracks tells the length.
    const isWhole = (minutes: number, { frames }: Rendering): boolean =>
      Math.abs(frames - minutes * 480_000 * (1 + 30e-6)) <= 2;
    return {
      rows: [
        benchRow('LAME alone, mono', speed(lame), '× real time per core', lameAlone.mono),
        benchRow(
          'mixed MP3, 3 min, first file',
          speed(shortMix),
          '× real time per core',
          lameAlone.mono,
        ),
        promisedRow('mixed MP3, 3 min', speed(warmMix), '× real time per core', {
          atLeast: goal.mixed,
        }),
        promisedRow('mixed MP3, 60 min', speed(longMix), '× real time per core', {
          atLeast: goal.mixed,
        }),
        benchRow('mixed MP3, 60 min, of LAME alone', speed(longMix) / speed(lame), 'of it', 1),
        benchRow('dual-channel MP3, 60 min', speed(dual), '× real time per core', lameAlone.stereo),
        benchRow('peak memory, 3 min', shortMix.peakMiB, 'MiB'),
        benchRow('peak memory, 60 min', longMix.peakMiB, 'MiB', shortMix.peakMiB),
        promisedRow('growth of the peak memory', growthMiB, 'MiB', { atMost: goal.growthMiB }),
        promisedRow('sealed → ready, 3 min', readyMs, 'ms', { atMost: goal.playableMs }),
      ],
      complete:
        isWhole(3, shortMix) && isWhole(3, warmMix) && isWhole(60, longMix) && isWhole(60, dual),
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

const [mode, folder, rendition] = process.argv.slice(2);
if (mode?.startsWith('--render') === true && folder !== undefined && rendition !== undefined) {
  if (mode === '--render-again') await renderHere(folder, rendition as Rendition);
  console.log(JSON.stringify(await renderHere(folder, rendition as Rendition)));
}
