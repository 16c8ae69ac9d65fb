/** Runs on the browser's audio thread: a queue of samples, played as they come. Loaded when somebody begins to listen. */

// The audio thread has globals of its own that the DOM's types do not know.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare const registerProcessor: (name: string, processor: typeof AudioWorkletProcessor) => void;

const channels = 2;
/** Played from here on, in frames at 8,000 Hz: what the way over the network and a busy page usually need. */
const startDepth = 1600;
/** Later than this is no longer listening: the oldest is left out. */
const maxDepth = 8000;

class Listener extends AudioWorkletProcessor {
  #queue: Float32Array[] = [];
  #at = 0;
  #depth = 0;
  #isPlaying = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      this.#queue.push(data);
      this.#depth += data.length / channels;
      if (this.#depth >= startDepth) this.#isPlaying = true;
      while (this.#depth > maxDepth) this.#drop();
    };
  }

  #drop(): void {
    const oldest = this.#queue.shift();
    if (oldest === undefined) return;
    this.#depth -= (oldest.length - this.#at) / channels;
    this.#at = 0;
  }

  process(_inputs: unknown, [output]: readonly (readonly Float32Array[])[]): boolean {
    const [left, right] = output ?? [];
    if (left === undefined || right === undefined) return true;
    for (let i = 0; i < left.length; i++) {
      const piece = this.#isPlaying ? this.#queue[0] : undefined;
      if (piece === undefined) {
        this.#isPlaying = false;
        left[i] = right[i] = 0;
        continue;
      }
      left[i] = piece[this.#at] ?? 0;
      right[i] = piece[this.#at + 1] ?? 0;
      this.#at += channels;
      this.#depth--;
      if (this.#at < piece.length) continue;
      this.#queue.shift();
      this.#at = 0;
    }
    return true;
  }
}

registerProcessor('callreel-listener', Listener);
