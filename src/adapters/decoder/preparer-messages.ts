/** What passes between the process and the thread that decodes uploads. */
import type { AssetFormat, PreparedAudio } from '#ports/voice-assets.ts';

export interface PrepareOrder {
  readonly id: number;
  readonly format: AssetFormat;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface PrepareAnswer {
  readonly id: number;
  /** Null when the bytes cannot be decoded. */
  readonly made: PreparedAudio | null;
}
