/** The clock of one media thread: the four 20 ms phases are four turns. */
export const turnMs = 5;

export interface Pacer {
  /** The latest a turn was since the last call of this function, in milliseconds. */
  takeLateMs(): number;
  stop(): void;
}

/** Calls `turn` every 5 ms against absolute deadlines: a late turn does not move the next ones. Missed turns are one turn. */
export const startPacer = (monoMs: () => number, turn: () => void): Pacer => {
  let dueAtMs = monoMs() + turnMs;
  let lateMs = 0;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    timer = setTimeout(
      () => {
        const nowMs = monoMs();
        lateMs = Math.max(lateMs, nowMs - dueAtMs);
        turn();
        do dueAtMs += turnMs;
        while (dueAtMs <= nowMs);
        arm();
      },
      Math.max(0, dueAtMs - monoMs()),
    );
  };
  arm();
  return {
    takeLateMs: () => {
      const latest = lateMs;
      lateMs = 0;
      return latest;
    },
    stop: () => clearTimeout(timer),
  };
};
