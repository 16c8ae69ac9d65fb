/** Entry of a finalise thread: renders one recording at a time, at low priority, from journals on the local disk. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { DiskJournalSource } from '#adapters/disk/journal-source.ts';
import { createSealer } from '#adapters/disk/master-key.ts';
import { diskRenderFiles } from '#adapters/disk/render-files.ts';
import { openEncoders } from '#adapters/encoder/encoders.ts';
import {
  plainFault,
  type AnswerMessage,
  type FinaliseThreadData,
  type OrderMessage,
} from '#adapters/encoder/worker-messages.ts';
import { renderRecording } from '#durable/finalise/render.ts';

// Linux gives each thread its own nice value, and 0 means the calling one; elsewhere it would be the whole process. Calls go first.
if (process.platform === 'linux') setPriority(0, 10);

const { masterKey } = workerData as FinaliseThreadData;
const parts = {
  journals: new DiskJournalSource({ sealer: createSealer(masterKey), makeBlockCipher }),
  encoders: openEncoders(),
  files: diskRenderFiles,
};

const answer = async ({ id, order }: OrderMessage): Promise<AnswerMessage> => {
  try {
    return { id, report: await renderRecording(order, parts) };
  } catch (thrown) {
    return { id, fault: plainFault(thrown) };
  }
};

parentPort?.on('message', (message: OrderMessage) => {
  // `answer` never rejects; the pool sends the next order after this answer.
  void answer(message).then((reply) => parentPort?.postMessage(reply));
});
