/**
 * `npm run bench [-- name …]`: runs the benches, prints a table with the machine it ran on, writes JSON to
 * `bench/results/`, and exits with 1 when a bench is incomplete.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Bench, BenchResult, BenchRow } from './result.ts';

const here = import.meta.dirname;
const notBenches = new Set(['main.ts', 'result.ts']);

const isBench = (module: unknown): module is Bench => {
  const { name, run } = module as Partial<Record<keyof Bench, unknown>>;
  return typeof name === 'string' && typeof run === 'function';
};

const findBenches = async (): Promise<Bench[]> => {
  const files = readdirSync(here).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !notBenches.has(file),
  );
  const benches: Bench[] = [];
  for (const file of files.sort()) {
    const module: unknown = await import(join(here, file));
    if (isBench(module)) benches.push(module);
  }
  return benches;
};

const machine = (): string => {
  const [cpu] = cpus();
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  return `${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, ${gigabytes} GiB, load ${load}, Node ${process.version}`;
};

const figure = (value: number | undefined, digits = 3): string => {
  if (value === undefined) return '';
  return value >= 1000
    ? Math.round(value).toLocaleString('en-GB')
    : String(Number(value.toPrecision(digits)));
};

const promiseOf = ({ promise }: BenchRow): string =>
  promise === undefined ? '' : `${promise.text} ${promise.isMet ? 'met' : 'NOT MET'}`;

const cellsOf = (row: BenchRow): string[] => [
  row.figure,
  figure(row.value),
  row.unit,
  figure(row.baseline),
  figure(row.ratio),
  promiseOf(row),
];

const printTable = (rows: readonly BenchRow[]): void => {
  const table = [['figure', 'value', 'unit', 'baseline', 'ratio', 'promise'], ...rows.map(cellsOf)];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...table.map((cells) => (cells[column] ?? '').length)),
  );
  for (const cells of table)
    console.log(
      `  ${cells.map((cell, at) => (at % 2 === 0 && at < 4 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')}`,
    );
};

const save = (bench: Bench, result: BenchResult, ranOn: string): void => {
  const folder = join(here, 'results');
  mkdirSync(folder, { recursive: true });
  const record = { bench: bench.name, at: new Date().toISOString(), machine: ranOn, ...result };
  writeFileSync(join(folder, `${bench.name}.json`), `${JSON.stringify(record, null, 2)}\n`);
};

const wanted = process.argv.slice(2);
const benches = await findBenches();
const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  const names = benches.map(({ name }) => name).join(', ');
  console.error(`no bench named ${unknown.join(', ')}; there are: ${names}`);
  process.exit(1);
}
const ranOn = machine();
console.log(ranOn);
for (const bench of benches) {
  if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
  console.log(`\n${bench.name}`);
  const result = await bench.run();
  printTable(result.rows);
  save(bench, result, ranOn);
  if (result.complete) continue;
  console.log('  INCOMPLETE: these figures do not count');
  process.exitCode = 1;
}
