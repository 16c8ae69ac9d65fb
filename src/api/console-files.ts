/** The console's files; any other path of a browser gets its page, which knows what to show there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { contentSecurityPolicy, newNonce, noncePlaceholder } from './security-headers.ts';

/** Answers for a path nobody registered; false when it is none of the console's. */
export type PageFallback = (request: FastifyRequest, reply: FastifyReply) => boolean;

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const isPage = (request: FastifyRequest): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  !/^\/(api|sip|metrics|healthz|readyz|assets)(\/|\?|$)/.test(request.url) &&
  /text\/html|\*\/\*/.test(request.headers.accept ?? '*/*');

/**
 * Serves `folder` (the built console). Without it, a browser is told how to build it.
 */
export const addConsole = async (
  app: FastifyInstance,
  folder: string | null,
): Promise<PageFallback> => {
  const indexFile = folder === null ? null : join(folder, 'index.html');
  if (folder === null || indexFile === null || !existsSync(indexFile))
    return (request, reply) => {
      if (!isPage(request)) return false;
      void reply.code(404).type('text/plain; charset=utf-8');
      void reply.send(
        'The console is not built: npm run build -w console. The API is at /api/docs.\n',
      );
      return true;
    };
  const assets = join(folder, 'assets');
  if (existsSync(assets))
    await app.register(fastifyStatic, {
      root: assets,
      prefix: '/assets/',
      // Their names change with their content.
      immutable: true,
      // The build lays them there; a file without them is sent as it is.
      preCompressed: true,
      maxAge: '365d',
      index: false,
      dotfiles: 'deny',
    });
  const single = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'index.html' && !entry.name.startsWith('.'))
    .map((entry) => entry.name);
  await app.register(fastifyStatic, {
    root: folder,
    serve: false,
    decorateReply: !existsSync(assets),
  });
  for (const name of single)
    // Under one name for ever: it may be another file tomorrow.
    app.get(`/${name}`, (_request, reply) =>
      reply.sendFile(name, folder, { maxAge: '1h', immutable: false }),
    );

  let page = readFileSync(indexFile, 'utf8');
  /** As it stands now: a console that was built anew names new assets. While it is being built, the one before. */
  const currentPage = (): string => {
    try {
      page = readFileSync(indexFile, 'utf8');
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
    return page;
  };
  return (request, reply) => {
    if (!isPage(request)) return false;
    const nonce = newNonce();
    void reply
      .code(200)
      .header('content-security-policy', contentSecurityPolicy(nonce))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(currentPage().replaceAll(noncePlaceholder, nonce));
    return true;
  };
};
