import type { LedgerEntry } from '#core/call/ledger-entry.ts';

/**
 * The node's own append-only account of its calls. Never waits for a database; survives `kill -9` because `append` has written to the
 * file when it returns (power loss is bounded by the periodic fdatasync of the implementation, and by who reads it).
 */
export interface Ledger {
  /**
   * @throws {Fault} `ledger/unwritable` when the disk refuses; the call goes on and the implementation keeps the entry in a bounded
   * memory queue, alarms, and writes it as soon as the disk lets it
   */
  append(entry: LedgerEntry): void;
}

/** A place between two entries. Files are named so that their order is the order of their names. */
export interface LedgerPlace {
  readonly file: string;
  readonly byteOffset: number;
}

export interface LedgerBatch {
  readonly entries: readonly LedgerEntry[];
  /** Just after the last entry. */
  readonly next: LedgerPlace;
  /** Whether that was all that was on the medium when it was read. */
  readonly atEnd: boolean;
  /** Lines on the way that were damaged, and skipped. */
  readonly damaged: number;
}

export interface LedgerReader {
  /** Which node's account it is; kept in the ledger's folder. */
  readonly node: string;
  /**
   * Entries after `from` in the order they were appended, once they are on the medium: whoever keeps what it read, and how far it came,
   * never knows more than the ledger does after a power cut.
   *
   * @param from null = from the oldest that is kept
   * @throws {Fault} `ledger/unreadable` or `ledger/unsynced` (retry later) when the disk refuses; `ledger/lost` when the place is gone
   */
  read(from: LedgerPlace | null, maxEntries: number): Promise<LedgerBatch>;
  /** Bytes between `from` and the end. */
  lagBytes(from: LedgerPlace | null): number;
  /** @returns a function that ends the subscription; idempotent */
  onAppend(listener: () => void): () => void;
  /** Deletes files whose entries are all before `upTo` and belong to calls that have ended; the newest few stay in any case. */
  prune(upTo: LedgerPlace): Promise<void>;
}
