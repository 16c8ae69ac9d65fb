/** A log and metrics for tests: nothing is printed, everything can be asked for. */
import type { Log, LogLevel } from '../../src/ports/log.ts';
import type { Metrics } from '../../src/ports/metrics.ts';

export interface LoggedEvent {
  readonly level: LogLevel;
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>> | undefined;
}

export const silentLog = (): Log & { readonly events: LoggedEvent[] } => {
  const events: LoggedEvent[] = [];
  const at =
    (level: LogLevel) =>
    (event: string, facts?: Readonly<Record<string, unknown>>): void => {
      events.push({ level, event, facts });
    };
  return { events, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

export const silentMetrics = (): Metrics & { value(name: string): number } => {
  const values = new Map<string, number>();
  const add = (name: string, amount: number): void => {
    values.set(name, (values.get(name) ?? 0) + amount);
  };
  return {
    counter: (name) => ({ add: (amount = 1) => add(name, amount) }),
    gauge: (name) => ({ set: (value) => values.set(name, value) }),
    histogram: (name) => ({ observe: () => add(name, 1) }),
    value: (name) => values.get(name) ?? 0,
  };
};
