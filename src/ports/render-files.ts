/** Files in the making, on the thread that makes them: written front to back, only the head once more at the end. */
export interface RenderFiles {
  /**
   * Creates or empties the file, mode 0600; its folder exists already.
   *
   * @throws {Fault} `disk/full`, `disk/read-only`, `disk/io`, as every method of the file
   */
  create(path: string): RenderFile;
}

export interface RenderFile {
  /** The bytes may be used again when it returns. */
  append(bytes: Uint8Array): void;
  /** Replaces what lies at `offset`; the file does not grow. */
  rewrite(offset: number, bytes: Uint8Array): void;
  /** Reads back into `target` from `offset` on; @returns how many bytes there were */
  read(offset: number, target: Uint8Array): number;
  /** Hashes the whole file and closes it. Not synced: it is a copy in the making, the object store syncs the finished one. */
  finish(): { readonly sizeBytes: number; readonly sha256: string };
  /** Closes and removes it. Idempotent, and harmless after `finish` (then the file stays). */
  discard(): void;
}

/** Where the files of one attempt lie until the object store has them. */
export interface RenderFolders {
  /** A new empty folder; what killed attempts left is swept when the process starts. */
  open(): Promise<RenderFolder>;
}

export interface RenderFolder {
  /** Absolute. */
  pathOf(file: string): string;
  read(file: string): AsyncIterable<Uint8Array>;
  /** Removes the folder with what is in it. Idempotent. */
  remove(): Promise<void>;
}
