/** Requests whose work is not done, so that the server takes nothing away from under them when it closes. */
import type { FastifyInstance, RouteOptions } from 'fastify';

/** Longest wait for them at closing; a reader that takes longer over a download is cut off, and may ask for the rest later. */
const longestWaitMs = 5000;

type Handler = RouteOptions['handler'];

/**
 * Counts a request until it was answered, or its client left, and its handler is done as well: one whose client left goes on with the database.
 *
 * @returns a wait for all of them, at most five seconds
 */
export const watchRequests = (app: FastifyInstance): (() => Promise<void>) => {
  const running = new Set<Promise<unknown>>();
  const add = (work: Promise<unknown>): void => {
    running.add(work);
    const end = (): void => void running.delete(work);
    work.then(end, end);
  };
  app.addHook('onRequest', (_request, reply, done) => {
    add(new Promise((resolve) => reply.raw.once('finish', resolve).once('close', resolve)));
    done();
  });
  app.addHook('onRoute', (options) => {
    const { handler } = options;
    const watched: Handler = function (request, reply) {
      const answer: unknown = handler.call(this, request, reply);
      if (answer instanceof Promise) add(answer);
      return answer;
    };
    options.handler = watched;
  });
  const settled = async (): Promise<void> => {
    while (running.size > 0) await Promise.allSettled(running);
  };
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, longestWaitMs)));
    await Promise.race([settled(), late]);
    clearTimeout(timer);
  };
};
