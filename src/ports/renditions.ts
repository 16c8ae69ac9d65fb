/** Finished files of a recording, and the order to make one more of them. */
import type { Result } from '#base/result.ts';
import type { RecordingId } from '#core/ids.ts';
import type { AudioFormat, Rendition } from '#core/recording/renditions.ts';

export interface StoredRendition {
  readonly rendition: Rendition;
  readonly format: AudioFormat;
  readonly objectKey: string;
  readonly sizeBytes: number;
  /** Lower-case hex of the file. */
  readonly sha256: string;
  /** Exact: `frames` at 8,000 Hz, in milliseconds, rounded to the nearest. */
  readonly durationMs: number;
  /** Samples per channel. */
  readonly frames: number;
  readonly channels: 1 | 2;
  /** Object key of the waveform peaks, laid out as `#core/recording/peaks.ts` says. */
  readonly peaksKey: string;
}

export type MakeRefusal = 'unknown' | 'not-ready' | 'gone' | 'failed';

export interface RenditionMaker {
  /**
   * The stored rendition, made now if it was not asked for before. Two orders for the same one at the same time make it once.
   *
   * @returns `unknown` when there is no such recording, or no such participant in it; `not-ready` while the recording is not sealed;
   * `gone` when it was purged or has expired and no copy of this rendition is left; `failed` when it failed and nothing of it can be made
   * @throws {Fault} `recording/not-in-folder` when files that should be here are not; what the encoder, the journals or the store report, for example `disk/full`, `finalise/queue-full`
   */
  make(
    recordingId: RecordingId,
    rendition: Rendition,
    format: AudioFormat,
  ): Promise<Result<StoredRendition, MakeRefusal>>;
}
