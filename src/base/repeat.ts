/** Work that comes back: once at a time, for as long as the process lives. */
export interface Repeated {
  readonly clock: {
    setTimer(delayMs: number, callback: () => void): { cancel(): void };
  };
  /** From the end of one run to the beginning of the next: a slow one never meets itself. */
  readonly everyMs: number;
  /** Until the first run; without it that begins at once. */
  readonly firstAfterMs?: number;
  readonly work: () => Promise<unknown>;
  /** A run that failed ends nothing: the next one comes all the same. */
  readonly onFailure: (thrown: unknown) => void;
}

/** @returns what ends it, once the run that is under way is over. Idempotent */
export const repeat = (options: Repeated): (() => Promise<void>) => {
  const { clock, everyMs, firstAfterMs, work, onFailure } = options;
  let timer: { cancel(): void } | undefined;
  let isOver = false;
  let running = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      onFailure(thrown);
    }
    wait(everyMs);
  };
  const begin = (): void => {
    running = run();
  };
  const wait = (delayMs: number): void => {
    if (!isOver) timer = clock.setTimer(delayMs, begin);
  };
  if (firstAfterMs === undefined) begin();
  else wait(firstAfterMs);
  return async () => {
    isOver = true;
    timer?.cancel();
    await running;
  };
};
