/**
 * How long the body of a request may take. Node has one time limit for all requests: too short for a list of a million people over a
 * slow line, too long for a sender who holds a socket with a byte now and then. So an ordinary body has to be here soon, and an upload
 * may go on as long as it moves.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

export interface BodyTimes {
  /** For a whole body that is no upload; an upload is looked at so often. */
  readonly lookMs: number;
  /** What an upload has to bring between two looks. */
  readonly leastBytes: number;
  /** For a whole upload. */
  readonly mostMs: number;
}

/** The slowest uplink that somebody waits for is about 64 kbit/s; a sixteenth of it is a sender who does not want to end. */
const usual: BodyTimes = { lookMs: 30_000, leastBytes: 15_000, mostMs: 4 * 3_600_000 };

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** The answer of Node itself to a request that is too slow; where an answer has begun, the connection just ends. */
const giveUp = ({ socket }: IncomingMessage, response: ServerResponse): void => {
  if (!response.headersSent && socket.writable)
    socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  socket.destroy();
};

/**
 * Closes connections whose request does not come to its end, answered or not. Headers are left to `server.headersTimeout`.
 *
 * @param isUpload whether a request may take as long as it moves
 */
export const closeSlowBodies = (
  server: Server,
  isUpload: (request: IncomingMessage) => boolean,
  times: BodyTimes = usual,
): void => {
  server.headersTimeout = times.lookMs;
  server.requestTimeout = 0;
  server.on('request', (request, response) => {
    if (!hasBody(request)) return;
    const { socket } = request;
    const isLong = isUpload(request);
    const startedAt = performance.now();
    let seen = socket.bytesRead;
    const look = (): void => {
      if (request.complete) {
        clearInterval(timer);
        return;
      }
      const moved = socket.bytesRead - seen;
      seen = socket.bytesRead;
      const isMoving = isLong && moved >= times.leastBytes;
      if (!isMoving || performance.now() - startedAt > times.mostMs) giveUp(request, response);
    };
    const timer = setInterval(look, times.lookMs);
    timer.unref();
    request.once('close', () => clearInterval(timer));
  });
};
