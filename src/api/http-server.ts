/** What every HTTP server of ours does alike: TLS or not, whose proxy is believed, errors in one form, and where it listens. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Log } from '#ports/log.ts';
import { httpListenFault, type PortKey } from './http-listen-fault.ts';
import { problemOf, sendProblem } from './problem.ts';

/** The longest body here is a list of a thousand caller numbers. Uploads bring their own limit. */
const BODY_LIMIT_BYTES = 262_144;

export interface HttpServerOptions {
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string;
    readonly trustProxy: readonly string[];
  };
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly log: Log;
}

export const createHttp = ({ http, tls, log }: HttpServerOptions): FastifyInstance => {
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const answer = problemOf(error, request.id);
    if (answer.problem.status >= 500)
      log.error('http.failed', {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        error,
      });
    return sendProblem(reply, answer);
  };
  const app = Fastify({
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    trustProxy: http.trustProxy.length > 0 ? [...http.trustProxy] : false,
    frameworkErrors: (error, request, reply) => void fail(error, request, reply),
    serverFactory: (handler) =>
      tls === null
        ? createHttpServer(handler)
        : createHttpsServer(
            { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) },
            handler,
          ),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // A form of another site can send plain text with the cookie, but not JSON.
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(fail);
  return app;
};

/** @throws {Fault} `api/port-taken`, `api/cannot-listen`, with the key that names the port */
export const listenHttp = async (
  app: FastifyInstance,
  { http, tls }: HttpServerOptions,
  portKey: PortKey,
): Promise<{ readonly port: number; readonly url: string }> => {
  try {
    await app.listen({ host: http.host, port: http.port });
  } catch (cause) {
    throw httpListenFault(cause, http, portKey);
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const scheme = tls === null ? 'http' : 'https';
  return { port, url: `${scheme}://${http.host}:${port}` };
};
