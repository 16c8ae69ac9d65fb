/** What finalising and recovery need of a journal on disk: its facts, then its records in order, memory bounded. */
import type { JournalFacts } from '#audio/container/journal-format.ts';
import type { JournalRecord, ReadingEnd } from '#audio/container/journal-reader.ts';

export interface JournalSource {
  /**
   * @param path absolute
   * @throws {Fault} `journal/missing`, `journal/unreadable` (facts: which rule the header breaks), `secrets/wrong-master-key`,
   * `disk/io`
   */
  open(path: string): Promise<JournalReading>;
}

export interface JournalReading {
  readonly facts: JournalFacts;
  /** Once, every whole block; damage is stepped over. Closes the file when the loop is left in any way. */
  records(): AsyncIterable<JournalRecord>;
  /** Where reading stopped, and what was damaged; only after `records` is through. */
  end(): ReadingEnd;
  /** For a caller that never starts `records`. Idempotent. */
  close(): Promise<void>;
}
