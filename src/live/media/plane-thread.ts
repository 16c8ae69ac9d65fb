import { Worker } from 'node:worker_threads';
import { refuse, type Result } from '#base/result.ts';
import type { CallId, LegId, TrackId } from '#core/ids.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { MediaEvent } from '#ports/media-plane.ts';
import type {
  CallOrder,
  FromThread,
  MediaThreadOptions,
  ThreadTotals,
  ToThread,
} from './thread-messages.ts';

interface CallSide {
  readonly listener: (event: MediaEvent) => void;
  readonly tracks: Set<TrackId>;
  readonly legs: Set<LegId>;
  isClosed: boolean;
}

type LegOpened = Result<{ readonly port: number }, 'no-free-port'>;

export interface PlaneThreadOptions {
  readonly url: URL;
  readonly thread: MediaThreadOptions;
  readonly clock: Clock;
  readonly log: Log;
  readonly totals: (totals: ThreadTotals) => void;
  readonly died: () => void;
}

/** A thread that dies at once on every start must not spin. */
const restartAfterMs = [50, 500, 5_000] as const;
/** Beyond the thread's own limit for its journals. */
const stopWithinMs = 15_000;

/** Ports that are opened or given back can wait for the end of the turn: waking a thread costs more than what it is told. */
const canWait = (message: ToThread): boolean => {
  if (message.kind === 'stop') return false;
  const { kind } = message.order;
  return kind === 'openCall' || kind === 'openLeg' || kind === 'closeLeg' || kind === 'close';
};

/** The main thread's side of one media thread: sends orders in batches, hands events to their calls, starts it anew when it dies. */
export class PlaneThread {
  readonly #options: PlaneThreadOptions;
  readonly #calls = new Map<CallId, CallSide>();
  readonly #requests = new Map<number, (result: LegOpened) => void>();
  #worker: Worker;
  #outbox: ToThread[] = [];
  #lastRequest = 0;
  #deaths = 0;
  #isUp = false;
  #isStopping = false;
  #restart: Timer | null = null;
  readonly #ready = Promise.withResolvers<undefined>();
  readonly #closed = Promise.withResolvers<undefined>();

  constructor(options: PlaneThreadOptions) {
    this.#options = options;
    this.#worker = this.#start();
  }

  /** Settles when the thread takes orders; rejects when it never came up. */
  get ready(): Promise<unknown> {
    return this.#ready.promise;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get legs(): number {
    let legs = 0;
    for (const call of this.#calls.values()) legs += call.legs.size;
    return legs;
  }

  /** While the thread is down the call gets no ports: it is not known here, and stays so. */
  openCall(callId: CallId, listener: (event: MediaEvent) => void): void {
    if (!this.#isUp) return;
    this.#calls.set(callId, { listener, tracks: new Set(), legs: new Set(), isClosed: false });
    this.order(callId, { kind: 'openCall' });
  }

  openLeg(callId: CallId, legId: LegId): Promise<LegOpened> {
    const call = this.#calls.get(callId);
    // A call whose thread died, or that was closed, gets no ports any more.
    if (call === undefined || call.isClosed) return Promise.resolve(refuse('no-free-port'));
    call.legs.add(legId);
    const request = ++this.#lastRequest;
    return new Promise((resolve) => {
      this.#requests.set(request, (result) => {
        if (!result.ok) call.legs.delete(legId);
        resolve(result);
      });
      this.order(callId, { kind: 'openLeg', legId, request });
    });
  }

  /** Sends with everything else of this turn of the event loop. */
  order(callId: CallId, order: CallOrder): void {
    const call = this.#calls.get(callId);
    if (call === undefined || call.isClosed) return;
    if (order.kind === 'startTrack') call.tracks.add(order.order.trackId);
    if (order.kind === 'closeLeg') call.legs.delete(order.legId);
    if (order.kind === 'close') this.#close(callId, call);
    this.#post({ kind: 'order', callId, order });
  }

  #close(callId: CallId, call: CallSide): void {
    call.isClosed = true;
    call.legs.clear();
    // Its tracks still report; the last of them ends it.
    if (call.tracks.size === 0) this.#calls.delete(callId);
  }

  /** Seals every track and ends the thread. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#isStopping) {
      this.#isStopping = true;
      this.#restart?.cancel();
      if (!this.#isUp) this.#closed.resolve(undefined);
      this.#post({ kind: 'stop' });
      const timer = this.#options.clock.setTimer(stopWithinMs, () =>
        this.#closed.resolve(undefined),
      );
      await this.#closed.promise;
      timer.cancel();
      await this.#worker.terminate();
    }
    await this.#closed.promise;
  }

  #start(): Worker {
    const worker = new Worker(this.#options.url, {
      workerData: this.#options.thread,
      name: `media-${this.#options.thread.share}`,
    });
    let why = 'exit';
    worker.on('message', (batch: readonly FromThread[]) => {
      for (const message of batch) this.#hear(message);
    });
    worker.on('error', (error) => {
      why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    worker.on('exit', () => this.#died(why));
    return worker;
  }

  #post(message: ToThread): void {
    this.#outbox.push(message);
    // All that one SIP message has led to goes together, and before the next one is read.
    if (!canWait(message)) process.nextTick(this.#flush);
    else if (this.#outbox.length === 1) setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    const batch = this.#outbox;
    if (batch.length === 0) return;
    this.#outbox = [];
    this.#worker.postMessage(batch);
  };

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'ready':
        this.#isUp = true;
        this.#ready.resolve(undefined);
        return;
      case 'legOpened':
        this.#requests.get(message.request)?.(message.result);
        this.#requests.delete(message.request);
        return;
      case 'event':
        this.#event(message.callId, message.event);
        return;
      case 'log':
        this.#options.log[message.level](message.event, message.facts);
        return;
      case 'totals':
        // It has run for a second: the next death is a new one.
        this.#deaths = 0;
        this.#options.totals(message.totals);
        return;
      case 'closed':
        this.#closed.resolve(undefined);
    }
  }

  #event(callId: CallId, event: MediaEvent): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    const isTrackOver =
      event.kind === 'trackSealed' || event.kind === 'trackFailed' || event.kind === 'trackLost';
    if (isTrackOver) call.tracks.delete(event.trackId);
    if (call.isClosed && call.tracks.size === 0) this.#calls.delete(callId);
    if (call.isClosed && !isTrackOver) return;
    try {
      call.listener(event);
    } catch (thrown) {
      this.#options.log.error('media.listener-threw', { callId, error: String(thrown) });
    }
  }

  #died(why: string): void {
    const wasUp = this.#isUp;
    this.#isUp = false;
    this.#closed.resolve(undefined);
    if (this.#isStopping) return;
    this.#options.log.error('media.thread-died', { thread: this.#options.thread.share, why });
    this.#options.died();
    if (!wasUp && this.#deaths === 0) this.#ready.reject(new Error(why));
    this.#loseCalls();
    const after = restartAfterMs[Math.min(this.#deaths, restartAfterMs.length - 1)] ?? 5_000;
    this.#deaths++;
    this.#restart = this.#options.clock.setTimer(after, () => {
      this.#outbox = [];
      this.#worker = this.#start();
    });
  }

  #loseCalls(): void {
    for (const resolve of this.#requests.values()) resolve(refuse('no-free-port'));
    this.#requests.clear();
    for (const [callId, call] of [...this.#calls]) {
      for (const trackId of [...call.tracks]) this.#event(callId, { kind: 'trackLost', trackId });
      this.#event(callId, { kind: 'mediaLost', reason: 'media/thread-died' });
      this.#calls.delete(callId);
    }
  }
}
