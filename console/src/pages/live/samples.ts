/** From the bytes of `audio/L16` to what the browser plays. */

const bytesPerFrame = 4;

/** Pieces of a network stream end anywhere: what is left of a frame waits for the next. */
export class SampleReader {
  #rest = new Uint8Array(0);

  /** @returns left and right in turn, −1 … 1 */
  read(bytes: Uint8Array): Float32Array<ArrayBuffer> {
    const joined = new Uint8Array(this.#rest.length + bytes.length);
    joined.set(this.#rest);
    joined.set(bytes, this.#rest.length);
    const whole = joined.length - (joined.length % bytesPerFrame);
    this.#rest = joined.slice(whole);
    const view = new DataView(joined.buffer);
    const samples = new Float32Array(whole / 2);
    for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(i * 2, false) / 32_768;
    return samples;
  }
}

/** How loud each side gets, 0 … 1. */
export const peaksOf = (
  samples: Float32Array,
): { readonly left: number; readonly right: number } => {
  let [left, right] = [0, 0];
  for (let i = 0; i + 1 < samples.length; i += 2) {
    left = Math.max(left, Math.abs(samples[i] ?? 0));
    right = Math.max(right, Math.abs(samples[i + 1] ?? 0));
  }
  return { left, right };
};
