/** The HTTP server: one Fastify instance over ports. */
import type { Server } from 'node:http';
import cookie from '@fastify/cookie';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { z } from 'zod';
import { Fault } from '#base/fault.ts';
import { addAuthentication, cookieName } from './authentication.ts';
import { addConsole } from './console-files.ts';
import type { ApiDependencies } from './dependencies.ts';
import { docsPage, docsStyle } from './docs-page.ts';
import { addIdempotency } from './idempotency.ts';
import { addForms } from './form.ts';
import { describeApi } from './openapi.ts';
import { addOperations } from './operations.ts';
import { refused } from './problem.ts';
import { watchRequests } from './running-requests.ts';
import { createHttp, listenHttp, type HttpServerOptions } from './http-server.ts';
import { route, type RouteFacts } from './route.ts';
import { agentRoutes } from './routes/agents.ts';
import { annotationRoutes } from './routes/annotations.ts';
import { audioRoutes } from './routes/audio.ts';
import { callRoutes } from './routes/calls.ts';
import { collectionRoutes } from './routes/collections.ts';
import { emailRoutes } from './routes/email.ts';
import { eventRoutes } from './routes/events.ts';
import { legalHoldRoutes } from './routes/legal-hold.ts';
import { listeningRoutes } from './routes/listening.ts';
import { liveRoutes } from './routes/live.ts';
import { doNotCallRoutes } from './routes/do-not-call.ts';
import { outboundTaskRoutes } from './routes/outbound-tasks.ts';
import { rosterRoutes } from './routes/rosters.ts';
import { sampleDataRoutes } from './routes/sample-data.ts';
import { phoneRoutes } from './routes/phones.ts';
import { recordingExportRoutes } from './routes/recording-exports.ts';
import { recordingRoutes } from './routes/recordings.ts';
import { savedViewRoutes } from './routes/saved-views.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { settingsRoutes } from './routes/settings.ts';
import { searchRoutes } from './routes/search.ts';
import { trunkRoutes } from './routes/trunks.ts';
import { tryOutRoutes } from './routes/try-out.ts';
import { voiceAssetRoutes } from './routes/voice-assets.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { closeSlowBodies } from './slow-bodies.ts';
import { refuseUnstorable } from './storable.ts';

export const apiBase = '/api/v1';

export interface ApiOptions extends ApiDependencies, HttpServerOptions {
  /** Built console, or null. */
  readonly consoleFolder: string | null;
  readonly version: string;
}

