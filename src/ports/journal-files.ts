/** What capture needs of the disk: files that only grow. */
import type { BlockCipher } from '#audio/container/journal-format.ts';

export interface JournalFiles {
  /**
   * Creates a journal with mode 0600; its folder exists already.
   *
   * @throws {Fault} `disk/exists` when the file is there, else as `append`
   */
  create(path: string): JournalFile;
}

export interface JournalFile {
  /**
   * Has written all bytes to the file when it returns (page cache: survives `kill -9`, not power loss).
   *
   * @throws {Fault} `disk/full`, `disk/read-only` or `disk/io`; what was written in part is cut by salvage
   */
  append(bytes: Uint8Array): void;
  /** Puts what was appended on the medium before the file is closed; once, after the last `append`. */
  close(): Promise<void>;
}

/**
 * AES-256-GCM under a key of the track's own, derived from the recording's key and the file header: the tracks of a recording share
 * its key but never a nonce, and an altered header opens no block.
 *
 * @param key 32 bytes: the recording's
 * @param header the whole file header as it lies in the file
 */
export type MakeBlockCipher = (key: Uint8Array, header: Uint8Array) => BlockCipher;
