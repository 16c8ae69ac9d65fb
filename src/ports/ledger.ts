import type { LedgerEntry } from '#core/call/ledger-entry.ts';

/**
 * The node's own append-only account of its calls. Never waits for a database; survives `kill -9` because `append` has written to the
 * file when it returns (power loss is bounded by the periodic fdatasync of the implementation).
 */
export interface Ledger {
  /**
   * @throws {Fault} `ledger/unwritable` when the disk refuses; the call goes on and the implementation keeps the entry in a bounded
   * memory queue, alarms, and writes it as soon as the disk lets it
   */
  append(entry: LedgerEntry): void;
}
