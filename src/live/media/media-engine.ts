import type { FaultCode } from '#base/fault.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import type { CallId, LegId, TrackId } from '#core/ids.ts';
import type { TrackSummary } from '#core/recording/marks.ts';
import type { Clock } from '#ports/clock.ts';
import type { JournalFiles, MakeBlockCipher } from '#ports/journal-files.ts';
import type { Log } from '#ports/log.ts';
import type { LegStats, MediaEvent, TrackOrder } from '#ports/media-plane.ts';
import { RtpView } from '#protocol/rtp/packet.ts';
import { CaptureWheel } from '../capture/capture-wheel.ts';
import { CallMedia } from './media-call.ts';
import { MediaLeg, type LegContext } from './media-leg.ts';
import type { MediaSocket, OpenSocket, SocketReader } from './media-socket.ts';
import type { PortPairs } from './port-pairs.ts';
import type { PromptStore } from './prompt-store.ts';

export interface EngineOptions {
  readonly openSocket: OpenSocket;
  readonly ports: PortPairs;
  readonly files: JournalFiles;
  readonly makeBlockCipher: MakeBlockCipher;
  readonly prompts: PromptStore;
  readonly clock: Pick<Clock, 'nowMs' | 'monoMs'>;
  readonly log: Log;
  readonly random: () => number;
  readonly silentAfterMs: number;
  readonly emit: (callId: CallId, event: MediaEvent) => void;
}

/** Pairs tried for one leg before the range counts as exhausted: others on the machine may sit in it. */
const maxBindTries = 32;
const sweepMs = 100;
const emptySummary: TrackSummary = {
  frames: 0,
  lostFrames: 0,
  bytes: 0,
  firstPacketAtMonoNs: null,
  lastPacketAtMonoNs: null,
};

/** Counts of a whole thread; names as in `LegStats`. */
export interface MediaTotals {
  received: number;
  sent: number;
  lost: number;
  foreign: number;
  malformed: number;
  overflow: number;
}

const addStats = (totals: MediaTotals, stats: LegStats): void => {
  totals.received += stats.received;
  totals.sent += stats.sent;
  totals.lost += stats.lost;
  totals.foreign += stats.droppedForeignSource;
  totals.malformed += stats.droppedMalformed;
  totals.overflow += stats.droppedOverflow;
};

