/** What the main thread and a media thread say to one another. Messages travel in batches, in order. */
import type { Result } from '#base/result.ts';
import type { CallId, LegId, TrackId } from '#core/ids.ts';
import type { HoldReason, JournalMark } from '#core/recording/marks.ts';
import type { LogLevel } from '#ports/log.ts';
import type {
  ListeningOrder,
  MediaEvent,
  PlaySource,
  RemoteMedia,
  TrackOrder,
} from '#ports/media-plane.ts';
import type { MediaTotals } from './media-engine.ts';
import type { PortRange } from './port-pairs.ts';

/** `workerData` of a media thread. */
export interface MediaThreadOptions {
  readonly host: string;
  readonly rtpPorts: PortRange;
  /** This thread's place among `shares`: it binds only its own part of the range. */
  readonly share: number;
  readonly shares: number;
  readonly promptsDir: string;
  readonly silentAfterMs: number;
}

export type CallOrder =
  | { readonly kind: 'openCall' }
  | { readonly kind: 'openLeg'; readonly legId: LegId; readonly request: number }
  | { readonly kind: 'setRemote'; readonly legId: LegId; readonly remote: RemoteMedia }
  | { readonly kind: 'setHearing'; readonly legId: LegId; readonly hears: readonly LegId[] }
  | { readonly kind: 'setListening'; readonly listening: ListeningOrder | null }
  | { readonly kind: 'play'; readonly legId: LegId; readonly source: PlaySource }
  | { readonly kind: 'stopPlaying'; readonly legId: LegId }
  | {
      readonly kind: 'sendDigit';
      readonly legId: LegId;
      readonly digit: string;
      readonly durationMs: number;
    }
  | { readonly kind: 'startTrack'; readonly order: TrackOrder }
  | { readonly kind: 'holdTrack'; readonly trackId: TrackId; readonly reason: HoldReason }
  | { readonly kind: 'resumeTrack'; readonly trackId: TrackId; readonly reason: HoldReason }
  | { readonly kind: 'mark'; readonly trackId: TrackId; readonly mark: JournalMark }
  | { readonly kind: 'sealTrack'; readonly trackId: TrackId }
  | { readonly kind: 'closeLeg'; readonly legId: LegId }
  | { readonly kind: 'close' };

export type ToThread =
  | { readonly kind: 'order'; readonly callId: CallId; readonly order: CallOrder }
  /** Seal everything, close, then say `closed`. */
  | { readonly kind: 'stop' };

export type FromThread =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'legOpened';
      readonly request: number;
      readonly result: Result<{ readonly port: number }, 'no-free-port'>;
    }
  | { readonly kind: 'event'; readonly callId: CallId; readonly event: MediaEvent }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly event: string;
      readonly facts: Readonly<Record<string, unknown>> | undefined;
    }
  | { readonly kind: 'totals'; readonly totals: ThreadTotals }
  | { readonly kind: 'closed' };

/** Once a second. */
export interface ThreadTotals extends MediaTotals {
  readonly legs: number;
  readonly tracks: number;
  readonly socketErrors: number;
  readonly defects: number;
  /** The latest turn of the 5 ms clock since the last totals. */
  readonly lateMs: number;
}
