/** Headers of every answer, and the policy of the console's page. */
import { randomBytes } from 'node:crypto';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Where the console's index.html wants the nonce of its page, for the styles that the component library adds. */
export const noncePlaceholder = '__CSP_NONCE__';

export const newNonce = (): string => randomBytes(16).toString('base64url');

/**
 * Scripts and everything else from here only. `style` elements need the page's nonce; style attributes are allowed, since component
 * libraries place things with them and they cannot load or run anything.
 */
export const contentSecurityPolicy = (nonce?: string): string =>
  [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'${nonce === undefined ? '' : ` 'nonce-${nonce}'`}`,
    `style-src-attr 'unsafe-inline'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `media-src 'self' blob:`,
    `connect-src 'self'`,
    `worker-src 'self' blob:`,
    `manifest-src 'self'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');

export const addSecurityHeaders = async (
  app: FastifyInstance,
  { isSecure }: { readonly isSecure: boolean },
): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('content-security-policy', contentSecurityPolicy());
    // The browser softphone needs the microphone; nothing else of the machine is asked for.
    reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=(self)');
    done();
  });
};
