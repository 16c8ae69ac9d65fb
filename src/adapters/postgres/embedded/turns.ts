/** One at a time, first come first served, with a bound on how many wait and for how long. */
import { Fault } from '#base/fault.ts';

export interface TurnsOptions {
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

interface Waiter {
  readonly go: () => void;
}

export class Turns {
  readonly #options: TurnsOptions;
  readonly #waiting: Waiter[] = [];
  #taken = false;
  #refused = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get refused(): number {
    return this.#refused;
  }

  /**
   * Resolves when it is the caller's turn, who then ends it with `release`.
   *
   * @throws {Fault} `database/busy` (retry later) when too many wait, or the wait was too long
   */
  take(): Promise<void> {
    if (!this.#taken) {
      this.#taken = true;
      return Promise.resolve();
    }
    if (this.#waiting.length >= this.#options.maxWaiting) return Promise.reject(this.#busy());
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        go: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(this.#busy());
      }, this.#options.maxWaitMs);
      this.#waiting.push(waiter);
    });
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next) next.go();
    else this.#taken = false;
  }

  #busy(): Fault {
    this.#refused++;
    return new Fault('database/busy', 'The database has more work waiting than it can take', {
      retry: 'later',
      facts: { waiting: this.#waiting.length },
    });
  }
}
