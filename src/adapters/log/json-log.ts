import type { Log, LogLevel } from '#ports/log.ts';
import { maskFacts } from './mask.ts';

export interface JsonLogOptions {
  readonly level: LogLevel;
  /** True = telephone numbers are written in full. Default false. */
  readonly showNumbers?: boolean;
  /** Gets each line with its newline. Default: standard output. */
  readonly write?: (line: string) => void;
  readonly nowMs?: () => number;
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Longest line kept; a longer one is a mistake of the caller and would break collectors. */
const MAX_LINE_CHARACTERS = 16_384;

/** Writes one JSON line per event: `at`, `level`, `event`, then the facts. Never throws: a log line must not end a call. */
export const createLog = (options: JsonLogOptions): Log => {
  const { level: least, showNumbers = false, nowMs = Date.now } = options;
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const line = (level: LogLevel, event: string, facts: Readonly<Record<string, unknown>>): void => {
    if (ranks[level] < ranks[least]) return;
    const head = { at: new Date(nowMs()).toISOString(), level, event };
    try {
      const masked = maskFacts(facts, !showNumbers) as Record<string, unknown>;
      const text = JSON.stringify({ ...masked, ...head, ...renamed(masked, head) });
      write(
        text.length > MAX_LINE_CHARACTERS
          ? `${JSON.stringify({ ...head, cut: text.slice(0, 1000), characters: text.length })}\n`
          : `${text}\n`,
      );
    } catch (error) {
      write(`${JSON.stringify({ ...head, unloggable: String(error) })}\n`);
    }
  };
  return {
    debug: (event, facts = {}) => line('debug', event, facts),
    info: (event, facts = {}) => line('info', event, facts),
    warn: (event, facts = {}) => line('warn', event, facts),
    error: (event, facts = {}) => line('error', event, facts),
  };
};

/** Facts that bear a name of the head keep their value under `fact_…` instead of hiding it. */
const renamed = (facts: Record<string, unknown>, head: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(head)
      .filter((key) => key in facts)
      .map((key) => [`fact_${key}`, facts[key]]),
  );
