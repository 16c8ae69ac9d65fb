import { mixInto } from '#audio/mix.ts';
import type { MediaLeg } from './media-leg.ts';
import { MixFeed } from './mix-feed.ts';

const frameTicks = 160;
const frameMs = 20;
/** Waking the main thread costs more than what it is told: five frames at once. */
const framesPerBatch = 5;
/** A thread that was late by more goes on from now: a listener misses that much. */
const maxLateMs = 200;

/**
 * What silent listeners of one call hear: two sides as left and right. Made when somebody begins to listen; each leg that is heard has an
 * ear of its own, beside the feed that other legs of the call hear it through.
 */
export class ListenerMix {
  readonly #emit: (samples: Int16Array) => void;
  readonly #sum = new Int32Array(frameTicks);
  #sides: readonly [readonly MediaLeg[], readonly MediaLeg[]] = [[], []];
  #batch = new Int16Array(2 * frameTicks * framesPerBatch);
  #frames = 0;
  #dueAtMs: number;

  /** @param emit gets 100 ms at a time: 1,600 samples, left and right in turn; they are the receiver's own */
  constructor(nowMs: number, emit: (samples: Int16Array) => void) {
    this.#dueAtMs = nowMs;
    this.#emit = emit;
  }

  /** The legs of each side from now on; none = silence. */
  hear(left: readonly MediaLeg[], right: readonly MediaLeg[]): void {
    const wanted = new Set([...left, ...right]);
    for (const leg of this.#sides.flat()) if (!wanted.has(leg)) leg.ear = null;
    for (const leg of wanted) leg.ear ??= new MixFeed();
    this.#sides = [left, right];
  }

  /** Nobody listens any more. */
  stop(): void {
    this.hear([], []);
  }

  /** Called every 5 ms. */
  tick(nowMs: number): void {
    if (nowMs - this.#dueAtMs > maxLateMs) this.#dueAtMs = nowMs;
    while (this.#dueAtMs <= nowMs) {
      this.#frame();
      this.#dueAtMs += frameMs;
    }
  }

  #frame(): void {
    for (let side = 0; side < 2; side++) {
      this.#sum.fill(0);
      for (const { ear } of this.#sides[side] ?? []) {
        if (ear === null) continue;
        ear.pull();
        if (ear.isHeard) mixInto(this.#sum, ear.frame);
      }
      this.#put(side);
    }
    this.#frames++;
    if (this.#frames < framesPerBatch) return;
    const full = this.#batch;
    this.#batch = new Int16Array(full.length);
    this.#frames = 0;
    this.#emit(full);
  }

  #put(side: number): void {
    const at = 2 * frameTicks * this.#frames + side;
    for (let i = 0; i < frameTicks; i++) {
      const sample = this.#sum[i] ?? 0;
      this.#batch[at + 2 * i] = sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample;
    }
  }
}
