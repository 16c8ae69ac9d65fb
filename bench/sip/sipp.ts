/** SIPp as both sides of many calls, with its own count of what it saw. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, requireProgram, startProgram } from '../../tests/rig/programs.ts';

export interface SippCounts {
  readonly succeeded: number;
  readonly failed: number;
  /** The most calls that were up when it looked, once a second. */
  readonly mostAtOnce: number;
  /** Messages sent again by this SIPp, and messages that it got more than once. */
  readonly retransmissions: number;
}

export interface SippRun {
  readonly program: Program;
  /** Of a run that has ended. */
  counts(): SippCounts;
}

export interface SippOptions {
  /** File of this folder, without ending. */
  readonly scenario: string;
  readonly folder: string;
  readonly remote: string;
  readonly localPort: number;
  /** None for phones, which stay until they are told to end. */
  readonly calls?: number;
  readonly keys?: Readonly<Record<string, string | number>>;
  readonly args?: readonly string[];
  /** Words before the command: `taskset -c 1`. */
  readonly pin: readonly string[];
  readonly deadlineMs: number;
}

type Row = ReadonlyMap<string, string>;

/** The rows of one of SIPp's tables, by column. */
const rowsIn = (file: string): Row[] => {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const columns = head.split(';');
  return lines.map((line) => {
    const cells = line.split(';');
    return new Map(columns.map((column, at) => [column, cells[at] ?? '']));
  });
};

const numberIn = (row: Row, column: string): number => {
  const value = Number(row.get(column));
  if (row.has(column) && Number.isFinite(value)) return value;
  throw new Error(`SIPp reports no figure in the column ${column}`);
};

const countsOf = (statistics: string, messages: string): SippCounts => {
  const seconds = rowsIn(statistics);
  const row: Row = seconds.at(-1) ?? new Map<string, string>();
  let retransmissions = 0;
  for (const [column, value] of rowsIn(messages).at(-1) ?? [])
    if (column.endsWith('_Retrans')) retransmissions += Number(value);
  return {
    succeeded: numberIn(row, 'SuccessfulCall(C)'),
    failed: numberIn(row, 'FailedCall(C)'),
    mostAtOnce: Math.max(...seconds.map((each) => numberIn(each, 'CurrentCall'))),
    retransmissions,
  };
};

let runs = 0;

/** Starts one run in `folder`; it ends by itself after `calls` calls, or by SIGUSR1. */
export const startSipp = (options: SippOptions): SippRun => {
  const sipp = requireProgram('sipp', 'sip-tester');
  const name = `${options.scenario}-${++runs}`;
  const file = (ending: string): string => join(options.folder, `${name}${ending}`);
  let text = readFileSync(join(import.meta.dirname, `${options.scenario}.xml`), 'utf8');
  for (const [key, value] of Object.entries(options.keys ?? {}))
    text = text.replaceAll(`[${key}]`, String(value));
  writeFileSync(file('.xml'), text);
  const argv = [
    ...options.pin,
    ...[sipp, options.remote, '-sf', file('.xml'), '-i', '127.0.0.1'],
    ...['-p', String(options.localPort), '-t', 'u1', '-nostdin'],
    ...(options.calls === undefined ? [] : ['-m', String(options.calls)]),
    ...['-buff_size', '8000000', '-timer_resol', '1'],
    ...['-trace_stat', '-stf', file('.csv'), '-fd', '1', '-trace_err'],
    ...['-error_file', file('.errors'), '-trace_counts'],
    ...(options.args ?? []),
  ];
  const [command = '', ...args] = argv;
  const program = startProgram(command, args, {
    cwd: options.folder,
    deadlineMs: options.deadlineMs,
  });
  // `taskset` and `chrt` replace themselves by SIPp: the process keeps its id, after which it names its table of messages.
  const messages = join(options.folder, `${name}_${program.child.pid ?? 0}_counts.csv`);
  return { program, counts: () => countsOf(file('.csv'), messages) };
};
