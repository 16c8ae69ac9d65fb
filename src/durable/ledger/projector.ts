/**
 * Follows the node's ledger and brings the tables up to it, batch by batch. Goes on for ever: while the database is away it waits
 * with a growing pause, and calls do not notice.
 */
import { asFault, Fault } from '#base/fault.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { Alarms } from '#ports/alarms.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { AppliedChanges, LedgerTables } from '#ports/ledger-tables.ts';
import type { LedgerBatch, LedgerPlace, LedgerReader } from '#ports/ledger.ts';
import type { Log } from '#ports/log.ts';
import type { Metrics } from '#ports/metrics.ts';
import { CaptureAlarm } from './capture-alarm.ts';
import { foldEntries } from './fold.ts';

export interface ProjectorOptions {
  readonly ledger: LedgerReader;
  readonly tables: LedgerTables;
  readonly changes: ChangeFeed;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Entries in one transaction at most; 2,000 unless told. */
  readonly maxBatch?: number;
  /** After something was appended, what follows within this time goes into the same transaction; 25 ms unless told. */
  readonly gatherMs?: number;
  /** Pause after a failure, doubled up to 20 times itself; 250 ms unless told. */
  readonly retryMs?: number;
}

export interface Projector {
  /** Up to where everything is in the tables; null before the first batch. */
  readonly place: LedgerPlace | null;
  /** Resolves once everything appended before this call is in the tables. */
  settled(): Promise<void>;
  /** Ends after the batch that is being written. Idempotent. */
  close(): Promise<void>;
}

/** Entries in one transaction. */
const defaultBatch = 2000;

