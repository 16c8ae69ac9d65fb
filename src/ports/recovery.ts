/** What recovery asks of the disk and of the tables. */
import type { JournalFacts } from '#audio/container/journal-format.ts';
import type { CallId, RecordingId } from '#core/ids.ts';
import type { TrackSummary } from '#core/recording/marks.ts';

export interface JournalFolder {
  /** Calls that have a folder of journals. */
  callIds(): Promise<readonly string[]>;
  /** Paths of a call's journals, relative to the data folder as the ledger has them. */
  journalsOf(callId: string): Promise<readonly string[]>;
  /**
   * Reads the header, and opens its key, without any audio.
   *
   * @param path relative to the data folder
   * @throws {Fault} as `salvage`
   */
  facts(path: string): Promise<JournalFacts>;
  /**
   * Makes the journal complete again: cut behind its last whole block, `end: salvaged` appended. Repeatable.
   *
   * @param path relative to the data folder
   * @throws {Fault} `journal/missing`, `journal/unreadable`, `secrets/wrong-master-key`, `secrets/damaged`, `disk/…`
   */
  salvage(path: string): Promise<{
    readonly facts: JournalFacts;
    readonly summary: TrackSummary;
    readonly cutBytes: number;
    /** False: it was complete already. */
    readonly changed: boolean;
  }>;
}

export interface RecoveryRows {
  /** Those of `callIds` that no row knows. */
  unknownCalls(callIds: readonly string[]): Promise<readonly CallId[]>;
  /** Recordings whose journals are sealed and that have no file yet. */
  sealedRecordings(): Promise<readonly RecordingId[]>;
}