/** All calls of one media thread. Moves packets as they arrive, and everything that depends on time in `tick`. */
export class MediaEngine {
  /** Refusals of the network such as "port unreachable"; harmless one by one, telling in numbers. */
  socketErrors = 0;
  /** Exceptions while packets or ticks were handled: always a defect of ours. */
  defects = 0;
  readonly #options: EngineOptions;
  readonly #capture: CaptureWheel;
  readonly #calls = new Map<CallId, CallMedia>();
  /** The same calls: walked 200 times a second, so without an iterator. */
  #callList: readonly CallMedia[] = [];
  /** Tracks not reported yet, with the call that hears of them. */
  readonly #trackCalls = new Map<TrackId, CallId>();
  readonly #ports = new Map<MediaLeg, number>();
  readonly #context: LegContext;
  readonly #closed: MediaTotals = {
    received: 0,
    sent: 0,
    lost: 0,
    foreign: 0,
    malformed: 0,
    overflow: 0,
  };
  readonly #unseen = new Set<string>();
  #phase = 0;
  #sweepDueAtMs = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#capture = new CaptureWheel({
      files: options.files,
      makeBlockCipher: options.makeBlockCipher,
      listener: {
        sealed: (trackId, summary) =>
          this.#trackOver(trackId, { kind: 'trackSealed', trackId, summary }),
        failed: (trackId, reason, summary) => this.#trackFailed(trackId, reason, summary),
      },
    });
    this.#context = {
      clock: options.clock,
      view: new RtpView(),
      packet: {
        extendedSequence: 0,
        extendedTimestamp: 0,
        arrivalMs: 0,
        payloadType: 0,
        bytes: new Uint8Array(0),
        payloadAt: 0,
        payloadLength: 0,
      },
      random: options.random,
      silentAfterMs: options.silentAfterMs,
    };
  }

  get legs(): number {
    return this.#ports.size;
  }

  get openTracks(): number {
    return this.#trackCalls.size;
  }

  /** For totals of the thread. */
  *eachLeg(): Generator<MediaLeg> {
    for (const call of this.#calls.values()) yield* call.legs.values();
  }

  openCall(callId: CallId): void {
    if (this.#calls.has(callId)) return;
    const { prompts, clock, emit } = this.#options;
    this.#calls.set(
      callId,
      new CallMedia(callId, {
        capture: this.#capture,
        prompts,
        monoMs: clock.monoMs,
        emit: (event) => emit(callId, event),
      }),
    );
    this.#callList = [...this.#calls.values()];
  }

  /** The call's side for every order that has no answer; undefined when the call is closed already. */
  call(callId: CallId): CallMedia | undefined {
    return this.#calls.get(callId);
  }

  /** Binds the leg's two ports. A call that was closed meanwhile gives them back and answers with a port all the same. */
  async openLeg(callId: CallId, legId: LegId): Promise<Result<{ port: number }, 'no-free-port'>> {
    const { emit } = this.#options;
    this.#phase = (this.#phase + 5) % 20;
    const leg = new MediaLeg(legId, this.#context, this.#phase, (event) => emit(callId, event));
    const call = this.#calls.get(callId);
    // Before the ports are bound: orders that follow at once find the leg.
    call?.addLeg(leg);
    const bound = await this.#bind(leg);
    if (bound === null) {
      call?.closeLeg(legId);
      return refuse('no-free-port');
    }
    if (call?.legs.get(legId) === leg) {
      leg.attach(bound.rtp, bound.rtcp);
      this.#ports.set(leg, bound.port);
    } else {
      bound.rtp.close();
      bound.rtcp.close();
      this.#options.ports.give(bound.port);
    }
    return ok({ port: bound.rtp.port });
  }

  startTrack(callId: CallId, order: TrackOrder): void {
    if (this.#trackCalls.has(order.trackId)) return;
    this.#trackCalls.set(order.trackId, callId);
    if (this.#calls.get(callId)?.startTrack(order) !== true)
      this.#trackFailed(order.trackId, 'media/no-such-leg', emptySummary);
  }

  sendDigit(callId: CallId, legId: LegId, digit: string, durationMs: number): void {
    if (this.#calls.get(callId)?.sendDigit(legId, digit, durationMs) === false)
      this.#options.log.warn('media.digit-not-sent', { callId, legId });
  }

  /** Tells the last figures, then frees the ports. */
  closeLeg(callId: CallId, legId: LegId): void {
    const leg = this.#calls.get(callId)?.closeLeg(legId);
    if (leg === undefined) return;
    this.#free(leg);
    this.#options.emit(callId, { kind: 'legStats', legId, stats: leg.stats });
  }

  closeCall(callId: CallId): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    for (const legId of [...call.legs.keys()]) {
      const leg = call.closeLeg(legId, 'ended');
      if (leg !== undefined) this.#free(leg);
    }
    this.#calls.delete(callId);
    this.#callList = [...this.#calls.values()];
  }

  /** Called every 5 ms: prompts, mixes, flushes, and ten times a second what is slow. */
  tick(): void {
    const nowMs = this.#options.clock.monoMs();
    for (let i = 0; i < this.#callList.length; i++) this.#tickCall(this.#callList[i], nowMs);
    this.#capture.turn(nowMs * 1000);
    if (nowMs < this.#sweepDueAtMs) return;
    this.#sweepDueAtMs = nowMs + sweepMs;
    for (const leg of this.eachLeg()) leg.sweep(nowMs);
  }

  #tickCall(call: CallMedia | undefined, nowMs: number): void {
    try {
      call?.tick(nowMs);
    } catch (thrown) {
      this.#broke('tick', thrown);
    }
  }

  /** A defect of ours in one call must not take the other calls of this thread with it. */
  #broke(where: string, thrown: unknown): void {
    this.defects++;
    // Fifty packets a second would fill the log: the first, then one in a thousand.
    if (this.defects % 1000 === 1)
      this.#options.log.error('media.defect', { where, error: String(thrown) });
  }

  /** Closes every call: their tracks are sealed, `trackSealed` follows for each. */
  closeAll(): void {
    for (const callId of [...this.#calls.keys()]) this.closeCall(callId);
  }

  async #bind(
    leg: MediaLeg,
  ): Promise<{ port: number; rtp: MediaSocket; rtcp: MediaSocket } | null> {
    const { ports, openSocket, log } = this.#options;
    for (let tries = Math.min(maxBindTries, ports.freePairs); tries > 0; tries--) {
      const port = ports.take();
      if (port === undefined) return null;
      let first: MediaSocket | null = null;
      try {
        // The exclusive one first: somebody else's pair is not touched. When the system chooses, its choice leads.
        if (port !== 0) {
          first = await openSocket(port + 1, this.#reader('rtcp', leg), 'rtcp');
          return {
            port,
            rtp: await openSocket(port, this.#reader('rtp', leg), 'rtp'),
            rtcp: first,
          };
        }
        first = await openSocket(port, this.#reader('rtp', leg), 'rtp');
        const rtcp = await openSocket(first.port + 1, this.#reader('rtcp', leg), 'rtcp');
        return { port, rtp: first, rtcp };
      } catch (thrown) {
        first?.close();
        ports.give(port);
        log.debug('media.port-taken', { port, error: String(thrown) });
      }
    }
    return null;
  }

  #reader(kind: 'rtp' | 'rtcp', leg: MediaLeg): SocketReader {
    return {
      datagram: (bytes, address, port) => {
        try {
          if (kind === 'rtp') leg.receive(bytes, address, port);
          else leg.receiveRtcp(bytes, address, port);
        } catch (thrown) {
          this.#broke(kind, thrown);
        }
      },
      error: () => {
        this.socketErrors++;
      },
      strangersUnseen: (why) => this.#strangersUnseen(why),
    };
  }

  /** Foreign packets are then missing in the figures; once is enough for the operator. */
  #strangersUnseen(why: string): void {
    if (this.#unseen.has(why)) return;
    this.#unseen.add(why);
    this.#options.log.warn('media.strangers-uncounted', { why });
  }

  #free(leg: MediaLeg): void {
    const port = this.#ports.get(leg);
    if (port !== undefined) this.#options.ports.give(port);
    this.#ports.delete(leg);
    addStats(this.#closed, leg.stats);
  }

  /** Sums of all legs since the thread began. */
  get totals(): MediaTotals {
    const totals = { ...this.#closed };
    for (const leg of this.eachLeg()) addStats(totals, leg.stats);
    return totals;
  }

  #trackFailed(trackId: TrackId, reason: FaultCode, summary: TrackSummary): void {
    const callId = this.#trackCalls.get(trackId);
    if (callId !== undefined) this.#calls.get(callId)?.trackFailed(trackId);
    this.#trackOver(trackId, { kind: 'trackFailed', trackId, reason, summary });
  }

  #trackOver(trackId: TrackId, event: MediaEvent): void {
    const callId = this.#trackCalls.get(trackId);
    this.#trackCalls.delete(trackId);
    if (callId !== undefined) this.#options.emit(callId, event);
  }
}
