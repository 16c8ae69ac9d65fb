/** Makes files out of sealed journals, away from the threads that carry calls. Plain data both ways: it crosses threads. */
import type { FaultCode } from '#base/fault.ts';
import type { ParticipantFacts } from '#core/call/ledger-entry.ts';
import type { AudioFormat, Rendition } from '#core/recording/renditions.ts';
import type { TimelineSpan } from '#core/recording/timeline.ts';

export interface Renderer {
  /**
   * Writes every file of the order. One that fails or is aborted leaves at most unfinished files at the paths of its order.
   *
   * @throws {Fault} `journal/missing` (when none of the journals is there), `journal/unreadable`, `secrets/wrong-master-key`, `disk/…`, `encoder/…`,
   * `finalise/worker-crashed`, `finalise/timed-out`, `finalise/queue-full`, `finalise/aborted`, `finalise/closed`
   */
  render(order: RenderOrder, signal?: AbortSignal): Promise<RenderReport>;
}

export interface RenderOrder {
  /** Decimal monotonic nanoseconds of the recording's start; null = the earliest start that a journal notes. */
  readonly startedAtMonoNs: string | null;
  /** The other channel has everyone else. */
  readonly endUserChannel: 'left' | 'right';
  readonly tracks: readonly RenderTrack[];
  readonly outputs: readonly RenderOutput[];
}

export interface RenderTrack {
  /** Absolute path of the journal. */
  readonly path: string;
  readonly participant: number;
  readonly kind: ParticipantFacts['kind'];
  /** What ended its capture early. */
  readonly failedBy: FaultCode | null;
}

export interface RenderOutput {
  readonly rendition: Rendition;
  readonly format: AudioFormat;
  /** Absolute paths of the files to make. */
  readonly path: string;
  readonly peaksPath: string;
}

export interface RenderReport {
  /** Samples per channel at 8,000 Hz of every file; 0 when no track has any audio, and then no file was made. */
  readonly frames: number;
  readonly timeline: readonly TimelineSpan[];
  /** Participants one of whose journals is not there: the files have silence in its place. */
  readonly missing: readonly number[];
  /** In the order asked for. */
  readonly outputs: readonly RenderedFile[];
}

export interface RenderedFile {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly channels: 1 | 2;
  readonly peaksSizeBytes: number;
}
