/**
 * A hashed timing wheel: starting, moving and stopping a timer cost the same whether ten or a hundred thousand are running.
 * RFC 3261 keeps most transactions for 32 s after their last message, so at 1,500 calls a second a heap would be deep.
 */

/** 10 ms: fine against T1 = 500 ms, coarse enough that a busy second costs a hundred wake-ups. */
const tickMs = 10;
/** 4,096 ticks of 10 ms: 64·T1 (32 s) fits into one turn, longer timers wait for their turn to come round again. */
const slotCount = 4096;
const slotMask = slotCount - 1;
/** The longest sleep while anything is running; bounds the search for the next occupied slot. */
const longestSleepTicks = 50;

/** Something that a wheel calls back once its time has come. Subclasses belong to at most one wheel. */
export abstract class Timed {
  /** Monotonic milliseconds; `Infinity` while stopped. Set by the wheel only. */
  dueAt = Infinity;
  /** Neighbours in the slot's ring. Set by the wheel only. */
  wheelNext: Timed | null = null;
  wheelPrevious: Timed | null = null;
  /** Never early; late by one tick at most when the wheel is advanced in time. */
  abstract fire(now: number): void;
}

/** A call back that may be set again and again, and nothing more. */
export class TimedCall extends Timed {
  readonly #onDue: (now: number) => void;

  /** @param onDue called with the monotonic milliseconds at which the wheel came to it */
  constructor(onDue: (now: number) => void) {
    super();
    this.#onDue = onDue;
  }

  fire(now: number): void {
    this.#onDue(now);
  }
}

class Ring extends Timed {
  constructor() {
    super();
    this.wheelNext = this;
    this.wheelPrevious = this;
  }

  fire(): void {
    // A ring is the head of a slot: it holds no time of its own.
  }
}

const unlink = (entry: Timed): void => {
  if (entry.wheelNext === null || entry.wheelPrevious === null) return;
  entry.wheelPrevious.wheelNext = entry.wheelNext;
  entry.wheelNext.wheelPrevious = entry.wheelPrevious;
  entry.wheelNext = null;
  entry.wheelPrevious = null;
};

const append = (ring: Timed, entry: Timed): void => {
  const last = ring.wheelPrevious ?? ring;
  entry.wheelPrevious = last;
  entry.wheelNext = ring;
  last.wheelNext = entry;
  ring.wheelPrevious = entry;
};

/** Runs `Timed` things against a time that is handed in: the wheel itself has no clock. */
export class TimingWheel {
  readonly #rings: readonly Ring[] = Array.from({ length: slotCount }, () => new Ring());
  readonly #onSooner: (wakeAt: number) => void;
  #tick: number;
  #running = 0;
  #promisedWakeAt = Infinity;

  /**
   * @param now monotonic milliseconds
   * @param onSooner called when a timer was started that is due before the last `nextWakeAt()`: wake up then instead
   */
  constructor(now: number, onSooner: (wakeAt: number) => void) {
    this.#tick = Math.floor(now / tickMs);
    this.#onSooner = onSooner;
  }

  /** Timers that are running. */
  get running(): number {
    return this.#running;
  }

  /** Starts the timer or moves it; `Infinity` stops it. */
  schedule(entry: Timed, dueAt: number): void {
    if (entry.wheelNext === null) {
      if (dueAt === Infinity) return;
      this.#running++;
    } else {
      if (entry.dueAt === dueAt) return;
      unlink(entry);
    }
    entry.dueAt = dueAt;
    if (dueAt === Infinity) {
      this.#running--;
      return;
    }
    this.#link(entry);
    if (dueAt < this.#promisedWakeAt) {
      this.#promisedWakeAt = dueAt;
      this.#onSooner(dueAt);
    }
  }

  /** Idempotent. */
  stop(entry: Timed): void {
    this.schedule(entry, Infinity);
  }

  /** Fires everything that is due at `now`, in the order of the ticks. */
  advance(now: number): void {
    const target = Math.floor(now / tickMs);
    // After a pause longer than one turn, one visit per slot is enough.
    if (target - this.#tick > slotCount) this.#tick = target - slotCount;
    while (this.#tick < target) {
      this.#tick++;
      this.#turn(this.#tick, now);
    }
  }

  /** When `advance` should be called next: `Infinity` when nothing runs, otherwise at most half a second away. */
  nextWakeAt(): number {
    this.#promisedWakeAt = this.#findWake();
    return this.#promisedWakeAt;
  }

  #findWake(): number {
    if (this.#running === 0) return Infinity;
    for (let ahead = 1; ahead < longestSleepTicks; ahead++) {
      const ring = this.#rings[(this.#tick + ahead) & slotMask];
      if (ring !== undefined && ring.wheelNext !== ring) return (this.#tick + ahead) * tickMs;
    }
    return (this.#tick + longestSleepTicks) * tickMs;
  }

  #link(entry: Timed): void {
    const tick = Math.max(Math.ceil(entry.dueAt / tickMs), this.#tick + 1);
    const ring = this.#rings[tick & slotMask];
    if (ring !== undefined) append(ring, entry);
  }

  #turn(tick: number, now: number): void {
    const ring = this.#rings[tick & slotMask];
    if (ring?.wheelNext === ring || ring === undefined) return;
    // The slot is emptied first: what fires may start timers in this very slot.
    const due = new Ring();
    due.wheelNext = ring.wheelNext;
    due.wheelPrevious = ring.wheelPrevious;
    if (ring.wheelNext) ring.wheelNext.wheelPrevious = due;
    if (ring.wheelPrevious) ring.wheelPrevious.wheelNext = due;
    ring.wheelNext = ring;
    ring.wheelPrevious = ring;
    for (let entry = due.wheelNext; entry !== null && entry !== due; entry = due.wheelNext) {
      unlink(entry);
      if (Math.ceil(entry.dueAt / tickMs) > tick) {
        append(ring, entry);
        continue;
      }
      this.#running--;
      entry.dueAt = Infinity;
      entry.fire(now);
    }
  }
}
