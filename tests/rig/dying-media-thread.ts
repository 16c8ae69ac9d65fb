/** The media thread as it is, but it dies of an uncaught exception when it is to play the prompt `die`. */
import { parentPort } from 'node:worker_threads';
import '#threads/media.ts';

parentPort?.on('message', (batch: unknown) => {
  if (JSON.stringify(batch).includes('"die"')) throw new Error('died as asked');
});
