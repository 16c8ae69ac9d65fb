/** What a bench reports. Each file `bench/<name>.ts` exports `name` and `run(): Promise<BenchResult>`. */

export interface BenchRow {
  /** What was measured, in the field's words: `carrier INVITE parsed`. */
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** The figure to beat or to keep, in the same unit. */
  readonly baseline?: number;
  /** value ÷ baseline. */
  readonly ratio?: number;
  /** What is promised of this figure, and whether it was kept here; a promise that was not kept leaves the figures valid. */
  readonly promise?: { readonly text: string; readonly isMet: boolean };
}

export interface BenchResult {
  readonly rows: readonly BenchRow[];
  /** False when something was lost, wrong or cut short: then no figure of it counts. */
  readonly complete: boolean;
}

export interface Bench {
  readonly name: string;
  readonly run: () => Promise<BenchResult>;
}

/** A row with its ratio. */
export const benchRow = (
  figure: string,
  value: number,
  unit: string,
  baseline?: number,
): BenchRow => ({
  figure,
  value,
  unit,
  ...(baseline !== undefined && { baseline, ratio: value / baseline }),
});

/** A row whose figure the product promises to reach, or not to exceed. */
export const promisedRow = (
  figure: string,
  value: number,
  unit: string,
  limit: { readonly atLeast: number } | { readonly atMost: number },
): BenchRow => {
  const [word, bound] = 'atLeast' in limit ? ['≥', limit.atLeast] : ['≤', limit.atMost];
  const isMet = word === '≥' ? value >= bound : value <= bound;
  return {
    ...benchRow(figure, value, unit, bound),
    promise: { text: `${word} ${bound}`, isMet },
  };
};
