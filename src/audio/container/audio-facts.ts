/** What walking a file from its first byte to its last finds out about it. Counted, never read from a header that may lie. */

export type AudioKind =
  | 'mp3'
  | 'wav'
  | 'mpeg-layer-1'
  | 'mpeg-layer-2'
  | 'aac'
  | 'ogg'
  | 'flac'
  | 'mp4'
  | 'aiff'
  | 'amr'
  | 'au'
  | 'wma'
  | 'webm'
  | 'rf64'
  | 'rifx'
  | 'w64'
  | 'unknown';

export type AudioFlawRule =
  /** No frame and no sample in it. */
  | 'no-audio'
  /** Bytes between the frames, or around them, that are neither a frame nor a tag. */
  | 'stray-bytes'
  /** The last frame, tag or chunk goes on beyond the end of the file. */
  | 'cut-off'
  /** Frames of different rates, layers or channel modes. */
  | 'mixed-frames'
  /** MP3 of no stated bit rate. */
  | 'free-format'
  /** A WAV of something else than PCM, float, A-law or µ-law, or of a width these do not come in. */
  | 'encoding'
  | 'block-align'
  /** No description of the format before the samples, or a damaged one. */
  | 'fmt-missing'
  | 'chunk-repeated'
  /** Not a whole number of samples. */
  | 'data-length';

export interface AudioFlaw {
  readonly rule: AudioFlawRule;
  /** Bytes from the beginning of the file. */
  readonly offset: number;
}

export interface AudioFacts {
  readonly kind: AudioKind;
  /** `MPEG-2.5 Layer III`, `PCM 16-bit`; null when nothing is known. */
  readonly encoding: string | null;
  readonly sampleRateHz: number | null;
  readonly channels: number | null;
  /** Samples per channel: of an MP3 with a LAME tag what a gapless player plays, else of all its frames. */
  readonly samples: number;
  /** Milliseconds, not rounded; also right for a file of mixed rates. */
  readonly durationMs: number;
  /** How much of `durationMs` may be the encoder's padding, because no tag says; 0 where the length is exact. */
  readonly paddingMs: number;
  /** Each rule once, at the first place it is broken. */
  readonly flaws: readonly AudioFlaw[];
}

/** What is known of something that is no audio of ours, or holds none. */
export const factsOfOther = (kind: AudioKind): AudioFacts => ({
  kind,
  encoding: null,
  sampleRateHz: null,
  channels: null,
  samples: 0,
  durationMs: 0,
  paddingMs: 0,
  flaws: [],
});

/** Flaws in the order they were met, each rule once. */
export class Flaws {
  readonly found: AudioFlaw[] = [];

  add(rule: AudioFlawRule, offset: number): void {
    if (!this.found.some((flaw) => flaw.rule === rule)) this.found.push({ rule, offset });
  }
}
