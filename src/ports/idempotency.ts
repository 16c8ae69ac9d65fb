/** Answers to writes that carried an `Idempotency-Key`, so that a repeated request is answered without being done again. */
import type { TenantId } from '#core/ids.ts';

export interface IdempotencyRows {
  /**
   * Takes the key for a request, or says what stands under it. A key whose first request never ended is free again after a minute.
   *
   * @returns null when it was free and is now taken
   */
  claim(order: IdempotencyClaim): Promise<IdempotencyEntry | null>;
  finish(answer: IdempotencyAnswer): Promise<void>;
  /** The request failed for a reason that is ours: the next one may try. */
  release(actorId: string, key: string): Promise<void>;
}

export interface IdempotencyClaim {
  readonly actorId: string;
  readonly key: string;
  readonly tenantId: TenantId;
  readonly method: string;
  readonly path: string;
  readonly requestHash: string;
  readonly at: Date;
}

export interface IdempotencyAnswer {
  readonly actorId: string;
  readonly key: string;
  readonly status: number;
  readonly response: string;
  /** In place of the one it was claimed with: of what was read only while the request was answered. */
  readonly requestHash?: string;
}

export interface IdempotencyEntry {
  readonly method: string;
  readonly path: string;
  readonly requestHash: string;
  /** Null while the first request is still being answered. */
  readonly status: number | null;
  readonly response: string | null;
}
