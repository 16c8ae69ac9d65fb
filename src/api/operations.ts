/** What operators and their tools ask: alive, ready, figures. Outside of `/api`, without signing in. */
import { createHash } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '#base/fault.ts';
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

/** A key that was right goes on for so long while the database is away: that is when figures are wanted. */
const remembersMs = 3_600_000;

/** Who reads figures are a handful; each is asked for again as long as the database answers. */
const mostRemembered = 100;

class MetricsDoor {
  readonly #options: OperationsOptions;
  /** Until when, by the digest of a key. */
  readonly #wereRight = new Map<string, number>();

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  async lets(request: FastifyRequest): Promise<boolean> {
    if (isOwnMachine(request, this.#options.http.publicUrl)) return true;
    const key = /^Bearer +(\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
    if (key === undefined) return false;
    const digest = createHash('sha256').update(key).digest('base64');
    try {
      const who = await this.#options.administration.access.byKey(key, request.ip);
      const isRight = who !== null && reachOf(who.role, 'alarms:read') !== null;
      this.#wereRight.delete(digest);
      if (isRight) this.#remember(digest);
      return isRight;
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== 'database/away') throw thrown;
      if ((this.#wereRight.get(digest) ?? 0) > performance.now()) return true;
      throw thrown;
    }
  }

  #remember(digest: string): void {
    const [oldest] = this.#wereRight.keys();
    if (this.#wereRight.size >= mostRemembered && oldest !== undefined)
      this.#wereRight.delete(oldest);
    this.#wereRight.set(digest, performance.now() + remembersMs);
  }
}

export interface OperationsOptions extends Pick<ApiDependencies, 'metrics' | 'readiness'> {
  readonly administration: Pick<ApiDependencies['administration'], 'access'>;
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
  const door = new MetricsDoor(deps);
  // Figures say how busy a centre is: on this machine for anybody, from elsewhere with a key.
  app.get('/metrics', async (request, reply) => {
    if (!(await door.lets(request))) throw refused({ code: 'api/unauthenticated' });
    return reply.type(deps.metrics.contentType).send(await deps.metrics.text());
  });
};
