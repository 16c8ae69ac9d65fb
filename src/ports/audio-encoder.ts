/** Samples in, a file out, piece by piece. Encoding is synchronous: it runs on a thread that does nothing else. */
import type { AudioFormat } from '#core/recording/renditions.ts';

export interface AudioEncoders {
  open(options: EncoderOptions): Promise<AudioEncoder>;
}

export interface EncoderOptions {
  readonly format: AudioFormat;
  readonly channels: 1 | 2;
  readonly sampleRateHz: 8000;
}

export interface AudioEncoder {
  /** Bytes the file begins with; `finish` gives their final form, of the same length. */
  readonly head: Uint8Array;
  /**
   * @param channels one s16 array per channel, the first `frames` of each count
   * @returns bytes that follow in the file, perhaps none; valid until the next call
   */
  encode(channels: readonly Int16Array[], frames: number): Uint8Array;
  /**
   * Once, last. `head` replaces the file's first bytes: it knows the length now.
   *
   * @throws {Fault} `wav/too-long` beyond 4 GiB of WAV
   */
  finish(): { readonly tail: Uint8Array; readonly head: Uint8Array };
  /** Gives the memory back; idempotent, also after a failure in mid-file. */
  close(): void;
}
