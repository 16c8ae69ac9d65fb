import { availableParallelism } from 'node:os';
import { Fault } from '#base/fault.ts';
import type { CallId } from '#core/ids.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { MediaCall, MediaPlane } from '#ports/media-plane.ts';
import type { Metrics } from '#ports/metrics.ts';
import { PlaneThread } from './plane-thread.ts';
import type { PortRange } from './port-pairs.ts';
import type { CallOrder, ThreadTotals } from './thread-messages.ts';

export interface MediaPlaneOptions {
  /** Threads; default: cores − 1, at least one. */
  readonly workers?: number;
  readonly rtpPorts: PortRange;
  /** Address the sockets bind to. */
  readonly host: string;
  /** Prompts as `NAME.ulaw`; need not exist. */
  readonly promptsDir: string;
  /** After so long without a packet `silent` comes, and again after each such time; default 60,000. */
  readonly silentAfterMs?: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Entry of the thread; default `src/threads/media.ts`. */
  readonly threadUrl?: URL;
}

const defaultThread = new URL('../../threads/media.ts', import.meta.url);
const counted = ['received', 'sent', 'lost', 'foreign', 'malformed', 'overflow'] as const;

const measures = (metrics: Metrics) => {
  const legs = metrics.gauge('callreel_media_legs', 'Legs with open RTP ports', ['thread']);
  const tracks = metrics.gauge('callreel_media_tracks', 'Tracks being captured', ['thread']);
  const late = metrics.gauge(
    'callreel_media_turn_late_seconds',
    'Latest turn of the 5 ms media clock within the last second',
    ['thread'],
  );
  const packets = metrics.counter(
    'callreel_media_packets_total',
    'RTP packets by fate: received, sent, lost (by sequence number), foreign (not the peer), malformed, overflow',
    ['fate'],
  );
  const errors = metrics.counter('callreel_media_socket_errors_total', 'Refusals of the network');
  const defects = metrics.counter('callreel_media_defects_total', 'Exceptions in the media path');
  return (thread: string, totals: ThreadTotals, before: ThreadTotals | null): void => {
    legs.set(totals.legs, { thread });
    tracks.set(totals.tracks, { thread });
    late.set(totals.lateMs / 1000, { thread });
    // A late packet takes a loss back: counters only grow.
    for (const fate of counted)
      packets.add(Math.max(0, totals[fate] - (before?.[fate] ?? 0)), { fate });
    errors.add(totals.socketErrors - (before?.socketErrors ?? 0));
    defects.add(totals.defects - (before?.defects ?? 0));
  };
};

const startThreads = (options: MediaPlaneOptions): PlaneThread[] => {
  const shares = options.workers ?? Math.max(1, availableParallelism() - 1);
  const measure = measures(options.metrics);
  const deaths = options.metrics.counter(
    'callreel_media_thread_deaths_total',
    'Media threads that died; each one ended its calls',
  );
  return Array.from({ length: shares }, (_, share) => {
    let before: ThreadTotals | null = null;
    return new PlaneThread({
      url: options.threadUrl ?? defaultThread,
      thread: {
        host: options.host,
        rtpPorts: options.rtpPorts,
        share,
        shares,
        promptsDir: options.promptsDir,
        silentAfterMs: options.silentAfterMs ?? 60_000,
      },
      clock: options.clock,
      log: options.log,
      totals: (totals) => {
        measure(String(share), totals, before);
        before = totals;
      },
      died: () => {
        before = null;
        deaths.add();
      },
    });
  });
};

const callOn = (thread: PlaneThread, callId: CallId): MediaCall => {
  const order = (row: CallOrder): void => thread.order(callId, row);
  return {
    openLeg: (legId) => thread.openLeg(callId, legId),
    setRemote: (legId, remote) => order({ kind: 'setRemote', legId, remote }),
    setHearing: (legId, hears) => order({ kind: 'setHearing', legId, hears }),
    setListening: (listening) => order({ kind: 'setListening', listening }),
    play: (legId, source) => order({ kind: 'play', legId, source }),
    stopPlaying: (legId) => order({ kind: 'stopPlaying', legId }),
    sendDigit: (legId, digit, durationMs) => order({ kind: 'sendDigit', legId, digit, durationMs }),
    startTrack: (row) => order({ kind: 'startTrack', order: row }),
    holdTrack: (trackId, reason) => order({ kind: 'holdTrack', trackId, reason }),
    resumeTrack: (trackId, reason) => order({ kind: 'resumeTrack', trackId, reason }),
    mark: (trackId, mark) => order({ kind: 'mark', trackId, mark }),
    sealTrack: (trackId) => order({ kind: 'sealTrack', trackId }),
    closeLeg: (legId) => order({ kind: 'closeLeg', legId }),
    close: () => order({ kind: 'close' }),
  };
};

/**
 * Starts the media threads.
 *
 * @throws {Fault} `media/no-thread` when one of them does not come up
 */
export const createMediaPlane = async (options: MediaPlaneOptions): Promise<MediaPlane> => {
  const threads = startThreads(options);
  const close = async (): Promise<void> => {
    const ends = await Promise.allSettled(threads.map((thread) => thread.stop()));
    const faults = ends
      .filter((end) => end.status === 'rejected')
      .map((end) => end.reason as unknown);
    if (faults.length > 0) throw new AggregateError(faults, 'media threads did not stop in order');
  };
  try {
    await Promise.all(threads.map((thread) => thread.ready));
  } catch (cause) {
    await close();
    throw new Fault('media/no-thread', 'a media thread did not start', { cause });
  }
  return {
    openCall: (callId, listener) => {
      const up = threads.filter((thread) => thread.isUp);
      const [first, ...others] = up.length > 0 ? up : threads;
      if (first === undefined) throw new Fault('media/no-thread', 'there are no media threads');
      const thread = others.reduce((best, next) => (next.legs < best.legs ? next : best), first);
      thread.openCall(callId, listener);
      return callOn(thread, callId);
    },
    close,
  };
};
