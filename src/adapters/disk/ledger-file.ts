/**
 * The ledger on disk: `ledger/000000000001.ldg`, … JSON lines with a check sum, one write per entry, so that what `append` returned from
 * is in the page cache and outlives the process. Synced off-thread at most every 100 ms; a new file every 16 MiB.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fdatasync,
  fsync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '#base/fault.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { Ledger, LedgerBatch, LedgerPlace, LedgerReader } from '#ports/ledger.ts';
import type { Log } from '#ports/log.ts';
import type { Metrics } from '#ports/metrics.ts';
import { encodeLine } from './ledger-line.ts';
import { readLines } from './ledger-reading.ts';

const syncNow = promisify(fdatasync);
const syncFolder = promisify(fsync);

export interface LedgerFileOptions {
  /** Absolute; made when it is not there. */
  readonly folder: string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** A new file is begun at this size; 16 MiB unless told. */
  readonly fileBytes?: number;
  /** Entries kept in memory while the disk refuses; 10,000 unless told. Further ones are lost, counted and alarmed. */
  readonly maxQueued?: number;
  /** Pause between tries while the disk refuses; 250 ms unless told. */
  readonly retryMs?: number;
  /** 100 ms unless told: what a power cut may cost. */
  readonly syncMs?: number;
}

/** Files that stay although they are projected: enough to look into yesterday's trouble. */
const keptFiles = 4;
const ending = '.ldg';
const nameOf = (index: number): string => `${String(index).padStart(12, '0')}${ending}`;
const indexOf = (file: string): number => Number(file.slice(0, -ending.length));

const nodeOf = (folder: string): string => {
  const file = join(folder, 'node');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown;
  }
  const node = randomUUID();
  writeFileSync(file, node, { mode: 0o600, flag: 'wx', flush: true });
  return node;
};

export class LedgerFile implements Ledger, LedgerReader {
  readonly node: string;
  readonly #options: Required<LedgerFileOptions>;
  readonly #listeners = new Set<() => void>();
  /** Size of each file that is kept, by index. */
  readonly #sizes = new Map<number, number>();
  /** Calls and recordings without an end, and the file in which each began: those files are not pruned. */
  readonly #open = new Map<string, number>();
  readonly #queue: Buffer[] = [];
  #fd = -1;
  #index = 0;
  #dirty = false;
  #syncing: Promise<void> = Promise.resolve();
  #syncTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #queued;
  readonly #lost;

  /** Opens the folder, cuts a torn tail, and learns which calls have no end yet. */
  static async open(options: LedgerFileOptions): Promise<LedgerFile> {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    const ledger = new LedgerFile(options);
    await ledger.#recover();
    return ledger;
  }