export interface Api {
  /** Rejects with the Fault `api/port-taken` or `api/cannot-listen`. */
  listen(): Promise<{ readonly port: number; readonly url: string }>;
  /** Ends event streams, refuses new requests, waits for running ones. Idempotent. */
  close(): Promise<void>;
  readonly inject: (request: InjectOptions) => Promise<LightMyRequestResponse>;
  /** The raw server, for the SIP WebSocket that shares its port. */
  readonly server: Server;
  /** Every route below the base that the server answers, as registered. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
}

/** The routes in the order of the API description. */
export const createRoutes = (
  deps: ApiDependencies,
  options: { readonly isSecure: boolean; readonly cookie: string; readonly version: string },
): {
  readonly routes: readonly RouteFacts[];
  readonly description: unknown;
  readonly close: () => void;
} => {
  const events = eventRoutes(deps);
  const listening = listeningRoutes(deps, options);
  const routes: RouteFacts[] = [
    ...sessionRoutes(deps, options),
    ...collectionRoutes(deps.administration),
    ...agentRoutes(deps),
    ...settingsRoutes(deps),
    ...callRoutes(deps),
    ...listening.routes,
    ...liveRoutes(deps),
    ...recordingRoutes(deps),
    ...audioRoutes(deps),
    ...legalHoldRoutes(deps),
    ...annotationRoutes(deps),
    ...savedViewRoutes(deps),
    ...recordingExportRoutes(deps),
    ...voiceAssetRoutes(deps),
    ...rosterRoutes(deps),
    ...doNotCallRoutes(deps),
    ...outboundTaskRoutes(deps),
    ...searchRoutes(deps),
    ...trunkRoutes(deps),
    ...tryOutRoutes(deps),
    ...phoneRoutes(deps),
    ...emailRoutes(deps),
    ...sampleDataRoutes(deps),
    ...events.routes,
  ];
  const own = route('GET /openapi.json', {
    summary: 'This description',
    answer: z.record(z.string(), z.unknown()),
    handle: () => description as Record<string, unknown>,
  });
  routes.push(own);
  const description = describeApi(routes, {
    base: apiBase,
    version: options.version,
    cookie: options.cookie,
  });
  const close = (): void => {
    events.close();
    listening.close();
  };
  return { routes, description, close };
};

const addMeasuring = (app: FastifyInstance, { metrics }: ApiOptions): void => {
  const seconds = metrics.histogram(
    'callreel_http_request_seconds',
    'Time to answer a request',
    [0.005, 0.02, 0.1, 0.5, 2, 10],
    ['method', 'route', 'status'],
  );
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const labels = {
      method: request.method,
      // The pattern, never the path: ids would make a series each.
      route: request.routeOptions.url ?? 'none',
      status: String(reply.statusCode),
    };
    seconds.observe(reply.elapsedTime / 1000, labels);
    done();
  });
};

/** Refuses at start what the table of access does not know, and remembers what is there. */
const watchRoutes = (app: FastifyInstance): { method: string; path: string }[] => {
  const routes: { method: string; path: string }[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    if (!url.startsWith(`${apiBase}/`)) return;
    if (config?.access === undefined)
      throw new Fault('base/unreachable', `${url} has no entry in the table of access`);
    for (const one of [method].flat())
      routes.push({ method: one, path: url.slice(apiBase.length) });
  });
  return routes;
};

const addDocs = (
  app: FastifyInstance,
  routes: readonly RouteFacts[],
  description: unknown,
): void => {
  const page = docsPage(routes, apiBase, description);
  app.get('/api/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  app.get('/api/docs.css', (_request, reply) => reply.type('text/css').send(docsStyle));
};

/** Builds the server; nothing listens yet. */
export const createApi = async (options: ApiOptions): Promise<Api> => {
  const isSecure = options.http.publicUrl.startsWith('https:');
  const session = cookieName(options.http.publicUrl);
  const app = createHttp(options);
  const registered = watchRoutes(app);
  const answered = watchRequests(app);
  await app.register(cookie);
  addForms(app);
  await addSecurityHeaders(app, { isSecure });
  addMeasuring(app, options);
  addAuthentication(app, options.administration.access, { cookie: session });
  refuseUnstorable(app);
  addIdempotency(app, options);
  const { routes, description, close } = createRoutes(options, {
    isSecure,
    cookie: session,
    version: options.version,
  });
  for (const facts of routes) facts.register(app, apiBase);
  const uploads = new Set(routes.filter((facts) => facts.consumes).map(({ key }) => key as string));
  closeSlowBodies(app.server, ({ method, url = '' }) =>
    uploads.has(`${method} ${url.replace(/\?.*$/u, '').slice(apiBase.length)}`),
  );
  addDocs(app, routes, description);
  addOperations(app, options);
  const showPage = await addConsole(app, options.consoleFolder);
  app.setNotFoundHandler((request, reply) => {
    if (showPage(request, reply)) return reply;
    throw refused({ code: 'api/not-found' });
  });
  app.addHook('preClose', async () => {
    close();
    await answered();
  });
  await app.ready();
  return {
    listen: () => listenHttp(app, options, 'CALLREEL_HTTP_PORT'),
    close: () => app.close(),
    inject: (request) => app.inject(request),
    server: app.server,
    routes: registered,
  };
};
