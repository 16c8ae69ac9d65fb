import {
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry,
  collectDefaultMetrics,
} from 'prom-client';
import { Fault } from '#base/fault.ts';
import type { Counter, Gauge, Histogram, Metrics } from '#ports/metrics.ts';

/** The registry of this process and what `/metrics` answers. */
export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  /** Text exposition format 0.0.4. */
  text(): Promise<string>;
}

type Kind = 'counter' | 'gauge' | 'histogram';

interface Known {
  readonly kind: Kind;
  readonly labelNames: readonly string[];
  readonly instrument: Counter | Gauge | Histogram;
}

/**
 * Instruments by name, once each. CPU, memory and event-loop lag of the process come along unless `processMetrics` is false.
 */
export const createMetrics = (options: { processMetrics?: boolean } = {}): PrometheusMetrics => {
  const registry = new Registry();
  if (options.processMetrics !== false) collectDefaultMetrics({ register: registry });
  const known = new Map<string, Known>();

  /** @throws {Fault} `metrics/mismatch` when the name is taken by another kind or other labels */
  const once = <T extends Counter | Gauge | Histogram>(
    kind: Kind,
    name: string,
    labelNames: readonly string[],
    create: () => T,
  ): T => {
    const before = known.get(name);
    if (before === undefined) {
      const instrument = create();
      known.set(name, { kind, labelNames, instrument });
      return instrument;
    }
    if (before.kind !== kind || before.labelNames.join() !== labelNames.join())
      throw new Fault('metrics/mismatch', `metric ${name} is already a ${before.kind}`, {
        facts: { name, kind, labelNames },
      });
    return before.instrument as T;
  };

  const base = (name: string, help: string, labelNames: readonly string[]) => ({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    counter: (name, help, labelNames = []) =>
      once('counter', name, labelNames, () => {
        const counter = new PromCounter(base(name, help, labelNames));
        return { add: (amount = 1, labels = {}) => counter.inc(labels, amount) };
      }),
    gauge: (name, help, labelNames = []) =>
      once('gauge', name, labelNames, () => {
        const gauge = new PromGauge(base(name, help, labelNames));
        return { set: (value, labels = {}) => gauge.set(labels, value) };
      }),
    histogram: (name, help, bucketsSeconds, labelNames = []) =>
      once('histogram', name, labelNames, () => {
        const buckets = [...bucketsSeconds];
        const histogram = new PromHistogram({ ...base(name, help, labelNames), buckets });
        return { observe: (seconds, labels = {}) => histogram.observe(labels, seconds) };
      }),
  };
};
