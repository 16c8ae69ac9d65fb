/** The processes that hold calls, as the shared tables know them: each has a ledger and journals on a disk of its own. */
import type { CallId, TenantId } from '#core/ids.ts';

export interface NodeView {
  readonly node: string;
  /** Null: it never said that it is there. */
  readonly seenAtMs: number | null;
  /** Calls whose outcome is open. */
  readonly openCalls: number;
}

export interface RetiredCall {
  readonly id: CallId;
  readonly tenantId: TenantId;
}

export interface NodeRows {
  /** Whoever was seen or has open calls, the last one seen first. */
  list(): Promise<readonly NodeView[]>;
  /**
   * Ends the node's open calls at the time it was last seen, fails the recordings whose audio only it has, and forgets it. Should it return all
   * the same, what its journals hold still makes recordings of them.
   *
   * @returns the calls that have another end or outcome now
   */
  retire(node: string, nowMs: number): Promise<readonly RetiredCall[]>;
  /**
   * The node is here after all: recordings whose journals had been sealed before it was given up wait for their files again. Idempotent.
   *
   * @returns the calls whose outcome is open again
   */
  takeBack(node: string): Promise<readonly RetiredCall[]>;
}
