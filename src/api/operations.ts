/** What operators and their tools ask: alive, ready, figures. Outside of `/api`, without signing in. */
import { BlockList, isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { reachOf } from '#core/policy/rights.ts';
import type { ApiDependencies } from './dependencies.ts';
import { refused } from './problem.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const isLocal = (address: string): boolean => {
  const plain = address.replace(/^::ffff:/, '');
  const version = isIP(plain);
  return version !== 0 && loopback.check(plain, version === 6 ? 'ipv6' : 'ipv4');
};

/** What proxies add to what they pass on: the peer is then not the one who asks. */
const forwardingHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** A proxy on this machine may add nothing at all; but then the public address is another machine's view of us. */
const isOwnMachine = (request: FastifyRequest, publicUrl: string): boolean => {
  const { hostname } = new URL(publicUrl);
  const isPublic = hostname !== 'localhost' && !isLocal(hostname.replace(/^\[|\]$/g, ''));
  const isForwarded = forwardingHeaders.some((name) => request.headers[name] !== undefined);
  return !isPublic && !isForwarded && isLocal(request.socket.remoteAddress ?? '');
};

const mayReadMetrics = async (
  request: FastifyRequest,
  { administration, http }: OperationsOptions,
): Promise<boolean> => {
  if (isOwnMachine(request, http.publicUrl)) return true;
  const key = /^Bearer +(\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  const who = key === undefined ? null : await administration.access.byKey(key, request.ip);
  return who !== null && reachOf(who.role, 'alarms:read') !== null;
};

export interface OperationsOptions extends ApiDependencies {
  readonly http: { readonly publicUrl: string };
}

export const addOperations = (app: FastifyInstance, deps: OperationsOptions): void => {
  app.get('/healthz', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  );
  app.get('/readyz', async (_request, reply) => {
    const parts = await deps.readiness();
    const ok = parts.every((part) => part.ok);
    return reply
      .code(ok ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: ok ? 'ready' : 'not-ready', parts });
  });
  // Figures say how busy a centre is: on this machine for anybody, from elsewhere with a key.
  app.get('/metrics', async (request, reply) => {
    if (!(await mayReadMetrics(request, deps))) throw refused({ code: 'api/unauthenticated' });
    return reply.type(deps.metrics.contentType).send(await deps.metrics.text());
  });
};
