import type { Directory } from '#core/directory.ts';

/** The settings in memory: `current` never waits. Implemented by durable, which replaces the value after each change. */
export interface DirectorySource {
  current(): Directory;
  /** @returns a function that ends the subscription; idempotent */
  onChange(listener: (directory: Directory) => void): () => void;
}
