/**
 * Where finished files lie: renditions, peaks, assets, messages. A key is a path of safe segments (`recordings/t1/…/call-1-1-mixed.mp3`);
 * what is under it is whole or absent, never half written. Every implementation passes `tests/contracts/object-store.ts`.
 */
import type { Result } from '#base/result.ts';

export interface ObjectStore {
  /**
   * Stores `body` under `key`, replacing what was there, in one step: a reader sees the old object or the new one. When it returns, the
   * object survives a power cut. When `body` throws, nothing has changed.
   *
   * @throws {Fault} `object-store/invalid-key`; `disk/full`, `disk/read-only`, `disk/io` of the local implementation
   */
  put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<ObjectFacts>;
  /**
   * @param range bytes, both ends included, as HTTP has them; without `last` up to the end; `last` beyond the end is cut to it
   * @returns `unknown-object`, or `range-not-satisfiable` when `first` lies beyond the end
   */
  get(
    key: string,
    range?: ByteRange,
  ): Promise<Result<StoredObject, 'unknown-object' | 'range-not-satisfiable'>>;
  /** Null when there is no such object. */
  head(key: string): Promise<ObjectFacts | null>;
  /** Idempotent: an absent object is deleted already. */
  delete(key: string): Promise<void>;
  /** Every object whose key begins with `prefix`, in order of key. */
  list(prefix: string): AsyncIterable<ObjectFacts>;
}

export interface ByteRange {
  readonly first: number;
  readonly last?: number;
}

export interface ObjectFacts {
  readonly key: string;
  readonly sizeBytes: number;
  /** Wall clock, milliseconds. */
  readonly storedAtMs: number;
}

export interface StoredObject {
  /** Of the whole object. */
  readonly facts: ObjectFacts;
  /** What `body` holds, both ends included; for an empty object `last` is −1. */
  readonly range: { readonly first: number; readonly last: number };
  /** To be read to its end or returned early; either closes what lies behind it. */
  readonly body: AsyncIterable<Uint8Array>;
}
