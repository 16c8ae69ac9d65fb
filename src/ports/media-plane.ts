/**
 * What the call asks of the media threads. Orders are fire-and-forget messages, kept in order per call; what comes of them
 * arrives as events. A call is pinned to one worker for life.
 */
import type { Result } from '#base/result.ts';
import type { CallId, LegId, TrackId } from '#core/ids.ts';
import type { HoldReason, JournalMark, TrackSummary } from '#core/recording/marks.ts';
import type { RemoteMedia } from '#protocol/sdp/offer-answer.ts';

/** What an offer and its answer agreed on is what the media threads are told. */
export type { RemoteMedia } from '#protocol/sdp/offer-answer.ts';

export interface MediaPlane {
  /** Chooses the worker with the fewest legs. The listener gets every event of this call, in order. */
  openCall(callId: CallId, listener: (event: MediaEvent) => void): MediaCall;
  /** Stops all workers: seals every open track first. Idempotent. */
  close(): Promise<void>;
}

export interface MediaCall {
  /** Binds a UDP socket (RTP even, RTCP the next odd port) out of the configured range. */
  openLeg(legId: LegId): Promise<Result<{ readonly port: number }, 'no-free-port'>>;
  /** May be called again after each offer/answer; the first valid packet still latches the source symmetrically. */
  setRemote(legId: LegId, remote: RemoteMedia): void;
  /** The legs whose voice this leg hears: one = relay at once, several = N−1 mix, none = silence or what `play` says. */
  setHearing(legId: LegId, hears: readonly LegId[]): void;
  /**
   * From now on `listened` comes with what these legs say, until null. No leg hears of it. Named legs that are not open are silent; the
   * order may be repeated with others.
   */
  setListening(listening: ListeningOrder | null): void;
  /** Replaces what is playing on that leg; relayed voice pauses meanwhile. Ends with `playEnded` unless it loops. */
  play(legId: LegId, source: PlaySource): void;
  stopPlaying(legId: LegId): void;
  /** RFC 4733 event to that leg's peer. */
  sendDigit(legId: LegId, digit: string, durationMs: number): void;
  /** From the next packet on, what this leg's peer says goes to a new journal. The ledger already knows the track. */
  startTrack(order: TrackOrder): void;
  /** While held, the track gets no bytes, only the mark. Idempotent per reason. */
  holdTrack(trackId: TrackId, reason: HoldReason): void;
  resumeTrack(trackId: TrackId, reason: HoldReason): void;
  /** Writes a mark at the present media time. */
  mark(trackId: TrackId, mark: JournalMark): void;
  /** Flushes, syncs and closes the journal, then `trackSealed` comes. Idempotent. */
  sealTrack(trackId: TrackId): void;
  /** Closes the sockets. Tracks of this leg are sealed first. */
  closeLeg(legId: LegId): void;
  /** Closes every leg; no event follows but `trackSealed` of the tracks still open. */
  close(): void;
}

export type PlaySource =
  | { readonly kind: 'prompt'; readonly name: string; readonly loop: boolean }
  | { readonly kind: 'tone'; readonly tone: 'ringback' | 'busy' | 'beep'; readonly loop: boolean };

/** Which voices somebody outside of the call hears, by side. */
export interface ListeningOrder {
  readonly left: readonly LegId[];
  readonly right: readonly LegId[];
}

export interface TrackOrder {
  readonly trackId: TrackId;
  readonly legId: LegId;
  /** Absolute path of the journal; its folder exists already. */
  readonly path: string;
  /** 32 bytes; never logged. */
  readonly key: Uint8Array;
  /** Journal header payload: who and what this is, the sealed key included. JSON, UTF-8, ≤ 4,096 bytes. */
  readonly header: Uint8Array;
}

export type MediaEvent =
  | { readonly kind: 'firstPacket'; readonly legId: LegId }
  /** One press, reported once at its end. */
  | {
      readonly kind: 'digit';
      readonly legId: LegId;
      readonly digit: string;
      readonly durationMs: number;
    }
  | { readonly kind: 'playEnded'; readonly legId: LegId; readonly playedMs: number }
  /** 100 ms at 8,000 Hz for those who listen: left and right in turn. Silence is samples too. */
  | { readonly kind: 'listened'; readonly samples: Int16Array }
  /** No packet for the configured time while our direction lets the peer send. */
  | { readonly kind: 'silent'; readonly legId: LegId; readonly silentMs: number }
  | { readonly kind: 'trackSealed'; readonly trackId: TrackId; readonly summary: TrackSummary }
  /** Capture of this track ended early; the call goes on. `reason` is a fault code such as `disk/full`. */
  | {
      readonly kind: 'trackFailed';
      readonly trackId: TrackId;
      readonly reason: string;
      readonly summary: TrackSummary;
    }
  /** About every 5 s and once more when the leg closes. */
  | { readonly kind: 'legStats'; readonly legId: LegId; readonly stats: LegStats }
  /** The media thread that wrote this track died: its journal lies on the disk, whole but for its end, and nobody writes it any more. */
  | { readonly kind: 'trackLost'; readonly trackId: TrackId }
  /**
   * The media thread of this call died: nothing flows any more, so end the call. `trackLost` of its open tracks came just before.
   * No event follows.
   */
  | { readonly kind: 'mediaLost'; readonly reason: string };

/** Totals since the leg opened. */
export interface LegStats {
  readonly received: number;
  readonly sent: number;
  /** By sequence number, RFC 3550 §A.3. */
  readonly lost: number;
  /** RFC 3550 §A.8, in milliseconds. */
  readonly jitterMs: number;
  readonly droppedForeignSource: number;
  readonly droppedMalformed: number;
  readonly droppedOverflow: number;
  /** What the peer reports as lost of our stream, and the round trip, by RTCP; absent until it reported. */
  readonly remoteLost?: number;
  readonly roundTripMs?: number;
}
