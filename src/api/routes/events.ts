/** `/events`: Server-Sent Events that say what changed. The receiver reads it again with its own rights. */
import type { ServerResponse } from 'node:http';
import { reachOf } from '#core/policy/rights.ts';
import type { Principal } from '#ports/administration.ts';
import type { Timer } from '#ports/clock.ts';
import type { ChangeEvent } from '#ports/events.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { refused } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';

/** Below the 30 s after which common proxies close a silent connection. */
const HEARTBEAT_MS = 15_000;
/** Changes of one moment go out together, so a thousand calls a second are five messages. */
const GATHER_MS = 200;
/** More ids of one topic at once are worth a look at the list, not at each. */
const MAX_IDS = 50;
/** What a slow reader may leave unread in the socket before it is let go; it comes back and looks again. */
const MAX_UNREAD_BYTES = 65_536;
/** Then the browser connects anew and shows its session again. */
const MAX_LIFE_MS = 15 * 60_000;
/** Browsers of one installation; each costs a socket and a timer. */
const MAX_STREAMS = 1000;

/** Ids of calls and recordings are told only to those who see all of the tenant's. */
const showsIds = (who: Principal, topic: ChangeEvent['topic']): boolean =>
  (topic !== 'calls' && topic !== 'recordings') || reachOf(who.role, 'calls:read') === 'tenant';

class Stream {
  readonly #deps: ApiDependencies;
  readonly #raw: ServerResponse;
  readonly #who: Principal;
  readonly #stop: (() => void)[] = [];
  readonly #pending = new Map<ChangeEvent['topic'], Set<string>>();
  #heartbeat: Timer | undefined;
  #gather: Timer | undefined;

  constructor(deps: ApiDependencies, raw: ServerResponse, who: Principal) {
    this.#deps = deps;
    this.#raw = raw;
    this.#who = who;
  }

  start(onEnd: () => void): void {
    const { changeFeed, clock } = this.#deps;
    this.#stop.push(
      onEnd,
      changeFeed.subscribe((event) => this.#take(event)),
    );
    const life = clock.setTimer(MAX_LIFE_MS, () => this.end());
    this.#stop.push(() => life.cancel());
    this.#raw.on('close', () => this.end());
    this.#raw.on('error', () => this.end());
    this.#write('retry: 2000\n\n');
    this.#beat();
  }

  end(): void {
    for (const stop of this.#stop.splice(0)) stop();
    this.#heartbeat?.cancel();
    this.#gather?.cancel();
    this.#raw.end();
  }

  #beat(): void {
    this.#heartbeat = this.#deps.clock.setTimer(HEARTBEAT_MS, () => {
      this.#write(': still here\n\n');
      this.#beat();
    });
  }

  #take({ tenantId, topic, id }: ChangeEvent): void {
    if (tenantId !== this.#who.tenantId) return;
    const ids = this.#pending.get(topic) ?? new Set<string>();
    if (ids.size <= MAX_IDS) ids.add(id);
    this.#pending.set(topic, ids);
    this.#gather ??= this.#deps.clock.setTimer(GATHER_MS, () => this.#flush());
  }

  #flush(): void {
    this.#gather = undefined;
    for (const [topic, ids] of this.#pending) {
      const isKnown = ids.size <= MAX_IDS && showsIds(this.#who, topic);
      // ids null: look at the whole list again.
      const data = JSON.stringify({ topic, ids: isKnown ? [...ids] : null });
      this.#write(`event: ${topic}\ndata: ${data}\n\n`);
    }
    this.#pending.clear();
  }

  #write(text: string): void {
    if (this.#raw.writableEnded || this.#raw.destroyed) return;
    if (this.#raw.writableLength > MAX_UNREAD_BYTES) {
      this.#deps.metrics
        .counter(
          'callreel_event_streams_dropped_total',
          'Event streams closed for reading too slowly',
        )
        .add();
      this.#raw.destroy();
      return;
    }
    this.#raw.write(text);
  }
}

export interface EventRoutes {
  readonly routes: readonly RouteFacts[];
  /** Ends every stream, so that the server can close. */
  readonly close: () => void;
}

export const eventRoutes = (deps: ApiDependencies): EventRoutes => {
  const streams = new Set<Stream>();
  const events = route('GET /events', {
    summary: 'What changes, as Server-Sent Events: `{ topic, ids }`, ids null = look at the list',
    produces: 'text/event-stream',
    handle: ({ who, reply }) => {
      if (streams.size >= MAX_STREAMS) throw refused({ code: 'api/busy', retryAfterSeconds: 5 });
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) reply.raw.setHeader(name, value);
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      const stream = new Stream(deps, reply.raw, who);
      streams.add(stream);
      stream.start(() => streams.delete(stream));
    },
  });
  return {
    routes: [events],
    close: () => {
      for (const stream of [...streams]) stream.end();
    },
  };
};
