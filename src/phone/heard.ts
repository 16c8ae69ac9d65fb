/** What a phone heard: every packet laid where its timestamp says, silence where none came. */
import { decodeG711, type G711Codec } from '#audio/g711.ts';
import { sampleRateHz } from '#audio/tones.ts';
import { unwrapTimestamp } from '#protocol/rtp/unwrap.ts';

const framesPerMs = sampleRateHz / 1000;

/** Grows with the call up to its limit; what comes later is heard by nobody. */
export class Heard {
  readonly #limitFrames: number;
  #samples = new Int16Array(sampleRateHz * 10);
  #frames = 0;
  #packets = 0;
  #startedAtMonoMs = 0;
  #ssrc = -1;
  /** Extended timestamp that lies at frame 0, of the present source. */
  #origin = 0;
  #newest = 0;

  constructor(limitMs: number) {
    this.#limitFrames = limitMs * framesPerMs;
  }

  /** Packets laid down so far. */
  get packets(): number {
    return this.#packets;
  }

  /** When the first packet came; 0 before. */
  get startedAtMonoMs(): number {
    return this.#startedAtMonoMs;
  }

  /** A copy, s16 mono at 8,000 Hz. */
  samples(): Int16Array {
    return this.#samples.slice(0, this.#frames);
  }

  /** Lays one packet down. */
  add(
    packet: {
      readonly ssrc: number;
      readonly timestamp: number;
      readonly bytes: Uint8Array;
      readonly payloadAt: number;
      readonly payloadLength: number;
    },
    codec: G711Codec,
    nowMonoMs: number,
  ): void {
    if (this.#packets === 0) this.#startedAtMonoMs = nowMonoMs;
    this.#packets++;
    if (packet.ssrc !== this.#ssrc) {
      // Another source has a time of its own: its first packet lies where it arrived.
      this.#ssrc = packet.ssrc;
      this.#newest = packet.timestamp;
      this.#origin =
        packet.timestamp - Math.round((nowMonoMs - this.#startedAtMonoMs) * framesPerMs);
    }
    const extended = unwrapTimestamp(this.#newest, packet.timestamp);
    if (extended > this.#newest) this.#newest = extended;
    const at = extended - this.#origin;
    if (at < 0 || at + packet.payloadLength > this.#limitFrames) return;
    this.#reserve(at + packet.payloadLength);
    decodeG711(codec, packet.bytes, this.#samples, {
      sourceAt: packet.payloadAt,
      targetAt: at,
      length: packet.payloadLength,
    });
    this.#frames = Math.max(this.#frames, at + packet.payloadLength);
  }

  #reserve(frames: number): void {
    if (frames <= this.#samples.length) return;
    const more = new Int16Array(Math.max(frames, this.#samples.length * 2));
    more.set(this.#samples);
    this.#samples = more;
  }
}
