import type { RtpHeader } from '#protocol/rtp/packet.ts';

const ticksPerMs = 8;

/**
 * The one RTP stream a leg's peer hears from us: its own SSRC for life, sequence and timestamp without a break, whatever feeds it.
 * Relayed packets keep their own spacing, so that loss and reordering before us stay visible behind us; at each change of source the
 * timestamp goes on by the time that passed.
 *
 * `header` is filled by each call and good until the next.
 */
export class OutgoingStream {
  readonly header: RtpHeader;
  packets = 0;
  octets = 0;
  #nextSequence: number;
  /** Media time after what was sent, extended. */
  #nextTimestamp: number;
  #lastTimestamp: number;
  #lastAtMs = 0;
  #source: object | null = null;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #firstSequence = 0;

  /** @param sequence @param timestamp where to begin; random in life (RFC 3550 §5.1) */
  constructor(ssrc: number, sequence: number, timestamp: number) {
    this.header = { payloadType: 0, marker: false, sequence, timestamp, ssrc };
    this.#nextSequence = sequence;
    this.#nextTimestamp = timestamp;
    this.#lastTimestamp = timestamp;
  }

  /**
   * Places a relayed packet.
   *
   * @param source whose packet it is: another object than last time is a change of source
   * @param sequence extended @param timestamp extended @param ticks length of the packet in media time
   * @returns false for a straggler from before the change, which has no place any more
   */
  relay(
    source: object,
    sequence: number,
    timestamp: number,
    ticks: number,
    marker: boolean,
    nowMs: number,
  ): boolean {
    let isMarked = marker;
    if (source !== this.#source) {
      this.#source = source;
      this.#sequenceOffset = this.#nextSequence - sequence;
      this.#timestampOffset = this.#timestampAt(nowMs) - timestamp;
      this.#firstSequence = sequence;
      isMarked = true;
    }
    if (sequence < this.#firstSequence) return false;
    this.#place(
      sequence + this.#sequenceOffset,
      timestamp + this.#timestampOffset,
      ticks,
      isMarked,
      nowMs,
    );
    return true;
  }

  /** The source restarted its counts: its next packet is placed as after a change of source. */
  forgetSource(): void {
    this.#source = null;
  }

  /** Places a packet of our own making (prompt, tone, mix), right after the one before it. */
  own(source: object, ticks: number, nowMs: number): void {
    const isFirst = source !== this.#source;
    this.#source = source;
    const timestamp = isFirst ? this.#timestampAt(nowMs) : this.#nextTimestamp;
    this.#place(this.#nextSequence, timestamp, ticks, isFirst, nowMs);
  }

  /** Frames were skipped (we were late): media time goes on without them. */
  skip(ticks: number): void {
    this.#nextTimestamp += ticks;
  }

  /** Places a packet of a key press: all of them carry the instant the press began. */
  event(press: object, isFirst: boolean, totalTicks: number, nowMs: number): void {
    if (press !== this.#source) {
      this.#source = press;
      this.#lastTimestamp = this.#timestampAt(nowMs);
      this.#nextTimestamp = this.#lastTimestamp + totalTicks;
      this.#lastAtMs = nowMs;
    }
    this.#write(this.#nextSequence++, this.#lastTimestamp, isFirst);
  }

  /** Media time at an instant, for a sender report. */
  timestampAt(nowMs: number): number {
    return this.#lastTimestamp + Math.round((nowMs - this.#lastAtMs) * ticksPerMs);
  }

  #timestampAt(nowMs: number): number {
    return this.packets === 0
      ? this.#nextTimestamp
      : Math.max(this.#nextTimestamp, this.timestampAt(nowMs));
  }

  #place(sequence: number, timestamp: number, ticks: number, marker: boolean, nowMs: number): void {
    if (sequence >= this.#nextSequence) this.#nextSequence = sequence + 1;
    if (timestamp + ticks > this.#nextTimestamp || this.packets === 0) {
      this.#nextTimestamp = timestamp + ticks;
      this.#lastTimestamp = timestamp;
      this.#lastAtMs = nowMs;
    }
    this.#write(sequence, timestamp, marker);
  }

  #write(sequence: number, timestamp: number, marker: boolean): void {
    this.header.marker = marker;
    this.header.sequence = sequence & 0xffff;
    this.header.timestamp = timestamp % 2 ** 32;
    this.packets++;
  }
}
