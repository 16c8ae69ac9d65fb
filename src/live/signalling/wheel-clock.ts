/** Runs the protocol's timing wheel on a real clock, and measures how late the process is. */
import type { Clock, Timer } from '#ports/clock.ts';
import { TimingWheel } from '#protocol/sip/timing-wheel.ts';

/** One late wake-up is a garbage collection; the average over about a second is overload. */
const smoothing = 0.2;
const probeMs = 50;

/** Keeps one timer armed for the wheel's next instant. */
export class WheelClock {
  readonly wheel: TimingWheel;
  readonly #clock: Clock;
  #timer: Timer | null = null;
  #probe: Timer | null = null;
  #lagMs = 0;
  #isAdvancing = false;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.wheel = new TimingWheel(clock.monoMs(), (wakeAt) => {
      if (!this.#isAdvancing) this.#arm(wakeAt);
    });
    this.#watch();
  }

  /** Monotonic milliseconds. */
  now(): number {
    return this.#clock.monoMs();
  }

  /** How late timers are on average, in milliseconds: the measure of overload. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#probe?.cancel();
  }

  #arm(wakeAt: number): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (wakeAt === Infinity || this.#isClosed) return;
    const delayMs = Math.max(1, wakeAt - this.#clock.monoMs());
    this.#timer = this.#clock.setTimer(delayMs, () => this.#advance());
  }

  #advance(): void {
    this.#isAdvancing = true;
    try {
      this.wheel.advance(this.#clock.monoMs());
    } finally {
      this.#isAdvancing = false;
      this.#arm(this.wheel.nextWakeAt());
    }
  }

  #watch(): void {
    if (this.#isClosed) return;
    const dueAt = this.#clock.monoMs() + probeMs;
    this.#probe = this.#clock.setTimer(probeMs, () => {
      const late = Math.max(0, this.#clock.monoMs() - dueAt);
      this.#lagMs += (late - this.#lagMs) * smoothing;
      this.#watch();
    });
  }
}
