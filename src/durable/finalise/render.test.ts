import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { diskRenderFiles } from '#adapters/disk/render-files.ts';
import { openEncoders } from '#adapters/encoder/encoders.ts';
import { linearToUlaw, ulawToLinear } from '#audio/g711.ts';
import { Fault, type FaultCode } from '#base/fault.ts';
import { readPeaksHeader } from '#core/recording/peaks.ts';
import type { AudioFormat, Rendition } from '#core/recording/renditions.ts';
import type { RenderReport } from '#ports/renderer.ts';
import { burstsOf } from '../../../tests/rig/bursts.ts';
import {
  syntheticJournals,
  syntheticStartMonoNs,
  type SyntheticTrack,
} from '../../../tests/rig/synthetic-journals.ts';
import { renderRecording } from './render.ts';

const folder = mkdtempSync(join(tmpdir(), 'render-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

const tone =
  (frequency: number, from = 0, to = Infinity) =>
  (seconds: number): number =>
    seconds >= from && seconds < to ? 8000 * Math.sin(2 * Math.PI * frequency * seconds) : 0;

const customer = { participant: 1, kind: 'customer' } as const;
const agent = { participant: 2, kind: 'agent' } as const;

interface Told extends SyntheticTrack {
  readonly failedBy?: FaultCode;
}

interface Rendered {
  readonly report: RenderReport;
  readonly paths: readonly string[];
  readonly peaks: readonly string[];
}

const render = async (
  tracks: readonly Told[],
  outputs: readonly (readonly [Rendition, AudioFormat])[],
  endUserChannel: 'left' | 'right' = 'left',
): Promise<Rendered> => {
  const own = join(folder, String(count++));
  const journals = Object.fromEntries(tracks.map((track, index) => [`t${index}`, track]));
  const paths = outputs.map(([rendition, format]) => `${own}-${rendition}.${format}`);
  const peaks = outputs.map(([rendition]) => `${own}-${rendition}.peaks`);
  const report = await renderRecording(
    {
      startedAtMonoNs: syntheticStartMonoNs,
      endUserChannel,
      tracks: tracks.map(({ participant, kind, failedBy = null }, index) => ({
        path: `t${index}`,
        participant,
        kind,
        failedBy,
      })),
      outputs: outputs.map(([rendition, format], index) => ({
        rendition,
        format,
        path: paths[index] ?? '',
        peaksPath: peaks[index] ?? '',
      })),
    },
    {
      journals: syntheticJournals(journals),
      encoders: openEncoders(),
      files: diskRenderFiles,
    },
  );
  return { report, paths, peaks };
};

const samplesOf = (path = '', channels = 1, channel = 0): Int16Array => {
  const bytes = readFileSync(path);
  const all = new Int16Array(bytes.buffer, bytes.byteOffset + 44, (bytes.length - 44) / 2);
  const own = new Int16Array(all.length / channels);
  for (let i = 0; i < own.length; i++) own[i] = all[i * channels + channel] ?? 0;
  return own;
};

test('gives back a clean call to the sample: each voice in its channel, at its instant, as it was captured', async () => {
  const says = [tone(440, 1, 2), tone(1000, 1.5, 3)] as const;
  const tracks = [
    { ...customer, says: says[0], seconds: 4, firstTimestamp: 99_000 },
    { ...agent, says: says[1], seconds: 3, startSeconds: 0.5, firstTimestamp: 4_000_000 },
  ];
  const { report, paths } = await render(tracks, [
    ['dual-channel', 'wav'],
    ['mixed', 'wav'],
    ['participant-2', 'wav'],
  ]);
  assert.equal(report.frames, 32_000);
  const spoken = (voice: number, index: number): number =>
    ulawToLinear[linearToUlaw(Math.round(says[voice]?.(index / 8000) ?? 0))] ?? 0;
  const [left, right] = [samplesOf(paths[0], 2, 0), samplesOf(paths[0], 2, 1)];
  const [mixed, alone] = [samplesOf(paths[1]), samplesOf(paths[2])];
  assert.equal(left.length, 32_000);
  let wrong = 0;
  for (let i = 0; i < 32_000; i++) {
    const second = i >= 4000 && i < 28_000 ? spoken(1, i) : 0;
    // One step of µ-law: the speaker's instants are sums of thousands of periods, in floating point.
    if (Math.abs((left[i] ?? 0) - spoken(0, i)) > 300) wrong++;
    if (Math.abs((right[i] ?? 0) - second) > 300) wrong++;
    if ((alone[i] ?? 0) !== (right[i] ?? 0)) wrong++;
    if ((mixed[i] ?? 0) !== (left[i] ?? 0) + (right[i] ?? 0)) wrong++;
  }
  assert.equal(wrong, 0);
});

test('puts the end user on the other side when the tenant wants it so, and a third party beside the agent', async () => {
  const third = { participant: 3, kind: 'thirdParty', says: tone(1500), seconds: 1 } as const;
  const tracks = [
    { ...customer, says: tone(440), seconds: 1 },
    { ...agent, says: () => 0, seconds: 1 },
    third,
  ];
  const { paths } = await render(tracks, [['dual-channel', 'wav']], 'right');
  const rises = (samples: Int16Array): number =>
    samples.filter((sample, i) => sample >= 0 && (samples[i - 1] ?? 0) < 0).length;
  assert.ok(Math.abs(rises(samplesOf(paths[0], 2, 0)) - 1500) <= 2, 'left: third party');
  assert.ok(Math.abs(rises(samplesOf(paths[0], 2, 1)) - 440) <= 2, 'right: end user');
});

test('keeps the channels within 20 ms after an hour with clocks 100 ppm off either way, 3 % loss and jitter', async () => {
  // Both say the same bursts of 0.2 s, one each half minute: what the channels disagree on is the recorder's doing.
  const isBurst = (seconds: number): boolean => seconds % 30 >= 10 && seconds % 30 < 10.2;
  const common = {
    says: (seconds: number) => (isBurst(seconds) ? tone(500)(seconds) : 0),
    speaks: (seconds: number) => isBurst(seconds) || isBurst(seconds + 0.03),
    seconds: 3600,
    loss: 0.03,
    jitterMs: 10,
    delayMs: 20,
  };
  const { report, paths } = await render(
    [
      { ...customer, ...common, ppm: 100, seed: 3 },
      { ...agent, ...common, ppm: -100, seed: 4 },
    ],
    [['dual-channel', 'wav']],
  );
  assert.ok(Math.abs(report.frames - 3600 * 8000) < 8000 * 0.05);
  const [left, right] = [burstsOf(samplesOf(paths[0], 2, 0)), burstsOf(samplesOf(paths[0], 2, 1))];
  assert.equal(left.length, 120);
  const apart = left.map((burst) => {
    const other = right.find((each) => Math.abs(each.first - burst.first) < 8000);
    assert.ok(other, `a burst at ${burst.first} on the other side too`);
    // A lost packet may take the beginning of a burst or its end, hardly both.
    return Math.min(Math.abs(burst.first - other.first), Math.abs(burst.last - other.last));
  });
  const worst = Math.max(...apart);
  assert.ok(worst <= 16, `${(worst / 8).toFixed(2)} ms apart at worst; 20 would be allowed`);
});

test('keeps a hold as silence of its real length and says who was held, when and why', async () => {
  const tracks = [
    { ...customer, says: tone(440), seconds: 10, holds: [{ from: 4, to: 6 }] },
    { ...agent, says: () => 0, seconds: 10 },
  ];
  const { report, paths } = await render(tracks, [['mixed', 'wav']]);
  assert.equal(report.frames, 80_000);
  const samples = samplesOf(paths[0]);
  assert.ok(samples.subarray(32_000, 48_000).every((sample) => sample === 0));
  assert.ok(samples.subarray(31_900, 32_000).some((sample) => Math.abs(sample) > 4000));
  assert.ok(samples.subarray(48_000, 48_100).some((sample) => Math.abs(sample) > 4000));
  assert.deepEqual(
    report.timeline.filter(({ kind }) => kind === 'hold'),
    [
      {
        kind: 'hold',
        participant: 1,
        reason: 'held-by-agent',
        callMs: { from: 4000, to: 6000 },
        mediaMs: { from: 4000, to: 6000 },
      },
    ],
  );
  const talks = report.timeline.filter(({ kind }) => kind === 'talk');
  assert.deepEqual(
    talks.map(({ participant, callMs }) => [participant, callMs.from, callMs.to]),
    [
      [1, 0, 4000],
      [1, 6000, 10_000],
    ],
  );
  assert.ok(report.timeline.every(({ kind }) => kind !== 'loss'));
});

test('goes on in place after the sender restarted its timestamps', async () => {
  const tracks = [
    {
      ...customer,
      says: tone(440, 3, 3.5),
      seconds: 6,
      firstTimestamp: 4_294_000_000,
      restarts: [{ at: 2, timestamp: 77 }],
    },
  ];
  const { report, paths } = await render(tracks, [['mixed', 'wav']]);
  assert.equal(report.frames, 48_000);
  const [burst] = burstsOf(samplesOf(paths[0]));
  assert.ok(Math.abs((burst?.first ?? 0) - 24_000) <= 8, `tone at ${burst?.first ?? 'no place'}`);
});

test('marks where a journal was cut by a crash, and what the network lost', async () => {
  const tracks = [
    { ...customer, says: tone(440), seconds: 5, end: 'salvaged' as const },
    { ...agent, says: tone(1000), seconds: 8, loss: 0.2, end: null },
  ];
  const { report } = await render(tracks, [['mixed', 'mp3']]);
  const cuts = report.timeline.filter(({ kind }) => kind === 'cut');
  assert.deepEqual(
    cuts.map(({ participant, callMs, reason }) => [participant, callMs.from, reason]),
    [
      [1, 5000, 'salvaged'],
      [2, Math.round(report.frames / 8), 'salvaged'],
    ],
  );
  const loss = report.timeline.filter(({ kind }) => kind === 'loss');
  assert.ok(loss.length > 0);
  assert.ok(loss.every(({ participant }) => participant === 2));
  const missing = loss.reduce((sum, { missingMs }) => sum + (missingMs ?? 0), 0);
  assert.ok(missing > 1000 && missing < 2400, `${missing} ms missing of 8 s at 20 %`);
});

test('a cut says what ended capture: the disk, when it was the disk', async () => {
  const { report } = await render(
    [
      { ...customer, says: tone(440), seconds: 5, end: null, failedBy: 'disk/full' },
      { ...agent, says: tone(1000), seconds: 8 },
    ],
    [['mixed', 'mp3']],
  );
  assert.deepEqual(
    report.timeline
      .filter(({ kind }) => kind === 'cut')
      .map(({ participant, callMs, reason }) => [participant, callMs.from, callMs.to, reason]),
    [[1, 5000, 8000, 'disk/full']],
  );
});

test('writes peaks that show a single loud sample on every level', async () => {
  const says = (seconds: number): number => (Math.round(seconds * 8000) === 12_345 ? 30_000 : 0);
  const { peaks, report } = await render(
    [
      { ...customer, says, seconds: 30 },
      { ...agent, says: () => 0, seconds: 30 },
    ],
    [['dual-channel', 'wav']],
  );
  const bytes = readFileSync(peaks[0] ?? '');
  assert.equal(bytes.length, report.outputs[0]?.peaksSizeBytes);
  const header = readPeaksHeader(bytes);
  assert.ok(header);
  assert.equal(header.frames, 240_000);
  assert.deepEqual(
    header.levels.map(({ points }) => points),
    [1500, 188, 24],
  );
  const values = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const { offset, points, samplesPerPoint } of header.levels) {
    for (let point = 0; point < points; point++) {
      const [, high = 0, otherLow, otherHigh] = values.subarray(offset + point * 4);
      const isThere = point === Math.floor(12_345 / samplesPerPoint);
      assert.equal(high > 100, isThere, `point ${point} of ${samplesPerPoint}`);
      assert.deepEqual([otherLow, otherHigh], [0, 0]);
    }
  }
});

test('makes nothing of a recording in which nobody was heard, and leaves nothing of one that fails', async () => {
  const silent = await render([{ ...customer, says: () => 0, seconds: 0 }], [['mixed', 'mp3']]);
  assert.equal(silent.report.frames, 0);
  const before = readdirSync(folder).length;
  await assert.rejects(
    renderRecording(
      {
        startedAtMonoNs: null,
        endUserChannel: 'left',
        tracks: [{ failedBy: null, path: 'nowhere', ...customer }],
        outputs: [],
      },
      { journals: syntheticJournals({}), encoders: openEncoders(), files: diskRenderFiles },
    ),
    { code: 'journal/missing' },
  );
  assert.equal(readdirSync(folder).length, before);
});

test('where a file cannot be made, the encoder and the files before it are given back', async () => {
  const before = readdirSync(folder).length;
  const encoders = openEncoders();
  let closed = 0;
  let asked = 0;
  const refusing = {
    create: (path: string) => {
      asked++;
      if (path.endsWith('.peaks')) throw new Fault('disk/full', 'no room');
      return diskRenderFiles.create(path);
    },
  };
  const path = join(folder, 'refused.mp3');
  const outputs = [
    { rendition: 'mixed', format: 'mp3', path, peaksPath: `${path}.peaks` },
  ] as const;
  await assert.rejects(
    renderRecording(
      {
        startedAtMonoNs: null,
        endUserChannel: 'left',
        tracks: [{ failedBy: null, path: 'one', ...customer }],
        outputs,
      },
      {
        journals: syntheticJournals({ one: { ...customer, says: () => 0, seconds: 1 } }),
        encoders: {
          open: async (options) => {
            const encoder = await encoders.open(options);
            return {
              head: encoder.head,
              encode: (channels, frames) => encoder.encode(channels, frames),
              finish: () => encoder.finish(),
              close: () => {
                closed++;
                encoder.close();
              },
            };
          },
        },
        files: refusing,
      },
    ),
    { code: 'disk/full' },
  );
  assert.deepEqual([asked, closed], [2, 1]);
  assert.equal(readdirSync(folder).length, before);
});

test('holds no more in memory late in a long call than early in it', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const encoders = openEncoders();
  const held: number[] = [];
  let blocks = 0;
  const measuring: typeof encoders = {
    open: async (options) => {
      const encoder = await encoders.open(options);
      return {
        head: encoder.head,
        encode(channels, frames) {
          if (blocks++ % 300 === 150) {
            collect();
            const { heapUsed, arrayBuffers } = process.memoryUsage();
            held.push(heapUsed + arrayBuffers);
          }
          return encoder.encode(channels, frames);
        },
        finish: () => encoder.finish(),
        close: () => encoder.close(),
      };
    },
  };
  const quiet = { says: () => 0, speaks: () => false, seconds: 2400 };
  const path = join(folder, 'long.wav');
  await renderRecording(
    {
      startedAtMonoNs: syntheticStartMonoNs,
      endUserChannel: 'left',
      tracks: [
        { failedBy: null, path: 'a', ...customer },
        { failedBy: null, path: 'b', ...agent },
      ],
      outputs: [{ rendition: 'mixed', format: 'wav', path, peaksPath: `${path}.peaks` }],
    },
    {
      journals: syntheticJournals({ a: { ...customer, ...quiet }, b: { ...agent, ...quiet } }),
      encoders: measuring,
      files: diskRenderFiles,
    },
  );
  assert.equal(held.length, 8);
  // The least of each half: what waits for the disk at one instant comes and goes, what is kept stays.
  const growth = Math.min(...held.slice(4)) - Math.min(...held.slice(0, 4));
  // The halves lie twenty minutes apart: one track kept as it was captured would be 9 MB.
  assert.ok(growth < 2_000_000, `${growth} bytes more`);
});
