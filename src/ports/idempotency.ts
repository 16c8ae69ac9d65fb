/** Answers to writes that carried an `Idempotency-Key`, so that a repeated request is answered without being done again. */
import type { TenantId } from '#core/ids.ts';

export interface IdempotencyRows {
  /**
   * Takes the key for a request, or says what stands under it. A key whose first request neither ended nor
   * renewed its claim is free again after a minute.
   *
   * @returns null when it was free and is now taken
   */
  claim(order: IdempotencyClaim): Promise<IdempotencyEntry | null>;
  /** The request is still at work. @returns false when the claim is not its own any more */
  renew(claim: IdempotencyClaimRef, at: Date): Promise<boolean>;
  /** Nothing happens when another request has the claim now. */
  finish(answer: IdempotencyAnswer): Promise<void>;
  /** The request failed for a reason that is ours: the next one may try. Nothing happens to another request's claim. */
  release(claim: IdempotencyClaimRef): Promise<void>;
}

export interface IdempotencyClaimRef {
  readonly actorId: string;
  readonly key: string;
  /** Of the one request. */
  readonly claimId: string;
}

export interface IdempotencyClaim extends IdempotencyClaimRef {
  readonly tenantId: TenantId;
  readonly method: string;
  readonly path: string;
  readonly requestHash: string;
  readonly at: Date;
}

export interface IdempotencyAnswer extends IdempotencyClaimRef {
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
