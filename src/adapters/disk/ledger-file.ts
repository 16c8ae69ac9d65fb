/**
 * The ledger on disk: `ledger/000000000001.ldg`, … JSON lines with a check sum, one write per entry, so that what `append` returned from
 * is in the page cache and outlives the process. Synced off-thread at most every 100 ms, and before anybody reads it: a reader may keep
 * what it has read for good, and a power cut must not take from the ledger what the tables already have. A new file at every start and
 * every 16 MiB, so that no place ever names two different entries, not even on a disk that lies about what it has.
 */
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  writeSync,
} from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '#base/fault.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { Ledger, LedgerBatch, LedgerPlace, LedgerReader } from '#ports/ledger.ts';
import type { Log } from '#ports/log.ts';
import type { Metrics } from '#ports/metrics.ts';
import { encodeLine } from './ledger-line.ts';
import { LedgerMedium, syncFile, type SyncFile } from './ledger-medium.ts';
import { readLines } from './ledger-reading.ts';
import { nodeOf } from './node-id.ts';

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
  /** fdatasync unless told. */
  readonly syncFile?: SyncFile;
}

/** What stays although it is projected: enough to look into yesterday's trouble. */
const keptFull = 3;
/** However small they are: every start begins one. */
const keptFiles = 64;
const ending = '.ldg';
const nameOf = (index: number): string => `${String(index).padStart(12, '0')}${ending}`;
const indexOf = (file: string): number => Number(file.slice(0, -ending.length));

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
  readonly #medium: LedgerMedium;
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
      syncFile,
      ...options,
    };
    this.#medium = new LedgerMedium(options.folder, this.#options.syncFile);
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

  /** Calls or recordings have no end yet. */
  get hasOpen(): boolean {
    return this.#open.size > 0;
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
    await this.#medium.sync();
    const end = this.#medium.synced;
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
      const endOffset = index === end.index ? end.size : (this.#sizes.get(index) ?? 0);
      const lines = await this.#readLines(index, byteOffset, {
        maxEntries: maxEntries - entries.length,
        endOffset,
      });
      for (const entry of lines.entries) entries.push(entry);
      damaged += lines.damaged;
      byteOffset = lines.byteOffset;
      if (entries.length >= maxEntries || index >= end.index) break;
      index++;
      byteOffset = 0;
    }
    const atEnd = index >= end.index && byteOffset >= end.size;
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
    const limit = Math.min(indexOf(upTo.file), this.#firstKept(), ...this.#open.values());
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
      await this.#medium.sync();
    } finally {
      this.#medium.close();
    }
  }

  #firstKept(): number {
    let bytes = 0;
    let kept = this.#index;
    for (const index of [...this.#sizes.keys()].sort((a, b) => b - a)) {
      if (bytes >= keptFull * this.#options.fileBytes || this.#index - index >= keptFiles) break;
      bytes += this.#sizes.get(index) ?? 0;
      kept = index;
    }
    return kept;
  }

  async #recover(): Promise<void> {
    const { folder } = this.#options;
    const names = readdirSync(folder)
      .filter((name) => /^\d{12}\.ldg$/.test(name))
      .sort();
    for (const name of names) this.#sizes.set(indexOf(name), statSync(join(folder, name)).size);
    this.#index = names.length > 0 ? indexOf(names.at(-1) ?? '') : 0;
    for (const index of [...this.#sizes.keys()]) {
      await this.#learn(index);
      await this.#settle(index);
    }
    this.#begin(this.#index + 1);
    await this.#medium.sync();
  }

  /** What an earlier life left in the page cache goes to the medium before anybody reads it. */
  async #settle(index: number): Promise<void> {
    const fd = openSync(join(this.#options.folder, nameOf(index)), 'r+');
    try {
      // A torn tail is an append that never returned.
      ftruncateSync(fd, this.#sizes.get(index) ?? 0);
      await this.#options.syncFile(fd);
    } finally {
      closeSync(fd);
    }
  }

  async #learn(index: number): Promise<void> {
    const endOffset = this.#sizes.get(index) ?? 0;
    const lines = await this.#readLines(index, 0, { maxEntries: Infinity, endOffset });
    for (const entry of lines.entries) this.#follow(entry, index);
    this.#sizes.set(index, lines.byteOffset);
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

  #begin(index: number): void {
    this.#fd = openSync(join(this.#options.folder, nameOf(index)), 'wx', 0o600);
    this.#index = index;
    this.#sizes.set(index, 0);
    this.#medium.begin(index, this.#fd);
  }

  #write(line: Buffer): void {
    const size = this.#sizes.get(this.#index) ?? 0;
    if (size >= this.#options.fileBytes) this.#begin(this.#index + 1);
    const at = this.#sizes.get(this.#index) ?? 0;
    // At an explicit place: what a refused write left there in part is overwritten by the next try.
    let written = 0;
    while (written < line.length)
      written += writeSync(this.#fd, line, written, line.length - written, at + written);
    this.#sizes.set(this.#index, at + line.length);
    this.#medium.wrote(at + line.length);
    this.#syncTimer ??= setTimeout(() => this.#sync(), this.#options.syncMs);
  }

  #sync(): void {
    this.#syncTimer = undefined;
    if (this.#closed) return;
    this.#medium.sync().catch((thrown: unknown) => this.#report('ledger.sync-failed', thrown));
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
