/** Alive, ready, figures: of a process that has no API. */
import { createHttp, listenHttp, type HttpServerOptions } from './http-server.ts';
import { addOperations, type OperationsOptions } from './operations.ts';
import { refused } from './problem.ts';
import { addSecurityHeaders } from './security-headers.ts';

export interface OperationsServer {
  /** Rejects with the Fault `api/port-taken` or `api/cannot-listen`. */
  listen(): Promise<{ readonly port: number; readonly url: string }>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Builds the server; nothing listens yet. */
export const createOperationsServer = async (
  options: OperationsOptions & HttpServerOptions,
): Promise<OperationsServer> => {
  const app = createHttp(options);
  await addSecurityHeaders(app, { isSecure: options.tls !== null });
  addOperations(app, options);
  app.setNotFoundHandler(() => {
    throw refused({ code: 'api/not-found' });
  });
  await app.ready();
  return {
    listen: () => listenHttp(app, options, 'CALLREEL_METRICS_PORT'),
    close: () => app.close(),
  };
};
