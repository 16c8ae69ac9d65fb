import { alawToLinear, ulawToLinear, type G711Codec } from '#audio/g711.ts';

/** Half a second: a power of two, so that a position is a mask away. */
const capacity = 4096;
/** Two packets: what ordinary jitter needs (RFC 3550 leaves the play-out delay to the receiver). */
const targetTicks = 320;
/** Deeper than this the talk lags: the reader jumps ahead. */
const maxDepthTicks = targetTicks + 960;

/**
 * What one leg says, decoded and put in place by timestamp, for a mixer that reads 20 ms at a time. Late samples are dropped and
 * counted, missing ones are silence.
 */
export class MixFeed {
  /** The frame of the present mixing turn. */
  readonly frame = new Int16Array(160);
  /** False when `frame` is silence. */
  isHeard = false;
  dropped = 0;
  readonly #ring = new Int16Array(capacity);
  #readAt = 0;
  #writtenTo = -1;
  #isRunning = false;

  write(timestamp: number, codec: G711Codec, bytes: Uint8Array, at: number, length: number): void {
    if (this.#writtenTo < 0 || Math.abs(timestamp - this.#readAt) > capacity - length) {
      // First packet, or a jump in media time: begin anew from here.
      this.#ring.fill(0);
      this.#readAt = timestamp;
      this.#writtenTo = timestamp;
      this.#isRunning = false;
    }
    const table = codec === 'PCMU' ? ulawToLinear : alawToLinear;
    const late = Math.max(0, this.#readAt - timestamp);
    if (late > 0) this.dropped += Math.min(late, length);
    for (let i = late; i < length; i++)
      this.#ring[(timestamp + i) % capacity] = table[bytes[at + i] ?? 0] ?? 0;
    if (timestamp + length > this.#writtenTo) this.#writtenTo = timestamp + length;
  }

  /** Moves the next 20 ms into `frame`. */
  pull(): void {
    const depth = this.#writtenTo - this.#readAt;
    if (!this.#isRunning && depth >= targetTicks) this.#isRunning = true;
    if (depth < 160) this.#isRunning = false;
    this.isHeard = this.#isRunning;
    if (!this.#isRunning) return;
    if (depth > maxDepthTicks) this.#discard(depth - targetTicks);
    for (let i = 0; i < 160; i++) {
      const place = (this.#readAt + i) % capacity;
      this.frame[i] = this.#ring[place] ?? 0;
      this.#ring[place] = 0;
    }
    this.#readAt += 160;
  }

  #discard(ticks: number): void {
    for (let i = 0; i < ticks; i++) this.#ring[(this.#readAt + i) % capacity] = 0;
    this.#readAt += ticks;
    this.dropped += ticks;
  }
}
