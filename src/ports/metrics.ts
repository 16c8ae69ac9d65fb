/** Registered by name once; asking again for the same name returns the same instrument. Names are Prometheus names. */
export interface Metrics {
  counter(name: string, help: string, labelNames?: readonly string[]): Counter;
  gauge(name: string, help: string, labelNames?: readonly string[]): Gauge;
  /** @param bucketsSeconds upper bounds in seconds */
  histogram(
    name: string,
    help: string,
    bucketsSeconds: readonly number[],
    labelNames?: readonly string[],
  ): Histogram;
}

export interface Counter {
  add(amount?: number, labels?: Readonly<Record<string, string>>): void;
}

export interface Gauge {
  set(value: number, labels?: Readonly<Record<string, string>>): void;
}

export interface Histogram {
  observe(seconds: number, labels?: Readonly<Record<string, string>>): void;
}
