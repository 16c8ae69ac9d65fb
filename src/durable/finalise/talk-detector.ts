/**
 * When somebody speaks, for the timeline: 20 ms frames above a level, pauses below 0.6 s bridged, single clicks left out.
 */

const frameSamples = 160;
/** −45 dBov as a mean of magnitudes: above line noise and comfort noise of telephone calls, below quiet speech. */
const threshold = 184;
/** Frames: breath and words' own pauses belong to the talk. */
const bridge = 30;
/** Frames: 100 ms, the shortest "yes". */
const shortest = 5;

export class TalkDetector {
  readonly #spans: { from: number; to: number }[] = [];
  #open: { from: number; to: number; loud: number } | undefined;
  #frame = 0;

  /** @param samples s16, a whole number of 20 ms frames unless it is the last block */
  feed(samples: Int16Array, length: number): void {
    for (let at = 0; at < length; at += frameSamples) {
      let sum = 0;
      const end = Math.min(length, at + frameSamples);
      for (let i = at; i < end; i++) sum += Math.abs(samples[i] ?? 0);
      this.#judge(sum > threshold * (end - at));
    }
  }

  /** Spans in samples, in order. */
  finish(): readonly { readonly from: number; readonly to: number }[] {
    this.#close();
    return this.#spans;
  }

  #judge(isLoud: boolean): void {
    const frame = this.#frame++;
    if (!isLoud) {
      if (this.#open && frame - this.#open.to >= bridge) this.#close();
    } else if (this.#open) {
      this.#open.to = frame + 1;
      this.#open.loud++;
    } else {
      this.#open = { from: frame, to: frame + 1, loud: 1 };
    }
  }

  #close(): void {
    if (this.#open && this.#open.loud >= shortest)
      this.#spans.push({
        from: this.#open.from * frameSamples,
        to: this.#open.to * frameSamples,
      });
    this.#open = undefined;
  }
}
