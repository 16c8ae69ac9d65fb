/** The database thread: the embedded PostgreSQL, away from signalling and media. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openEngine, serveEngine } from '#adapters/postgres/embedded/engine.ts';
import type {
  DatabaseReply,
  DatabaseRequest,
  DatabaseThreadData,
} from '#adapters/postgres/embedded/messages.ts';

const port = parentPort;
if (port) {
  // Rows can wait, people on the line cannot. On Linux this is the thread alone; elsewhere it would be the whole process.
  if (process.platform === 'linux') setPriority(10);
  const { folder } = workerData as DatabaseThreadData;
  const reply = (message: DatabaseReply): void => port.postMessage(message);
  try {
    const handle = serveEngine(await openEngine(folder), reply);
    port.on('message', (request: DatabaseRequest) => {
      void handle(request).then(() => {
        if (request.kind === 'close') port.close();
      });
    });
    reply({ kind: 'opened' });
  } catch (thrown) {
    reply({ kind: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) });
    port.close();
  }
}
