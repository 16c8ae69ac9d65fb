/**
 * The pacing of predictive tasks in simulated time: 10,000 people, whose readiness to answer and whose talk drift over the day, 100 days
 * of different chance; and in the same run the same days dialled progressively, one number per free agent.
 */
import { callsToPlace, MovingMean, pacingWindow } from '#core/outbound/pacing.ts';
import { benchRow, promisedRow, type BenchResult } from './result.ts';

export const name = 'pacing';

const people = 10_000;
const seeds = 100;
const agents = 12;
const targetPercent = 3;
/** Agents' time after each call. */
const wrapUpMs = 15_000;
/** Decision 17: who answers and finds no agent within this time hears the message. */
const patienceMs = 2000;

/** mulberry32: small, and the same on every machine. */
const randomOf = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

interface Happening {
  readonly at: number;
  readonly run: () => void;
}

/** Happenings by their time: a binary heap. */
class Timeline {
  readonly #heap: Happening[] = [];

  add(at: number, run: () => void): void {
    const heap = this.#heap;
    let index = heap.push({ at, run }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const [above, here] = [heap[parent], heap[index]];
      if (above === undefined || here === undefined || above.at <= here.at) break;
      heap[parent] = here;
      heap[index] = above;
      index = parent;
    }
  }

  next(): Happening | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let index = 0; ;) {
      const left = 2 * index + 1;
      let least = index;
      for (const child of [left, left + 1])
        if ((heap[child]?.at ?? Infinity) < (heap[least]?.at ?? Infinity)) least = child;
      const [here, other] = [heap[index], heap[least]];
      if (least === index || here === undefined || other === undefined) break;
      heap[index] = other;
      heap[least] = here;
      index = least;
    }
    return first;
  }
}

interface Day {
  readonly abandonShare: number;
  readonly busyShare: number;
  readonly hours: number;
}

class Simulation {
  readonly #random: () => number;
  readonly #percent: number;
  readonly #line = new Timeline();
  readonly #answerRate = new MovingMean(200, 0.5);
  readonly #ringMs = new MovingMean(200, 12_000);
  readonly #talkMs = new MovingMean(200, 120_000);
  readonly #last: boolean[] = [];
  readonly #waiting: { isServed: boolean }[] = [];
  #now = 0;
  #left = people;
  #free = agents;
  #inFlight = 0;
  #answered = 0;
  #abandoned = 0;
  #busyMs = 0;
  #dialledUntil = 0;

  constructor(seed: number, percent: number) {
    this.#random = randomOf(seed);
    this.#percent = percent;
  }

  run(): Day {
    this.#dial();
    for (let next = this.#line.next(); next !== undefined; next = this.#line.next()) {
      this.#now = next.at;
      next.run();
      this.#dial();
    }
    return {
      abandonShare: this.#answered === 0 ? 0 : this.#abandoned / this.#answered,
      busyShare: this.#busyMs / (agents * this.#dialledUntil),
      hours: this.#dialledUntil / 3_600_000,
    };
  }

  #dial(): void {
    const wanted = callsToPlace({
      freeAgents: this.#free,
      busyAgents: agents - this.#free,
      inFlight: this.#inFlight,
      answered: this.#answered,
      abandonedOfLast: this.#last.filter(Boolean).length,
      abandonPercent: this.#percent,
      answerRate: this.#answerRate.value,
      ringMs: this.#ringMs.value,
      talkMs: this.#talkMs.value,
    });
    for (let count = Math.min(wanted, this.#left); count > 0; count--) this.#call();
  }

  #call(): void {
    this.#left--;
    this.#dialledUntil = this.#now;
    this.#inFlight++;
    const hours = this.#now / 3_600_000;
    // Few answer in the morning, twice as many in the evening, with a dip that comes suddenly.
    const answers = 0.3 + 0.15 * Math.sin(hours * 1.3) - (hours % 2 > 1.6 ? 0.12 : 0);
    const chance = this.#random();
    if (chance < answers) {
      const ringMs = 4000 + 16_000 * this.#random();
      this.#line.add(this.#now + ringMs, () => this.#answer(ringMs));
      return;
    }
    // Half of the others are busy or wrong at once, half ring until the time is over.
    const endMs = chance < answers + (1 - answers) / 2 ? 1500 : 30_000;
    this.#line.add(this.#now + endMs, () => {
      this.#inFlight--;
      this.#answerRate.add(0);
    });
  }

  #answer(ringMs: number): void {
    this.#answerRate.add(1);
    this.#ringMs.add(ringMs);
    if (this.#free > 0) {
      this.#talk();
      return;
    }
    const person = { isServed: false };
    this.#waiting.push(person);
    this.#line.add(this.#now + patienceMs, () => {
      if (person.isServed) return;
      this.#waiting.splice(this.#waiting.indexOf(person), 1);
      this.#inFlight--;
      this.#count(true);
    });
  }

  #talk(): void {
    this.#inFlight--;
    this.#free--;
    this.#count(false);
    const hours = this.#now / 3_600_000;
    const meanMs = 110_000 + 50_000 * Math.sin(hours * 0.9 + 1);
    const takenMs = 5000 - Math.log(1 - this.#random()) * (meanMs - 5000) + wrapUpMs;
    this.#busyMs += takenMs;
    this.#line.add(this.#now + takenMs, () => {
      this.#talkMs.add(takenMs);
      this.#free++;
      const person = this.#waiting.shift();
      if (person === undefined) return;
      person.isServed = true;
      this.#talk();
    });
  }

  #count(isAbandoned: boolean): void {
    this.#answered++;
    if (isAbandoned) this.#abandoned++;
    this.#last.push(isAbandoned);
    if (this.#last.length > pacingWindow) this.#last.shift();
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const run = async (): Promise<BenchResult> => {
  const days = (percent: number): readonly Day[] =>
    Array.from({ length: seeds }, (_, seed) => new Simulation(seed + 1, percent).run());
  const predictive = days(targetPercent);
  const progressive = days(0);
  const within = predictive.filter((day) => day.abandonShare * 100 <= targetPercent).length;
  const worst = Math.max(...predictive.map((day) => day.abandonShare));
  const busy = mean(predictive.map((day) => day.busyShare)) * 100;
  const busyBefore = mean(progressive.map((day) => day.busyShare)) * 100;
  return {
    rows: [
      promisedRow(`days of ${seeds} within ${targetPercent} % abandoned`, within, 'days', {
        atLeast: 99,
      }),
      benchRow(
        'abandoned, mean of the days',
        mean(predictive.map((day) => day.abandonShare)) * 100,
        '%',
      ),
      benchRow('abandoned, worst day', worst * 100, '%'),
      benchRow('agents busy, against progressive dialling', busy, '%', busyBefore),
      benchRow(
        'hours for 10,000 people, against progressive dialling',
        mean(predictive.map((day) => day.hours)),
        'h',
        mean(progressive.map((day) => day.hours)),
      ),
    ],
    complete: predictive.every((day) => day.busyShare > 0 && day.busyShare <= 1),
  };
};
