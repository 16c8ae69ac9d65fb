/**
 * Work that many ask for at once and that may be done for all of them together, such as a look-up or a flush to disk: whoever asks
 * while it is being done shares the next run with everybody else who waits. So each gets a run that began after they asked, and two
 * runs follow each other however many ask.
 */
export class SharedRuns<Key, Value> {
  readonly #work: (key: Key) => Promise<Value>;
  readonly #running = new Map<Key, Promise<Value>>();
  readonly #next = new Map<Key, Promise<Value>>();

  constructor(work: (key: Key) => Promise<Value>) {
    this.#work = work;
  }

  /** @returns what a run yields that had not begun before this call; rejects as that run does */
  run(key: Key): Promise<Value> {
    const running = this.#running.get(key);
    if (running === undefined) return this.#start(key);
    const next = this.#next.get(key);
    if (next !== undefined) return next;
    const again = (): Promise<Value> => {
      this.#next.delete(key);
      return this.#start(key);
    };
    const waiting = running.then(again, again);
    this.#next.set(key, waiting);
    return waiting;
  }

  #start(key: Key): Promise<Value> {
    const done = (): void => {
      if (this.#running.get(key) === run) this.#running.delete(key);
    };
    const run = this.#work(key);
    this.#running.set(key, run);
    run.then(done, done);
    return run;
  }
}
