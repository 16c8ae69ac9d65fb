/** What the dialler asks of the calls: dial one number for a task, and tell what became of it. Live implements it, main hands it over. */
import type { Result } from '#base/result.ts';
import type { EndStatus } from '#core/call/end-status.ts';
import type { AgentId, CallId, QueueId, TenantId } from '#core/ids.ts';

export interface TaskCallOrder {
  /** Of the attempt's row, which is committed already: the ledger names the call by it. */
  readonly callId: CallId;
  readonly tenantId: TenantId;
  /** E.164. */
  readonly to: string;
  /** Picks the trunk; must be one of a trunk's numbers. */
  readonly callerNumber: string;
  readonly ringSeconds: number;
  readonly message: TaskMessage;
  /** Puts the number on the do-not-call list; null = no key does. */
  readonly optOutKey: string | null;
  /** Null = play the message at once, to everybody who answers. */
  readonly queueId: QueueId | null;
}

/** Prepared audio; see `PlaySource` of kind `prompt`. */
export interface TaskMessage {
  readonly promptName: string;
  readonly durationMs: number;
}

/** In this order; `ended` exactly once and last. */
export type TaskCallEvent =
  | { readonly kind: 'answered'; readonly atMs: number }
  /** An agent talks to the person, `afterMs` after the answer. */
  | { readonly kind: 'agent'; readonly agentId: AgentId; readonly afterMs: number }
  | { readonly kind: 'optedOut' }
  | { readonly kind: 'ended'; readonly outcome: TaskCallOutcome };

export interface TaskCallOutcome {
  readonly endStatus: EndStatus;
  readonly endedAtMs: number;
  /** Null when the message was not begun. */
  readonly playedMs: number | null;
  readonly playCompleted: boolean;
}

export type TaskCallRefusal =
  | 'unknown-tenant'
  | 'unknown-queue'
  | 'invalid-number'
  | 'emergency-number'
  | 'prefix-not-allowed'
  | 'no-trunk'
  /** The node takes no more calls now. */
  | 'no-capacity';

/** Agents of a queue as they are now. */
export interface QueueSeats {
  readonly free: number;
  /** On a call, being rung, or wrapping up, and ready for the next one after it. */
  readonly busy: number;
}

export interface CallPlacer {
  /**
   * Dials. The ledger has its entry before the INVITE leaves. A refused order leaves no trace anywhere.
   *
   * @param listener called in the call's turns, never before `place` returns
   */
  place(
    order: TaskCallOrder,
    listener: (event: TaskCallEvent) => void,
  ): Result<null, TaskCallRefusal>;
  /** Ends the call; `ended` follows. Idempotent, and nothing for a call that is gone. */
  hangUp(callId: CallId): void;
  seats(queueId: QueueId): QueueSeats;
}
