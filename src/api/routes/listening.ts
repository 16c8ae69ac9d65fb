/** `/calls/{id}/listen`: a call's sound for somebody who listens in silence, as long as both last. */
import type { FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { FaultCode } from '#base/fault.ts';
import { reachOf } from '#core/policy/rights.ts';
import type { CallId } from '#core/ids.ts';
import type { Principal } from '#ports/administration.ts';
import type { Timer } from '#ports/clock.ts';
import type { CallListener, ListenRefusal, LiveCall } from '#ports/live-calls.ts';
import { identifyAgain } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { found, refused } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams } from '../schemas.ts';
import { reachesCall, scopeOf } from '../scope.ts';

/** RFC 2586: 16 bits in network byte order, left and right in turn. */
const contentType = 'audio/L16;rate=8000;channels=2';
/** Two seconds of sound. Later than that nobody wants to hear it. */
const MAX_UNREAD_BYTES = 64_000;
/** Who reads nothing for so long is gone. */
const STUCK_MS = 30_000;
/** How soon a stream ends with its session, its right or its queue. */
const ASK_AGAIN_MS = 5000;

type End = 'left' | 'call-ended' | 'no-right' | 'too-slow' | 'stopped';

/** One listener's answer. Writes what can be read in time, and nothing else. */
class ListeningStream implements CallListener {
  readonly over: Promise<End>;
  readonly #deps: Pick<ApiDependencies, 'clock' | 'metrics'>;
  readonly #raw: ServerResponse;
  readonly #end: (end: End) => void;
  #isOpen = false;
  #stuckSinceMs: number | null = null;

  constructor(deps: Pick<ApiDependencies, 'clock' | 'metrics'>, raw: ServerResponse) {
    this.#deps = deps;
    this.#raw = raw;
    const { promise, resolve } = Promise.withResolvers<End>();
    this.over = promise;
    this.#end = resolve;
    raw.on('close', () => resolve('left'));
    raw.on('error', () => resolve('left'));
  }

  /** The answer's head is on its way: sound may follow. */
  open(): void {
    this.#isOpen = true;
  }

  audio(chunk: Uint8Array): void {
    if (!this.#isOpen) return;
    if (this.#raw.writableLength <= MAX_UNREAD_BYTES) {
      this.#stuckSinceMs = null;
      this.#raw.write(chunk);
      return;
    }
    this.#deps.metrics
      .counter(
        'callreel_listening_dropped_total',
        'Tenths of a second that a listener did not read in time',
      )
      .add();
    const nowMs = this.#deps.clock.monoMs();
    this.#stuckSinceMs ??= nowMs;
    if (nowMs - this.#stuckSinceMs >= STUCK_MS) this.end('too-slow');
  }

  ended(): void {
    this.end('call-ended');
  }

  end(why: End): void {
    this.#isOpen = false;
    this.#end(why);
  }
}

const refusals: Readonly<Record<ListenRefusal, FaultCode>> = {
  'unknown-call': 'call/not-connected',
  'not-connected': 'call/not-connected',
  'too-many-on-call': 'call/too-many-listeners',
  'too-many-here': 'call/too-many-listening',
};

export interface ListeningRoutes {
  readonly routes: readonly RouteFacts[];
  /** Ends every stream, so that the server can close. */
  readonly close: () => void;
}

export const listeningRoutes = (
  deps: ApiDependencies,
  options: { readonly cookie: string },
): ListeningRoutes => {
  const { administration, library, liveCalls, clock, log } = deps;
  const streams = new Set<ListeningStream>();

  const findAudible = async (who: Principal, id: string): Promise<LiveCall> => {
    const live = liveCalls.find(who.tenantId, id as CallId);
    if (live && reachesCall(who, 'calls:listen', live)) return live;
    found(await library.call(scopeOf(who, 'calls:listen'), id as CallId));
    const code = liveCalls.isHere === false ? 'call/other-process' : 'call/not-connected';
    throw refused({ code });
  };

  const stillMay = async (request: FastifyRequest, callId: CallId): Promise<boolean> => {
    const identity = await identifyAgain(request, administration.access, options);
    if (identity === null || reachOf(identity.principal.role, 'calls:listen') === null)
      return false;
    const live = liveCalls.find(identity.principal.tenantId, callId);
    return live === undefined || reachesCall(identity.principal, 'calls:listen', live);
  };

  /** Until the stream is over. A question that cannot be asked is no yes. */
  const watch = (stream: ListeningStream, request: FastifyRequest, callId: CallId): void => {
    let timer: Timer;
    const ask = (): void => {
      void stillMay(request, callId)
        .catch((error: unknown) => {
          log.error('listening.not-asked', { callId, error: String(error) });
          return false;
        })
        .then((may) => (may ? arm() : stream.end('no-right')));
    };
    const arm = (): void => {
      timer = clock.setTimer(ASK_AGAIN_MS, ask);
    };
    arm();
    void stream.over.then(() => timer.cancel());
  };

  const listen = route('GET /calls/:id/listen', {
    summary:
      'Listen to a call in silence: raw samples until the call, the right or the request ends; a line in the audit log before and after',
    params: idParams,
    produces: contentType,
    handle: async ({ who, params, request, reply }) => {
      const { callId } = await findAudible(who, params.id);
      const { tenantId, name } = who;
      const stream = new ListeningStream(deps, reply.raw);
      const begun = liveCalls.listen({ tenantId, callId, name }, stream);
      if (!begun.ok) throw refused({ code: refusals[begun.error] });
      const sinceMs = clock.monoMs();
      const subject = { subjectKind: 'call', subjectId: callId };
      try {
        // Before the first sample: what cannot be written down does not happen.
        await administration.audit.note(who, { action: 'call.listen', ...subject });
      } catch (thrown) {
        begun.value();
        throw thrown;
      }
      streams.add(stream);
      reply.hijack();
      for (const [header, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) reply.raw.setHeader(header, value);
      reply.raw.writeHead(200, {
        'content-type': contentType,
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      reply.raw.flushHeaders();
      stream.open();
      watch(stream, request, callId);
      const end = await stream.over;
      begun.value();
      streams.delete(stream);
      if (end === 'too-slow') reply.raw.destroy();
      else reply.raw.end();
      const seconds = Math.round((clock.monoMs() - sinceMs) / 1000);
      await administration.audit
        .note(who, { action: 'call.listen-end', ...subject, detail: { seconds, end } })
        .catch((error: unknown) =>
          log.error('listening.end-not-noted', { callId, seconds, error: String(error) }),
        );
    },
  });

  return {
    routes: [listen],
    close: () => {
      for (const stream of [...streams]) stream.end('stopped');
    },
  };
};