  private constructor(options: LedgerFileOptions) {
    this.#options = {
      fileBytes: 16 << 20,
      maxQueued: 10_000,
      retryMs: 250,
      syncMs: 100,
      ...options,
    };
    this.node = nodeOf(options.folder);
    this.#queued = options.metrics.gauge(
      'callreel_ledger_queued_entries',
      'Ledger entries in memory because the disk refuses them; above 0 is an alarm',
    );
    this.#lost = options.metrics.counter(
      'callreel_ledger_lost_entries_total',
      'Ledger entries lost because the memory queue was full; above 0 is an alarm',
    );
    this.#queued.set(0);
  }

  append(entry: LedgerEntry): void {
    if (this.#closed) throw new Fault('ledger/closed', 'The ledger is closed');
    this.#follow(entry, this.#index);
    const line = encodeLine(entry);
    if (this.#queue.length > 0) {
      this.#keep(line);
      throw this.#unwritable(undefined);
    }
    try {
      this.#write(line);
    } catch (thrown) {
      this.#keep(line);
      throw this.#unwritable(thrown);
    }
    this.#wake();
  }

  async read(from: LedgerPlace | null, maxEntries: number): Promise<LedgerBatch> {
    const first = Math.min(...this.#sizes.keys());
    let index = from ? indexOf(from.file) : first;
    let byteOffset = from ? from.byteOffset : 0;
    if (!this.#sizes.has(index) || byteOffset > (this.#sizes.get(index) ?? 0))
      throw new Fault('ledger/lost', 'The ledger no longer has the place it is read from', {
        facts: { from, first: nameOf(first) },
      });
    const entries: LedgerEntry[] = [];
    let damaged = 0;
    for (;;) {
      const endOffset = this.#sizes.get(index) ?? 0;
      const lines = await this.#readLines(index, byteOffset, {
        maxEntries: maxEntries - entries.length,
        endOffset,
      });
      for (const entry of lines.entries) entries.push(entry);
      damaged += lines.damaged;
      byteOffset = lines.byteOffset;
      if (entries.length >= maxEntries || index === this.#index) break;
      index++;
      byteOffset = 0;
    }
    const atEnd = index === this.#index && byteOffset >= (this.#sizes.get(index) ?? 0);
    return { entries, next: { file: nameOf(index), byteOffset }, atEnd, damaged };
  }

  lagBytes(from: LedgerPlace | null): number {
    const at = from ? indexOf(from.file) : 0;
    let bytes = 0;
    for (const [index, size] of this.#sizes) if (index >= at) bytes += size;
    return bytes - (from?.byteOffset ?? 0);
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async prune(upTo: LedgerPlace): Promise<void> {
    const limit = Math.min(indexOf(upTo.file), this.#index - keptFiles + 1, ...this.#open.values());
    for (const index of [...this.#sizes.keys()].filter((each) => each < limit)) {
      await unlink(join(this.#options.folder, nameOf(index)));
      this.#sizes.delete(index);
    }
  }

  /** Writes what waits, syncs and closes. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#syncTimer);
    try {
      this.#flushQueue();
      await this.#syncing;
      await syncNow(this.#fd);
    } finally {
      closeSync(this.#fd);
    }
  }

  async #recover(): Promise<void> {
    const { folder } = this.#options;
    const names = readdirSync(folder)
      .filter((name) => /^\d{12}\.ldg$/.test(name))
      .sort();
    for (const name of names) this.#sizes.set(indexOf(name), statSync(join(folder, name)).size);
    this.#index = names.length > 0 ? indexOf(names.at(-1) ?? '') : 0;
    for (const index of this.#sizes.keys()) await this.#learn(index);
    if (names.length === 0) await this.#begin(1)();
    else this.#fd = openSync(join(folder, nameOf(this.#index)), 'r+');
    // A torn tail is an append that never returned: it goes, so that the next line begins clean.
    ftruncateSync(this.#fd, this.#sizes.get(this.#index) ?? 0);
  }

  async #learn(index: number): Promise<void> {
    const endOffset = this.#sizes.get(index) ?? 0;
    const lines = await this.#readLines(index, 0, { maxEntries: Infinity, endOffset });
    for (const entry of lines.entries) this.#follow(entry, index);
    this.#sizes.set(index, index === this.#index ? lines.byteOffset : endOffset);
    const torn = endOffset - lines.byteOffset;
    if (lines.damaged > 0 || torn > 0)
      this.#options.log.warn('ledger.damaged', {
        file: nameOf(index),
        lines: lines.damaged,
        tornBytes: torn,
      });
  }

  /** A recording may end after its call: a disk that stalls seals late, or only the next start does. */
  #follow(entry: LedgerEntry, index: number): void {
    if (entry.kind === 'callStarted') this.#open.set(entry.callId, index);
    else if (entry.kind === 'recordingStarted') this.#open.set(entry.recordingId, index);
    else if (entry.kind === 'callEnded') this.#open.delete(entry.callId);
    else if (entry.kind === 'recordingSealed' || entry.kind === 'recordingFailed')
      this.#open.delete(entry.recordingId);
  }

  async #readLines(
    index: number,
    byteOffset: number,
    limits: { maxEntries: number; endOffset: number },
  ): ReturnType<typeof readLines> {
    try {
      return await readLines(join(this.#options.folder, nameOf(index)), byteOffset, limits);
    } catch (cause) {
      throw new Fault('ledger/unreadable', `Ledger file ${nameOf(index)} cannot be read`, {
        retry: 'later',
        cause,
      });
    }
  }

  /** Opens the next file at once; returns what is left to do behind it: sync its name, sync and close the old one. */
  #begin(index: number): () => Promise<void> {
    const { folder } = this.#options;
    const fd = openSync(join(folder, nameOf(index)), 'wx', 0o600);
    const old = this.#fd;
    this.#fd = fd;
    this.#index = index;
    this.#sizes.set(index, 0);
    return async () => {
      const folderFd = openSync(folder, 'r');
      try {
        await syncFolder(folderFd);
        if (old >= 0) await syncNow(old);
      } finally {
        closeSync(folderFd);
        if (old >= 0) closeSync(old);
      }
    };
  }

  #write(line: Buffer): void {
    const size = this.#sizes.get(this.#index) ?? 0;
    if (size >= this.#options.fileBytes) {
      const settle = this.#begin(this.#index + 1);
      this.#syncing = this.#syncing
        .then(settle)
        .catch((thrown: unknown) => this.#report('ledger.sync-failed', thrown));
    }
    const at = this.#sizes.get(this.#index) ?? 0;
    // At an explicit place: what a refused write left there in part is overwritten by the next try.
    let written = 0;
    while (written < line.length)
      written += writeSync(this.#fd, line, written, line.length - written, at + written);
    this.#sizes.set(this.#index, at + line.length);
    this.#dirty = true;
    this.#syncTimer ??= setTimeout(() => this.#sync(), this.#options.syncMs);
  }

  #sync(): void {
    this.#syncTimer = undefined;
    if (!this.#dirty || this.#closed) return;
    this.#dirty = false;
    const fd = this.#fd;
    this.#syncing = this.#syncing.then(async () => {
      if (fd !== this.#fd) return; // synced when its file was full
      await syncNow(fd).catch((thrown: unknown) => this.#report('ledger.sync-failed', thrown));
    });
  }

  #keep(line: Buffer): void {
    if (this.#queue.length >= this.#options.maxQueued) {
      this.#lost.add();
      throw new Fault(
        'ledger/unwritable',
        'The disk refuses the ledger and the memory queue is full: an entry is lost',
        {
          facts: { lost: true },
        },
      );
    }
    this.#queue.push(line);
    this.#queued.set(this.#queue.length);
    this.#retryTimer ??= setTimeout(() => this.#retry(), this.#options.retryMs);
  }

  #retry(): void {
    this.#retryTimer = undefined;
    if (this.#closed) return;
    try {
      this.#flushQueue();
      this.#options.log.info('ledger.writable-again');
    } catch {
      // Said once when the disk began to refuse; the gauge tells that it still does.
      this.#retryTimer = setTimeout(() => this.#retry(), this.#options.retryMs);
    }
  }

  #flushQueue(): void {
    for (let line = this.#queue[0]; line; line = this.#queue[0]) {
      this.#write(line);
      this.#queue.shift();
      this.#queued.set(this.#queue.length);
    }
    this.#wake();
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
  }

  #unwritable(cause: unknown): Fault {
    if (cause !== undefined) this.#report('ledger.unwritable', cause);
    return new Fault(
      'ledger/unwritable',
      'The disk refuses the ledger; the entry waits in memory',
      {
        retry: 'later',
        facts: { queued: this.#queue.length },
        cause,
      },
    );
  }

  #report(event: string, thrown: unknown): void {
    this.#options.log.error(event, {
      reason: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}
