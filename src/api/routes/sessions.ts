import type { CookieSerializeOptions } from '@fastify/cookie';
import type { z } from 'zod';
import { rightsOf } from '#core/policy/rights.ts';
import type { Principal } from '#ports/administration.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { accepted } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import { session, signIn } from '../schemas.ts';

export const sessionRoutes = (
  { administration }: ApiDependencies,
  { isSecure, cookie: name }: { readonly isSecure: boolean; readonly cookie: string },
): readonly RouteFacts[] => {
  const { access, tenants } = administration;
  const cookie: CookieSerializeOptions = {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure,
  };

  const describe = async (
    who: Principal,
    state: { readonly csrfToken: string; readonly expiresAt: Date } | null,
  ): Promise<z.output<typeof session>> => {
    const tenant = await tenants.find(who, who.tenantId);
    return {
      user: { id: who.id, kind: who.kind, name: who.name, role: who.role, agentId: who.agentId },
      tenant: {
        id: who.tenantId,
        name: tenant?.name ?? '',
        timeZone: tenant?.timeZone ?? 'UTC',
        country: tenant?.country ?? '',
      },
      rights: [...rightsOf(who.role)],
      csrfToken: state?.csrfToken ?? null,
      expiresAt: state?.expiresAt.toISOString() ?? null,
    };
  };

  return [
    route('POST /sessions', {
      summary: 'Sign in; the session comes as a cookie',
      body: signIn,
      status: 201,
      answer: session,
      handle: async ({ body, request, reply }) => {
        const userAgent = request.headers['user-agent'] ?? null;
        const opened = accepted(await access.signIn({ ...body, address: request.ip, userAgent }));
        const { token, principal, expiresAt } = opened;
        reply.setCookie(name, token, { ...cookie, expires: expiresAt });
        return describe(principal, opened);
      },
    }),
    route('GET /sessions', {
      summary: 'Who am I, and what may I do',
      answer: session,
      handle: ({ identity }) => describe(identity.principal, identity.session),
    }),
    route('DELETE /sessions', {
      summary: 'Sign out',
      handle: async ({ identity, reply }) => {
        if (identity.session) await access.signOut(identity.principal, identity.session.token);
        reply.clearCookie(name, cookie);
      },
    }),
  ];
};
