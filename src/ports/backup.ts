/** A copy of everything the installation keeps, from which another one goes on. */
import type { Result } from '#base/result.ts';

export interface BackupFacts {
  readonly files: number;
  readonly sizeBytes: number;
}

export interface BackupMaker {
  /**
   * Writes database, ledger, journals, objects and secrets into a folder that is made for it; calls go on meanwhile. What is written
   * while it runs may or may not be in it. A backup that is broken off leaves no folder of that name.
   *
   * @param to absolute path of a folder that does not exist or is empty
   * @returns the reason, one sentence, when it cannot be made
   * @throws {Fault} `disk/…`, `database/…`
   */
  make(to: string): Promise<Result<BackupFacts, string>>;
}
