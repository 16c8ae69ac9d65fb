import type { RtpHeader } from './packet.ts';
import { unwrapSequence, unwrapTimestamp } from './unwrap.ts';

/**
 * What became of one packet: `first` of the stream, in `order` (or late, or after a gap: the extended sequence tells), the first
 * of a new `epoch` (the sender restarted), or a `stray` that belongs to no running count and must not be used.
 */
export type Arrival = 'first' | 'order' | 'epoch' | 'stray';

/** RFC 3550 §A.1: a larger step forward is a restart, not loss; about a minute of 20 ms packets. */
const maxDropout = 3000;
/** RFC 3550 §A.1: older than this is no late packet but a restart. */
const maxMisorder = 100;
/** G.711 and telephone-event count 8,000 ticks per second. */
const ticksPerMs = 8;
/**
 * How far media time and arrival time may part before we believe the sender restarted its timestamps. Ten seconds: longer than a
 * network stall that ends in a burst, which must not move what follows.
 */
const maxTimeJumpTicks = 10_000 * ticksPerMs;
/** With the marker bit, or after a hold, a restart is likely (many gateways freeze their timestamps meanwhile). */
const maxMarkedJumpTicks = 1_000 * ticksPerMs;
/** A packet of the SSRC before the present one is an old straggler for so long, later a switch back. */
const oldSourceMs = 1_000;

/**
 * The receiving side of one stream: extended sequence and timestamp, loss and jitter as RFC 3550 counts them. Extended timestamps
 * never restart: after an epoch they go on by the time that passed at arrival.
 *
 * @see RFC 3550 §6.4.1, §A.1, §A.3, §A.8
 */
export class Reception {
  /** Of the packet last accepted. */
  extendedSequence = 0;
  /** Of the packet last accepted; 8,000 Hz ticks that grow through every restart of the sender. */
  extendedTimestamp = 0;
  ssrc = 0;
  received = 0;
  #started = false;
  #previousSsrc = -1;
  #switchedAtMs = 0;
  #base = 0;
  #highest = 0;
  #highestTimestamp = 0;
  #offset = 0;
  #highestArrivalMs = 0;
  #badSequence = -1;
  #expectsRestart = false;
  #transit = 0;
  #jitterTicks = 0;
  #lostBefore = 0;
  #intervalExpected = 0;
  #intervalReceived = 0;
  #receivedBefore = 0;

  /** A hold ended or the peer moved: smaller jumps of the timestamp count as a restart for the next packet. */
  expectRestart(): void {
    this.#expectsRestart = true;
  }

