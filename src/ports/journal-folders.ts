import type { CallId } from '#core/ids.ts';

/** Where the journals of a call lie on this node. */
export interface JournalFolders {
  /**
   * Makes the folder of a call, mode 0700; idempotent. Quick enough for the moment of answering: one directory, nothing synced.
   *
   * @throws {Fault} `disk/full`, `disk/read-only` or `disk/io`
   */
  make(callId: CallId): { readonly absolute: string; readonly relativeToData: string };
}