class LedgerProjector implements Projector {
  readonly #options: ProjectorOptions;
  readonly #running: Promise<void>;
  readonly #unsubscribe: () => void;
  readonly #waiting = new Set<() => void>();
  readonly #lag;
  readonly #batches;
  readonly #captureAlarm: CaptureAlarm;
  readonly #refused;
  /** Entries in the next transaction at most: fewer while one that the tables refuse is looked for. */
  #limit: number;
  #place: LedgerPlace | null = null;
  #started = false;
  #closed = false;
  #appended = true;
  #failures = 0;
  #wake: (() => void) | undefined;

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#lag = options.metrics.gauge(
      'callreel_ledger_lag_bytes',
      'Bytes of the ledger that are not in the tables yet; growing while the database is away',
    );
    this.#batches = options.metrics.counter(
      'callreel_ledger_batches_total',
      'Batches of the ledger projected, by result',
      ['result'],
    );
    this.#refused = options.metrics.counter(
      'callreel_ledger_refused_total',
      'Entries of the ledger that the tables refuse and that were set aside',
    );
    this.#limit = options.maxBatch ?? defaultBatch;
    this.#captureAlarm = new CaptureAlarm(options.alarms, options.ledger.node);
    this.#unsubscribe = options.ledger.onAppend(() => this.#awaken());
    this.#running = this.#run();
  }

  get place(): LedgerPlace | null {
    return this.#place;
  }

  async settled(): Promise<void> {
    while (!this.#closed && (!this.#started || this.#options.ledger.lagBytes(this.#place) > 0))
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    this.#awaken();
    await this.#running;
    this.#tellWaiting();
  }

  #awaken(): void {
    this.#appended = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#step();
        this.#failures = 0;
      } catch (thrown) {
        await this.#failed(thrown);
      }
    }
  }

  async #step(): Promise<void> {
    const { ledger, tables, maxBatch = defaultBatch } = this.#options;
    if (!this.#started) {
      this.#place = await tables.place(ledger.node);
      this.#started = true;
    }
    this.#appended = false;
    const batch = await this.#read(this.#limit);
    // Each start begins a file: the place follows into it also when nobody called, else the file it names would be pruned.
    const isBehind = this.#place !== null && this.#place.file !== batch.next.file;
    if (batch.entries.length > 0 || batch.damaged > 0 || isBehind)
      await this.#projectOrNarrow(batch);
    this.#limit = Math.min(maxBatch, this.#limit * 2);
    this.#lag.set(ledger.lagBytes(this.#place));
    this.#tellWaiting();
    if (!batch.atEnd) return;
    await ledger.prune(this.#place ?? batch.next);
    await this.#idle();
    await this.#pause(this.#options.gatherMs ?? 25);
  }

  async #read(maxBatch: number): Promise<LedgerBatch> {
    const { ledger, alarms } = this.#options;
    try {
      return await ledger.read(this.#place, maxBatch);
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== 'ledger/lost') throw thrown;
      // The tables know more of the ledger than the disk does. Reading all of what is left does no harm: what stands already stays.
      await this.#raise(alarms, 'ledger/lost', 'Ledger files that were not projected are gone', {
        place: this.#place,
      });
      const batch = await ledger.read(null, maxBatch);
      return batch;
    }
  }

  /** What is refused for good is looked for by halves, and the one entry is set aside. */
  async #projectOrNarrow(batch: LedgerBatch): Promise<void> {
    try {
      await this.#project(batch);
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== 'ledger/refused') throw thrown;
      const [entry, ...others] = batch.entries;
      if (entry !== undefined && others.length === 0 && this.#limit === 1)
        await this.#setAside(entry, batch.next, thrown.message);
      else {
        this.#limit = Math.max(1, Math.floor(batch.entries.length / 2));
        throw thrown;
      }
    }
  }

  async #setAside(entry: LedgerEntry, next: LedgerPlace, reason: string): Promise<void> {
    const { ledger, tables, alarms } = this.#options;
    await tables.setAside({ node: ledger.node, from: this.#place, next, entry, reason });
    this.#place = next;
    this.#refused.add();
    await this.#raise(
      alarms,
      'ledger/refused',
      'Entries of the ledger cannot be written into the tables and were set aside',
      { callId: entry.callId, entry: entry.kind, reason },
    );
  }

  async #project(batch: LedgerBatch): Promise<void> {
    const { ledger, tables, alarms } = this.#options;
    const changes = foldEntries(batch.entries);
    const applied = await tables.apply({
      node: ledger.node,
      from: this.#place,
      next: batch.next,
      changes,
    });
    this.#place = batch.next;
    this.#batches.add(1, { result: 'written' });
    this.#publish(applied);
    await this.#captureAlarm.take(batch.entries);
    if (batch.damaged > 0)
      await this.#raise(
        alarms,
        'ledger/damaged',
        'Lines of the ledger are damaged and were skipped',
        { lines: batch.damaged },
      );
    if (applied.strangers.length > 0)
      await this.#raise(
        alarms,
        'ledger/unknown-tenant',
        'Calls of a tenant that does not exist are in the ledger only',
        { calls: applied.strangers },
      );
  }

  async #raise(
    alarms: Alarms,
    kind: string,
    message: string,
    facts: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    this.#options.log.error(kind, facts);
    await alarms.raise({
      tenantId: null,
      kind,
      subjectId: this.#options.ledger.node,
      message,
      facts,
    });
  }

  #publish({ calls, recordings }: AppliedChanges): void {
    const { changes } = this.#options;
    for (const { id, tenantId } of calls) changes.publish({ tenantId, topic: 'calls', id });
    for (const { id, tenantId } of recordings)
      changes.publish({ tenantId, topic: 'recordings', id });
  }

  async #failed(thrown: unknown): Promise<void> {
    const { log, retryMs = 250 } = this.#options;
    const fault = asFault(thrown, 'ledger/projection');
    this.#batches.add(1, { result: 'failed' });
    if (fault.code === 'ledger/moved') this.#started = false; // look again where it stands
    if (fault.code === 'ledger/refused') return; // to wait helps nobody; the next batch is a smaller one
    // The first failure of a row is told, and then every tenth: an outage of an hour is not a thousand lines.
    if (this.#failures % 10 === 0)
      log.error('ledger.projection-failed', {
        code: fault.code,
        reason: fault.message,
        failures: this.#failures + 1,
      });
    this.#failures++;
    this.#lag.set(this.#options.ledger.lagBytes(this.#place));
    await this.#pause(Math.min(retryMs * 2 ** Math.min(this.#failures - 1, 10), retryMs * 20));
  }

  /** Until something is appended. */
  async #idle(): Promise<void> {
    if (this.#appended || this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  async #pause(delayMs: number): Promise<void> {
    if (this.#closed) return;
    let timer: Timer | undefined;
    await new Promise<void>((resolve) => {
      timer = this.#options.clock.setTimer(delayMs, resolve);
      this.#wake = () => {
        if (this.#closed) resolve(); // an append does not make the database come back sooner
      };
    });
    timer?.cancel();
    this.#wake = undefined;
  }

  #tellWaiting(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

export const startProjector = (options: ProjectorOptions): Projector =>
  new LedgerProjector(options);
