/** A media thread: RTP of its calls in and out, and into journals. Wiring only. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { DiskJournalFiles } from '#adapters/disk/journal-files.ts';
import { Fault } from '#base/fault.ts';
import { builtInPrompts } from '#live/media/built-in-prompts.ts';
import { PortPairs } from '#live/media/port-pairs.ts';
import { PromptStore } from '#live/media/prompt-store.ts';
import { serveMediaThread } from '#live/media/serve-thread.ts';
import type { MediaThreadOptions } from '#live/media/thread-messages.ts';
import { udpSockets } from '#live/media/udp-socket.ts';

if (parentPort === null) throw new Fault('media/no-thread', 'this file runs as a worker thread');

const options = workerData as MediaThreadOptions;

/** CLOCK_MONOTONIC like everybody's, but without an array for each look at it. */
const offsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
const clock = { ...systemClock, monoMs: () => performance.now() + offsetMs };

const readPrompt = async (name: string): Promise<Uint8Array | null> => {
  try {
    return await readFile(join(options.promptsDir, `${name}.ulaw`));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
};

serveMediaThread(parentPort, {
  openSocket: udpSockets(options.host),
  ports: new PortPairs(options.rtpPorts, options.share, options.shares),
  files: new DiskJournalFiles(systemClock),
  makeBlockCipher,
  prompts: (log) => new PromptStore(builtInPrompts(), readPrompt, log),
  clock,
  random: Math.random,
  silentAfterMs: options.silentAfterMs,
});