  /**
   * Counts one packet in.
   *
   * @param arrivalMs monotonic milliseconds with fractions
   * @param timed false for packets whose timestamp does not move with time (telephone-event)
   */
  accept(header: RtpHeader, arrivalMs: number, timed = true): Arrival {
    if (!this.#started) return this.#begin(header, arrivalMs, 'first');
    if (header.ssrc !== this.ssrc) {
      if (header.ssrc === this.#previousSsrc && arrivalMs - this.#switchedAtMs < oldSourceMs)
        return 'stray';
      return this.#begin(header, arrivalMs, 'epoch');
    }
    const sequence = unwrapSequence(this.#highest, header.sequence);
    const step = sequence - this.#highest;
    if (step >= maxDropout || step <= -maxMisorder) return this.#suspect(header, arrivalMs);
    this.#badSequence = -1;
    return this.#count(header, sequence, arrivalMs, timed);
  }

  #count(header: RtpHeader, sequence: number, arrivalMs: number, timed: boolean): Arrival {
    const raw = unwrapTimestamp(this.#highestTimestamp, header.timestamp);
    const isNewest = sequence > this.#highest;
    if (timed && isNewest && this.#jumped(raw, header.marker, arrivalMs)) {
      // Sequence numbers go on, so the count of lost packets stays true.
      this.#reanchor(header.timestamp, arrivalMs);
      this.#take(sequence, header.timestamp, arrivalMs);
      return 'epoch';
    }
    if (isNewest && timed) this.#take(sequence, raw, arrivalMs);
    else {
      // A key press carries its beginning for as long as it lasts: it says nothing about the time now.
      if (isNewest) this.#highest = sequence;
      this.received++;
      this.extendedSequence = sequence;
      this.extendedTimestamp = raw + this.#offset;
    }
    if (timed) this.#measure(this.extendedTimestamp, arrivalMs);
    return 'order';
  }

  #take(sequence: number, rawTimestamp: number, arrivalMs: number): void {
    this.received++;
    this.#highest = sequence;
    this.#highestTimestamp = rawTimestamp;
    this.#highestArrivalMs = arrivalMs;
    this.#expectsRestart = false;
    this.extendedSequence = sequence;
    this.extendedTimestamp = rawTimestamp + this.#offset;
  }

  #jumped(rawTimestamp: number, marker: boolean, arrivalMs: number): boolean {
    const media = rawTimestamp - this.#highestTimestamp;
    const real = (arrivalMs - this.#highestArrivalMs) * ticksPerMs;
    const limit = marker || this.#expectsRestart ? maxMarkedJumpTicks : maxTimeJumpTicks;
    return Math.abs(media - real) > limit;
  }

  /** Two packets in a row far from the count: the sender restarted (§A.1); a single one is ignored. */
  #suspect(header: RtpHeader, arrivalMs: number): Arrival {
    if (header.sequence === this.#badSequence) return this.#begin(header, arrivalMs, 'epoch');
    this.#badSequence = (header.sequence + 1) & 0xffff;
    return 'stray';
  }

  #begin(header: RtpHeader, arrivalMs: number, as: 'first' | 'epoch'): Arrival {
    if (as === 'epoch') {
      this.#lostBefore += this.#highest - this.#base + 1 - (this.received - this.#receivedBefore);
      this.#receivedBefore = this.received;
      this.#reanchor(header.timestamp, arrivalMs);
      this.#previousSsrc = this.ssrc;
      this.#switchedAtMs = arrivalMs;
    }
    // Extended sequences grow through restarts too, so that nothing behind sees an old number twice.
    const sequence = as === 'first' ? header.sequence : this.#highest + maxDropout;
    this.#started = true;
    this.ssrc = header.ssrc;
    this.#badSequence = -1;
    this.#base = sequence - ((sequence - header.sequence) & 0xffff);
    if (this.#base < sequence) this.#base += 0x1_0000;
    this.#transit = 0;
    this.#take(this.#base, header.timestamp, arrivalMs);
    return as;
  }

  /** Chooses the offset so that the extended timestamp goes on by the time that passed. */
  #reanchor(timestamp: number, arrivalMs: number): void {
    const passed = Math.max(1, Math.round((arrivalMs - this.#highestArrivalMs) * ticksPerMs));
    this.#offset = this.#highestTimestamp + this.#offset + passed - timestamp;
    this.#transit = 0;
  }

  #measure(timestamp: number, arrivalMs: number): void {
    const transit = arrivalMs * ticksPerMs - timestamp;
    if (this.#transit !== 0)
      this.#jitterTicks += (Math.abs(transit - this.#transit) - this.#jitterTicks) / 16;
    this.#transit = transit;
  }

  /** Interarrival jitter in milliseconds (§A.8). */
  get jitterMs(): number {
    return this.#jitterTicks / ticksPerMs;
  }

  /** Jitter in timestamp ticks, as a report block carries it. */
  get jitterTicks(): number {
    return Math.floor(this.#jitterTicks);
  }

  /** Packets expected but not received since the beginning; duplicates make it smaller (§A.3). */
  get lost(): number {
    if (!this.#started) return 0;
    const expected = this.#highest - this.#base + 1;
    return this.#lostBefore + expected - (this.received - this.#receivedBefore);
  }

  /** Highest sequence with its cycles, low 32 bits, for a report block. */
  get extendedHighest(): number {
    return this.#highest >>> 0;
  }

  /** Share lost since the last call of this function, in 256ths (§A.3). */
  takeFractionLost(): number {
    const expected = this.received + this.lost;
    const expectedNow = expected - this.#intervalExpected;
    const lostNow = expectedNow - (this.received - this.#intervalReceived);
    this.#intervalExpected = expected;
    this.#intervalReceived = this.received;
    if (expectedNow <= 0 || lostNow <= 0) return 0;
    return Math.min(255, Math.floor((lostNow * 256) / expectedNow));
  }
}
