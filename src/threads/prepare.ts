/** Entry of the thread that decodes uploads: one file after the other, at the lowest priority. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { prepareAudio } from '#adapters/decoder/decode-asset.ts';
import type { PrepareAnswer, PrepareOrder } from '#adapters/decoder/preparer-messages.ts';

// Linux gives each thread its own nice value, and 0 means the calling one; elsewhere it would be the whole process. Calls go first.
if (process.platform === 'linux') setPriority(0, 19);

const answer = async ({ id, format, bytes }: PrepareOrder): Promise<PrepareAnswer> => {
  try {
    return { id, made: await prepareAudio(format, bytes) };
  } catch {
    // Whatever a decoder throws over the bytes means that they cannot be decoded; the process logs which asset it was.
    return { id, made: null };
  }
};

parentPort?.on('message', (order: PrepareOrder) => {
  // `answer` never rejects.
  void answer(order).then((reply) => {
    parentPort?.postMessage(reply, reply.made ? [reply.made.ulaw.buffer as ArrayBuffer] : []);
  });
});
