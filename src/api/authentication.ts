/** Who sends a request, and whether their role may. */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { reachOf, type Right } from '#core/policy/rights.ts';
import type { Access, Principal } from '#ports/administration.ts';
import type { RouteAccess } from './access.ts';
import { refused } from './problem.ts';

export interface Identity {
  readonly principal: Principal;
  /** Null for a program with a key. */
  readonly session: {
    readonly token: string;
    readonly csrfToken: string;
    readonly expiresAt: Date;
  } | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | null;
  }
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

/**
 * `__Host-` pins the cookie to this host and to TLS; browsers refuse it on plain HTTP, which is loopback only. The ports of a host share
 * their cookies (RFC 6265 §8.5), so two servers on one machine are told apart by the port in the name.
 *
 * @param publicUrl where browsers find the server
 */
export const cookieName = (publicUrl: string): string => {
  const { protocol, port } = new URL(publicUrl);
  const name = port === '' ? 'callreel_session' : `callreel_session_${port}`;
  return protocol === 'https:' ? `__Host-${name}` : name;
};

export const identityOf = (request: FastifyRequest): Identity => {
  if (request.identity) return request.identity;
  throw refused({ code: 'api/unauthenticated' });
};

const equal = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const bearerOf = (request: FastifyRequest): string | undefined =>
  /^Bearer +(\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];

const identify = async (
  request: FastifyRequest,
  access: Access,
  cookie: string,
): Promise<Identity | null> => {
  const key = bearerOf(request);
  if (key !== undefined) {
    const principal = await access.byKey(key, request.ip);
    return principal && { principal, session: null };
  }
  const token = request.cookies[cookie];
  if (!token) return null;
  const session = await access.bySession(token, request.ip);
  if (!session) return null;
  const { principal, csrfToken, expiresAt } = session;
  return { principal, session: { token, csrfToken, expiresAt } };
};

/** For an answer that goes on: whose request it still is, or null when the session or key has ended. */
export const identifyAgain = (
  request: FastifyRequest,
  access: Access,
  { cookie }: { readonly cookie: string },
): Promise<Identity | null> => identify(request, access, cookie);

const changesSomething = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

const checkCsrf = (request: FastifyRequest, { session }: Identity): void => {
  // A browser adds the cookie by itself, never the header; a program's key is not added by itself either.
  if (!session || !changesSomething(request.method)) return;
  const header = request.headers['x-csrf-token'];
  if (typeof header !== 'string' || !equal(header, session.csrfToken))
    throw refused({ code: 'api/csrf' });
};

const rightWanted = (request: FastifyRequest, access: RouteAccess): Right | null => {
  if (access === 'public' || access === 'signed-in') return null;
  if (typeof access === 'string') return access;
  const { download } = request.query as { readonly download?: unknown };
  const isDownload = download !== undefined && download !== '0' && download !== 'false';
  return isDownload ? access.download : access.right;
};

/** Every request of a route with an access entry is identified here, before its body is read. */
export const addAuthentication = (
  app: FastifyInstance,
  access: Access,
  { cookie }: { readonly cookie: string },
): void => {
  app.decorateRequest('identity', null);
  app.addHook('onRequest', async (request) => {
    const wanted = request.routeOptions.config.access;
    if (wanted === undefined || wanted === 'public') return;
    const identity = await identify(request, access, cookie);
    if (!identity) throw refused({ code: 'api/unauthenticated' });
    request.identity = identity;
    checkCsrf(request, identity);
    const right = rightWanted(request, wanted);
    if (right !== null && reachOf(identity.principal.role, right) === null)
      throw refused({ code: 'api/forbidden', detail: `Your role does not have ${right}.` });
  });
};
