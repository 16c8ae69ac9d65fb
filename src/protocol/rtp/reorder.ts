/** Where packets go once they are in order. */
export interface OrderedSink {
  /** `bytes` belongs to the caller again when this returns. */
  packet(
    extendedTimestamp: number,
    arrivalMs: number,
    payloadType: number,
    bytes: Uint8Array,
    at: number,
    length: number,
  ): void;
  /** The window gave up waiting for `packets` sequence numbers in a row. */
  gap(packets: number): void;
}

/** What `push` did with a packet; the last three did not and will not reach the sink. */
export type Pushed = 'delivered' | 'held' | 'duplicate' | 'late' | 'too-long';

/** One packet in; fields are overwritten by the owner for each push, so that no packet costs an object. */
export interface IncomingPacket {
  extendedSequence: number;
  extendedTimestamp: number;
  arrivalMs: number;
  payloadType: number;
  bytes: Uint8Array;
  payloadAt: number;
  payloadLength: number;
}

/** Sixteen packets are 320 ms at 20 ms each: beyond the reordering seen on real networks. */
export const reorderSlots = 16;
/** 120 ms of G.711; longer packets are passed on in order but never held. */
const slotBytes = 960;

/**
 * Puts packets in order for a reader that may wait a little (the recorder); memory is taken once. A packet in order passes straight
 * through; one ahead of a gap is copied and held until the gap fills, the window overflows or `expire` gives it up.
 */
export class ReorderWindow {
  readonly #sink: OrderedSink;
  readonly #bytes = new Uint8Array(reorderSlots * slotBytes);
  readonly #sequences = new Float64Array(reorderSlots).fill(-1);
  readonly #timestamps = new Float64Array(reorderSlots);
  readonly #arrivals = new Float64Array(reorderSlots);
  readonly #lengths = new Int32Array(reorderSlots);
  readonly #payloadTypes = new Uint8Array(reorderSlots);
  #next = -1;
  #highest = -1;
  #held = 0;
  #gap = 0;

  constructor(sink: OrderedSink) {
    this.#sink = sink;
  }

  /** Packets waiting for an earlier one. */
  get held(): number {
    return this.#held;
  }

  push(packet: IncomingPacket): Pushed {
    const sequence = packet.extendedSequence;
    if (this.#next < 0) this.#next = sequence;
    if (sequence < this.#next) return 'late';
    if (sequence === this.#next) {
      this.#skip();
      this.#deliver(packet);
      return 'delivered';
    }
    if (this.#sequences[sequence % reorderSlots] === sequence) return 'duplicate';
    if (packet.payloadLength > slotBytes) return 'too-long';
    // Beyond the window: the oldest numbers are given up until this one fits.
    while (sequence >= this.#next + reorderSlots && this.#held > 0) this.#step();
    this.#drain();
    if (sequence === this.#next || sequence >= this.#next + reorderSlots) {
      this.#gap += sequence - this.#next;
      this.#next = sequence;
      this.#skip();
      this.#deliver(packet);
      return 'delivered';
    }
    this.#hold(packet);
    return 'held';
  }

  /** Gives up every gap that a packet has waited behind since before `beforeMs`. Call it every 20 to 100 ms. */
  expire(beforeMs: number): void {
    while (this.#held > 0) {
      const slot = this.#oldestSlot();
      if ((this.#arrivals[slot] ?? 0) >= beforeMs) return;
      const sequence = this.#sequences[slot] ?? 0;
      while (this.#next <= sequence) this.#step();
      this.#drain();
    }
  }

  /** Delivers everything held, gaps given up. After it the window may go on. */
  flush(): void {
    while (this.#held > 0) this.#step();
    this.#skip();
  }

  /** The sender restarted: what is held goes out, and the next packet begins a new count. */
  restart(): void {
    this.flush();
    this.#next = -1;
  }

  #oldestSlot(): number {
    for (let sequence = this.#next; sequence <= this.#highest; sequence++) {
      const slot = sequence % reorderSlots;
      if (this.#sequences[slot] === sequence) return slot;
    }
    return 0;
  }

  #hold(packet: IncomingPacket): void {
    const slot = packet.extendedSequence % reorderSlots;
    this.#sequences[slot] = packet.extendedSequence;
    this.#timestamps[slot] = packet.extendedTimestamp;
    this.#arrivals[slot] = packet.arrivalMs;
    this.#payloadTypes[slot] = packet.payloadType;
    this.#lengths[slot] = packet.payloadLength;
    const from = slot * slotBytes;
    for (let i = 0; i < packet.payloadLength; i++)
      this.#bytes[from + i] = packet.bytes[packet.payloadAt + i] ?? 0;
    this.#held++;
    if (packet.extendedSequence > this.#highest) this.#highest = packet.extendedSequence;
  }

  /** Passes the next number on: its packet if it is held, else one more of the gap. */
  #step(): void {
    const slot = this.#next % reorderSlots;
    if (this.#sequences[slot] !== this.#next) {
      this.#gap++;
      this.#next++;
      return;
    }
    this.#skip();
    this.#sequences[slot] = -1;
    this.#held--;
    this.#next++;
    this.#sink.packet(
      this.#timestamps[slot] ?? 0,
      this.#arrivals[slot] ?? 0,
      this.#payloadTypes[slot] ?? 0,
      this.#bytes,
      slot * slotBytes,
      this.#lengths[slot] ?? 0,
    );
  }

  #skip(): void {
    if (this.#gap === 0) return;
    this.#sink.gap(this.#gap);
    this.#gap = 0;
  }

  #deliver(packet: IncomingPacket): void {
    this.#next = packet.extendedSequence + 1;
    this.#sink.packet(
      packet.extendedTimestamp,
      packet.arrivalMs,
      packet.payloadType,
      packet.bytes,
      packet.payloadAt,
      packet.payloadLength,
    );
    this.#drain();
  }

  #drain(): void {
    while (this.#held > 0 && this.#sequences[this.#next % reorderSlots] === this.#next)
      this.#step();
  }
}
