/** What the product says it did: its ledger line by line, its rows, its processor time. */
import { linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLines } from '#adapters/disk/ledger-reading.ts';
import { openDatabase } from '#adapters/postgres/open-database.ts';

/** Processor seconds so far, of the thread that does signalling, of all threads of a name, and of the whole process. */
export interface ProcessorTime {
  readonly main: number;
  readonly all: number;
  readonly byName: ReadonlyMap<string, number>;
}

/** From `/proc` (sched-stats: nanoseconds on the processor), which counts turns that are shorter than a tick too. */
const secondsOf = (pid: number, thread: string): number => {
  const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1');
  return Number(text.split(' ')[0]) / 1e9;
};

export const processorTime = (pid: number): ProcessorTime => {
  const byName = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const isMain = thread === String(pid);
    const title = readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim();
    const name = isMain ? 'signalling thread' : title.replace(/-?\d+$/, '');
    byName.set(name, (byName.get(name) ?? 0) + secondsOf(pid, thread));
  }
  return {
    main: byName.get('signalling thread') ?? 0,
    all: [...byName.values()].reduce((sum, seconds) => sum + seconds, 0),
    byName,
  };
};

/** Whether somebody has this UDP port: a phone that is rung before it listens counts as away. */
export const isBound = (port: number): boolean =>
  readFileSync('/proc/net/udp', 'latin1').includes(
    `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000`,
  );

/** Ids of the threads of a process whose name begins so. */
export const threadsNamed = (pid: number, name: string): readonly number[] =>
  readdirSync(`/proc/${pid}/task`)
    .filter((thread) => readFileSync(`/proc/${pid}/task/${thread}/comm`, 'latin1').startsWith(name))
    .map(Number);

export interface LedgerCounts {
  readonly started: number;
  readonly ended: number;
  /** Ended after both sides had talked. */
  readonly talked: number;
  readonly entries: number;
  readonly damaged: number;
}

/** Keeps every file of the ledger by a second name, since what is in the tables is pruned. */
export class LedgerKeeper {
  readonly #folder: string;
  readonly #kept: string;
  readonly #timer: NodeJS.Timeout;

  constructor(folder: string, kept: string) {
    this.#folder = folder;
    this.#kept = kept;
    mkdirSync(kept);
    this.#timer = setInterval(() => this.#keep(), 250);
  }

  async count(): Promise<LedgerCounts> {
    clearInterval(this.#timer);
    this.#keep();
    let [started, ended, talked, entries, damaged] = [0, 0, 0, 0, 0];
    for (const name of readdirSync(this.#kept)) {
      const limits = { maxEntries: Infinity, endOffset: Infinity };
      const lines = await readLines(join(this.#kept, name), 0, limits);
      entries += lines.entries.length;
      damaged += lines.damaged;
      for (const entry of lines.entries) {
        if (entry.kind === 'callStarted') started++;
        if (entry.kind !== 'callEnded') continue;
        ended++;
        if (entry.endStatus === 'ok') talked++;
      }
    }
    return { started, ended, talked, entries, damaged };
  }

  #keep(): void {
    const kept = new Set(readdirSync(this.#kept));
    for (const name of readdirSync(this.#folder))
      if (name.endsWith('.ldg') && !kept.has(name))
        linkSync(join(this.#folder, name), join(this.#kept, name));
  }
}

export interface RowCounts {
  readonly calls: number;
  /** Ended after both sides had talked, and by the rule left out of recording. */
  readonly talked: number;
  readonly legs: number;
}

/** Of the database of a server that has stopped. */
export const countRows = async (folder: string): Promise<RowCounts> => {
  const database = await openDatabase({ folder });
  try {
    const { rows } = await database.executeSql(
      `select (select count(*) from calls) as calls,
              (select count(*) from calls where end_status = 'ok' and outcome = 'excluded') as talked,
              (select count(*) from legs) as legs`,
    );
    const { calls, talked, legs } = rows[0] as Record<keyof RowCounts, unknown>;
    return { calls: Number(calls), talked: Number(talked), legs: Number(legs) };
  } finally {
    await database.close();
  }
};
