/** What programs other than ours make of our files: ffprobe and ffmpeg for MP3, soxi for WAV. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { diskRenderFiles } from '#adapters/disk/render-files.ts';
import { openEncoders } from '#adapters/encoder/encoders.ts';
import { checkTones, levelOf, tolerances } from '../../../tests/rig/tone-check.ts';
import { requireProgram } from '../../../tests/rig/programs.ts';
import {
  syntheticJournals,
  syntheticStartMonoNs,
  type SyntheticTrack,
} from '../../../tests/rig/synthetic-journals.ts';
import { renderRecording } from './render.ts';

const folder = mkdtempSync(join(tmpdir(), 'finalise-full-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const run = (program: string, debianPackage: string, args: readonly string[]): string => {
  const done = spawnSync(requireProgram(program, debianPackage), [...args], { encoding: 'utf8' });
  assert.equal(done.status, 0, `${program}: ${done.stderr}`);
  assert.equal(done.stderr.trim(), '', `${program} has nothing to complain of`);
  return done.stdout.trim();
};

const tone =
  (frequency: number, from: number, to: number) =>
  (seconds: number): number =>
    seconds >= from && seconds < to ? 8000 * Math.sin(2 * Math.PI * frequency * seconds) : 0;

/** 20.02 s: no whole number of MP3 frames (72 ms each). */
const seconds = 20.02;
const tracks: readonly SyntheticTrack[] = [
  { participant: 1, kind: 'customer', says: tone(440, 2, 5), seconds, ppm: 80, jitterMs: 4 },
  {
    participant: 2,
    kind: 'agent',
    says: tone(1000, 6, 9),
    seconds,
    ppm: -80,
    jitterMs: 4,
    seed: 2,
  },
];

const outputs = [
  { rendition: 'mixed', format: 'mp3' },
  { rendition: 'dual-channel', format: 'mp3' },
  { rendition: 'dual-channel', format: 'wav' },
] as const;

const paths = outputs.map(({ rendition, format }) => join(folder, `${rendition}.${format}`));

const report = await renderRecording(
  {
    startedAtMonoNs: syntheticStartMonoNs,
    endUserChannel: 'left',
    tracks: tracks.map(({ participant, kind }, index) => ({
      path: `t${index}`,
      participant,
      kind,
      failedBy: null,
    })),
    outputs: outputs.map((output, index) => ({
      ...output,
      path: paths[index] ?? '',
      peaksPath: `${paths[index] ?? ''}.peaks`,
    })),
  },
  {
    journals: syntheticJournals(
      Object.fromEntries(tracks.map((track, index) => [`t${index}`, track])),
    ),
    encoders: openEncoders(),
    files: diskRenderFiles,
  },
);

for (const [index, channels] of [
  [0, 1],
  [1, 2],
] as const) {
  const path = paths[index] ?? '';
  test(`ffprobe reads the channels, rate and exact length of the ${outputs[index].rendition} MP3`, () => {
    const facts = run('ffprobe', 'ffmpeg', [
      ...['-v', 'warning', '-of', 'csv=p=0'],
      ...['-show_entries', 'stream=codec_name,sample_rate,channels,duration', path],
    ]);
    const [codec, rate, found, duration = '0'] = facts.split(',');
    assert.deepEqual([codec, rate, found], ['mp3', '8000', String(channels)]);
    // ffprobe counts the encoder's delay and padding into the duration of the stream: up to two frames of 72 ms more.
    const excess = Number(duration) - report.frames / 8000;
    assert.ok(excess >= 0 && excess < 0.21, `${duration} s against ${report.frames / 8000} s`);
  });

  test(`ffmpeg decodes the ${outputs[index].rendition} MP3 to exactly the samples it was made of, each tone in its place`, () => {
    const decoded = `${path}.wav`;
    run('ffmpeg', 'ffmpeg', ['-v', 'warning', '-y', '-i', path, '-bitexact', decoded]);
    const wav = readFileSync(decoded);
    assert.equal((wav.length - 44) / 2 / channels, report.frames);
    checkTones(
      wav,
      [
        { channel: 0, frequencyHz: 440, fromMs: 2000, untilMs: 5000 },
        { channel: channels - 1, frequencyHz: 1000, fromMs: 6000, untilMs: 9000 },
      ],
      { toleranceMs: tolerances.detection + tolerances.mp3 },
    );
    assert.ok(levelOf(wav, channels - 1, 10_000, 19_000) < -70, 'quiet where nobody spoke');
    if (channels === 2) {
      assert.ok(levelOf(wav, 1, 2200, 4800) < -70, 'nothing of the customer on the agent side');
      assert.ok(levelOf(wav, 0, 6200, 8800) < -70, 'nothing of the agent on the customer side');
    }
  });
}

test('soxi reads the WAV: two channels, 8,000 Hz, 16 bits, exact length', () => {
  const path = paths[2] ?? '';
  assert.deepEqual(
    ['-c', '-r', '-b', '-s'].map((flag) => run('soxi', 'sox', [flag, path])),
    ['2', '8000', '16', String(report.frames)],
  );
});
