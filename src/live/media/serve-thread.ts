import { assertNever } from '#base/assert-never.ts';
import type { CallId, LegId } from '#core/ids.ts';
import type { Log, LogLevel } from '#ports/log.ts';
import { MediaEngine, type EngineOptions } from './media-engine.ts';
import { startPacer } from './pacer.ts';
import type { CallOrder, FromThread, ToThread } from './thread-messages.ts';

/** The end of a MessagePort a media thread speaks through. */
export interface ThreadPort {
  postMessage(batch: readonly FromThread[]): void;
  on(event: 'message', listener: (batch: readonly ToThread[]) => void): unknown;
}

export type ThreadEngineOptions = Omit<EngineOptions, 'emit' | 'log' | 'prompts'> & {
  readonly prompts: (log: Log) => EngineOptions['prompts'];
};

/** Journals are synced when they close; a disk that takes longer than this is left behind, salvage finds the journal. */
const stopWithinMs = 10_000;
const totalsEveryMs = 1000;

/** Runs the media engine of one thread: orders in, events out once per turn, until `stop`. */
export const serveMediaThread = (port: ThreadPort, options: ThreadEngineOptions): void => {
  let outbox: FromThread[] = [];
  const say = (message: FromThread): void => void outbox.push(message);
  let isFlushDue = false;
  const flush = (): void => {
    isFlushDue = false;
    if (outbox.length === 0) return;
    const batch = outbox;
    outbox = [];
    port.postMessage(batch);
  };
  const log = logThrough(say);
  const engine = new MediaEngine({
    ...options,
    log,
    prompts: options.prompts(log),
    emit: (callId, event) => say({ kind: 'event', callId, event }),
  });
  const { monoMs } = options.clock;
  let totalsDueAtMs = monoMs() + totalsEveryMs;
  const pacer = startPacer(monoMs, () => {
    engine.tick();
    if (monoMs() >= totalsDueAtMs) {
      totalsDueAtMs = monoMs() + totalsEveryMs;
      const { legs, openTracks, socketErrors, defects, totals } = engine;
      const lateMs = pacer.takeLateMs();
      say({
        kind: 'totals',
        totals: { ...totals, legs, tracks: openTracks, socketErrors, defects, lateMs },
      });
    }
    flush();
  });
  const openLeg = async (callId: CallId, legId: LegId, request: number): Promise<void> => {
    const result = await engine.openLeg(callId, legId);
    say({ kind: 'legOpened', request, result });
    // With those that are opened in the same turn; a caller waits for it, so not with the next tick of the clock.
    if (!isFlushDue) setImmediate(flush);
    isFlushDue = true;
  };
  const stop = (): void => {
    const untilMs = monoMs() + stopWithinMs;
    engine.closeAll();
    const waiting = setInterval(() => {
      if (engine.openTracks > 0 && monoMs() < untilMs) return;
      clearInterval(waiting);
      pacer.stop();
      say({ kind: 'closed' });
      flush();
    }, 5);
  };
  const carryOut = (message: ToThread): void => {
    try {
      if (message.kind === 'stop') stop();
      else if (message.order.kind === 'openLeg')
        openLeg(message.callId, message.order.legId, message.order.request).catch(
          (thrown: unknown) => log.error('media.order-failed', { error: String(thrown) }),
        );
      else obey(engine, message.callId, message.order);
    } catch (thrown) {
      // One order that cannot be carried out must not end the calls of the whole thread.
      log.error('media.order-failed', { error: String(thrown) });
    }
  };
  port.on('message', inOrder(carryOut));
  say({ kind: 'ready' });
  flush();
};

/** Turns of the event loop, each of which reads up to 32 packets of a socket: more than a second of one voice. */
const turnsBeforeResume = 2;

/**
 * Orders as they came, but the end of a hold or pause only when the sockets have been read: on a thread that was kept waiting the order
 * comes before the packets that were sent during the pause, and these must not be captured. What is ordered after it waits as well.
 */
const inOrder = (carryOut: (message: ToThread) => void) => {
  let waiting: ToThread[] = [];
  const goOn = (turns: number): void => {
    if (turns > 0) {
      setImmediate(goOn, turns - 1);
      return;
    }
    const [resume, ...rest] = waiting;
    waiting = [];
    if (resume) carryOut(resume);
    take(rest);
  };
  const take = (batch: readonly ToThread[]): void => {
    for (const message of batch) {
      if (waiting.length > 0) waiting.push(message);
      else if (message.kind === 'order' && message.order.kind === 'resumeTrack') {
        waiting.push(message);
        setImmediate(goOn, turnsBeforeResume - 1);
      } else carryOut(message);
    }
  };
  return take;
};

const logThrough = (say: (message: FromThread) => void): Log => {
  const at =
    (level: LogLevel) =>
    (event: string, facts?: Readonly<Record<string, unknown>>): void =>
      say({ kind: 'log', level, event, facts });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

const obey = (
  engine: MediaEngine,
  callId: CallId,
  order: Exclude<CallOrder, { readonly kind: 'openLeg' }>,
): void => {
  const call = engine.call(callId);
  switch (order.kind) {
    case 'openCall': {
      engine.openCall(callId);
      return;
    }
    case 'setRemote':
      return call?.setRemote(order.legId, order.remote);
    case 'setHearing':
      return call?.setHearing(order.legId, order.hears);
    case 'setListening':
      return call?.setListening(order.listening);
    case 'play':
      return call?.play(order.legId, order.source);
    case 'stopPlaying':
      return call?.stopPlaying(order.legId);
    case 'sendDigit': {
      engine.sendDigit(callId, order.legId, order.digit, order.durationMs);
      return;
    }
    case 'startTrack': {
      engine.startTrack(callId, order.order);
      return;
    }
    case 'holdTrack':
      return call?.holdTrack(order.trackId, order.reason);
    case 'resumeTrack':
      return call?.resumeTrack(order.trackId, order.reason);
    case 'mark':
      return call?.mark(order.trackId, order.mark);
    case 'sealTrack':
      return call?.sealTrack(order.trackId);
    case 'closeLeg': {
      engine.closeLeg(callId, order.legId);
      return;
    }
    case 'close': {
      engine.closeCall(callId);
      return;
    }
    default:
      return assertNever(order);
  }
};
