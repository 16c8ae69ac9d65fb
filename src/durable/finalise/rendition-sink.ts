import type { AudioEncoder } from '#ports/audio-encoder.ts';
import type { RenderFile, RenderFiles } from '#ports/render-files.ts';
import type { RenderedFile, RenderOutput } from '#ports/renderer.ts';
import { mixVoices, type ChannelPlan } from './mix.ts';
import { PeaksWriter } from './peaks-writer.ts';

interface SinkParts {
  readonly file: RenderFile;
  readonly peaksFile: RenderFile;
  readonly encoder: AudioEncoder;
}

/** The sink has the encoder from here on; where the files cannot be made, nothing of it and of them stays. */
export const openSink = (
  output: RenderOutput,
  plan: ChannelPlan,
  parts: { readonly files: RenderFiles; readonly encoder: AudioEncoder },
  blockFrames: number,
): RenditionSink => {
  const made: RenderFile[] = [];
  const create = (path: string): RenderFile => {
    const file = parts.files.create(path);
    made.push(file);
    return file;
  };
  try {
    const file = create(output.path);
    const peaksFile = create(output.peaksPath);
    return new RenditionSink(plan, { file, peaksFile, encoder: parts.encoder }, blockFrames);
  } catch (thrown) {
    for (const file of made) file.discard();
    parts.encoder.close();
    throw thrown;
  }
};

/** One file in the making, with its waveform: takes the tracks' blocks, mixes its channels, encodes and writes them. */
export class RenditionSink {
  readonly #plan: ChannelPlan;
  readonly #mixed: readonly Int16Array[];
  readonly #file: RenderFile;
  readonly #peaksFile: RenderFile;
  readonly #peaks: PeaksWriter;
  readonly #encoder: AudioEncoder;

  constructor(plan: ChannelPlan, parts: SinkParts, blockFrames: number) {
    const channels = plan.length === 2 ? 2 : 1;
    this.#plan = plan;
    this.#mixed = plan.map(() => new Int16Array(blockFrames));
    this.#encoder = parts.encoder;
    this.#file = parts.file;
    this.#peaksFile = parts.peaksFile;
    this.#peaks = new PeaksWriter(this.#peaksFile, channels);
    this.#file.append(this.#encoder.head);
  }

  /** @param voices one block per track */
  feed(voices: readonly Int16Array[], frames: number): void {
    this.#plan.forEach((tracks, channel) => {
      const target = this.#mixed[channel];
      const own = tracks.map((index) => voices[index]).filter((voice) => voice !== undefined);
      if (target) mixVoices(own, target, frames);
    });
    this.#file.append(this.#encoder.encode(this.#mixed, frames));
    this.#peaks.feed(this.#mixed, frames);
  }

  finish(): RenderedFile {
    const { tail, head } = this.#encoder.finish();
    this.#file.append(tail);
    this.#file.rewrite(0, head);
    const { sizeBytes, sha256 } = this.#file.finish();
    const channels = this.#plan.length === 2 ? 2 : 1;
    return { sizeBytes, sha256, channels, peaksSizeBytes: this.#peaks.finish() };
  }

  /** Gives everything back; the files of an unfinished rendition go. Idempotent. */
  close(): void {
    this.#encoder.close();
    this.#file.discard();
    this.#peaksFile.discard();
  }
}
