/** How long it takes to walk an upload from its first byte to its last. */
import { probeAudio } from '#audio/container/probe.ts';
import { silentMp3, wavOf } from '../tests/rig/audio-files.ts';
import { benchRow, promisedRow, type BenchResult, type BenchRow } from './result.ts';

export const name = 'probe';

const megabyte = 1_048_576;
const promisedMs = 0.2;
const rounds = 2001;

/** A megabyte of frames of one bit rate. */
const frames = (bitRate: number, frameBytes: number): Buffer =>
  silentMp3(Math.floor(megabyte / frameBytes), { bitRate });

const medianMs = (bytes: Uint8Array): number => {
  const times = Array.from({ length: rounds }, () => {
    const startedAt = performance.now();
    probeAudio(bytes);
    return performance.now() - startedAt;
  });
  return times.sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN;
};

export const run = async (): Promise<BenchResult> => {
  const hostile = Buffer.alloc(megabyte);
  for (let at = 0; at + 4 <= megabyte; at += 4) hostile.set([0xff, 0xe3, 0x48, 0xc1], at);
  const promised: readonly (readonly [string, Buffer])[] = [
    ['MP3, 128 kbit/s: 910 frames', frames(12, 1152)],
    ['MP3, 32 kbit/s: 3,640 frames', frames(4, 288)],
    ['MP3, 8 kbit/s: 14,563 frames, a quarter of an hour', frames(1, 72)],
    ['WAV, PCM 16-bit', wavOf({ dataBytes: megabyte - 44 })],
  ];
  const rows: BenchRow[] = promised.map(([what, bytes]) =>
    promisedRow(`1 MB probed, ${what}, median`, medianMs(bytes), 'ms', { atMost: promisedMs }),
  );
  rows.push(benchRow('1 MB of broken headers, median', medianMs(hostile), 'ms'));
  return { rows, complete: probeAudio(frames(4, 288)).flaws.length === 0 };
};
