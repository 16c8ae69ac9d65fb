/** Open alarms, and whether the database answers, as figures: who watches figures needs no key and no console. */
import { asFault } from '#base/fault.ts';
import { repeat } from '#base/repeat.ts';
import type { OpenAlarms } from '#ports/alarms.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { Gauge, Metrics } from '#ports/metrics.ts';

/** As often as figures are usually asked for. */
const lookEveryMs = 15_000;
/** A database that takes longer for a handful of rows is of no use to anybody. */
const answerMs = 3000;

export interface AlarmFiguresOptions {
  readonly alarms: OpenAlarms;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** @returns what ends it. Idempotent */
export const countAlarms = (options: AlarmFiguresOptions): (() => Promise<void>) => {
  const figures = new AlarmFigures(options);
  return repeat({
    clock: options.clock,
    everyMs: lookEveryMs,
    work: () => figures.look(),
    onFailure: (thrown) => options.log.error('figures.failed', { error: thrown }),
  });
};

type Answer = ReadonlyMap<string, number> | { readonly why: string };

class AlarmFigures {
  readonly #options: AlarmFiguresOptions;
  readonly #open: Gauge;
  readonly #up: Gauge;
  /** A kind that was open stays a figure: 0 says that it is over, a missing one says nothing. */
  readonly #kinds = new Set<string>();
  /** One question at a time: a database that hangs is not asked again and again. */
  #asking: Promise<Answer> | null = null;
  #isUp = true;

  constructor(options: AlarmFiguresOptions) {
    this.#options = options;
    const { metrics } = options;
    this.#open = metrics.gauge('callreel_alarms', 'Open alarms of all tenants, by kind', ['kind']);
    this.#up = metrics.gauge('callreel_database_up', '1: the database answers this process');
  }

  async look(): Promise<void> {
    const answer = await this.#answer();
    const isUp = !('why' in answer);
    this.#up.set(isUp ? 1 : 0);
    if (isUp) this.#show(answer);
    this.#tell(isUp, 'why' in answer ? answer.why : '');
  }

  async #answer(): Promise<Answer> {
    this.#asking ??= this.#ask();
    const asking = this.#asking;
    let cancel: () => void = () => undefined;
    const late = new Promise<Answer>((resolve) => {
      const timer = this.#options.clock.setTimer(answerMs, () =>
        resolve({ why: `no answer within ${answerMs} ms` }),
      );
      cancel = () => timer.cancel();
    });
    try {
      return await Promise.race([asking, late]);
    } finally {
      cancel();
    }
  }

  /** Never rejects. */
  async #ask(): Promise<Answer> {
    try {
      return await this.#options.alarms.openByKind();
    } catch (thrown) {
      return { why: asFault(thrown, 'database/away').message };
    } finally {
      this.#asking = null;
    }
  }

  /** While the database is away the figures stay as they were: an alarm is not over because nobody can look. */
  #show(open: ReadonlyMap<string, number>): void {
    for (const kind of open.keys()) this.#kinds.add(kind);
    for (const kind of this.#kinds) this.#open.set(open.get(kind) ?? 0, { kind });
  }

  #tell(isUp: boolean, why: string): void {
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    if (isUp) this.#options.log.info('database.back');
    else this.#options.log.warn('database.away', { why });
  }
}
