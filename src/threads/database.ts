/** The database thread: the embedded PostgreSQL, away from signalling and media. */
import { parentPort, workerData } from 'node:worker_threads';
import { openEngine, serveEngine } from '#adapters/postgres/embedded/engine.ts';
import type {
  DatabaseReply,
  DatabaseRequest,
  DatabaseThreadData,
} from '#adapters/postgres/embedded/messages.ts';

const port = parentPort;
if (port) {
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
