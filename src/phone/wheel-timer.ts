/** One timer of the clock, kept armed for the next instant of the protocol's timing wheel. */
import type { Clock, Timer } from '#ports/clock.ts';
import { TimingWheel } from '#protocol/sip/timing-wheel.ts';

/** Turns the wheel in real time. */
export class WheelTimer {
  readonly wheel: TimingWheel;
  readonly #clock: Clock;
  #timer: Timer | null = null;
  #isTurning = false;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.wheel = new TimingWheel(clock.monoMs(), (wakeAt) => {
      if (!this.#isTurning) this.#arm(wakeAt);
    });
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #arm(wakeAt: number): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (wakeAt === Infinity || this.#isClosed) return;
    this.#timer = this.#clock.setTimer(Math.max(1, wakeAt - this.#clock.monoMs()), () => {
      this.#isTurning = true;
      try {
        this.wheel.advance(this.#clock.monoMs());
      } finally {
        this.#isTurning = false;
        this.#arm(this.wheel.nextWakeAt());
      }
    });
  }
}
