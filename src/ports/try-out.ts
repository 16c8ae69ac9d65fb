/** A call centre to try, and a phone that rings it: what the first steps of the console ask for. */
import type { Result } from '#base/result.ts';
import type { AgentId, NumberId, TenantId } from '#core/ids.ts';
import type { Principal, Refusal } from './administration.ts';

/** A ready call centre: one trunk on this machine, one number, one queue, one agent; inbound recording is on. All of its own. */
export interface TryOut {
  readonly number: string;
  readonly trunk: { readonly host: string; readonly port: number };
  readonly queueId: string;
  readonly agent: {
    readonly id: string;
    readonly sipUsername: string;
    /** Null when the agent was there before and keeps theirs, which nobody can see. */
    readonly sipPassword: string | null;
  };
}

export interface TryOutDesk {
  /**
   * Makes what is missing of the try-out centre in this tenant. Idempotent: the agent it made before keeps the SIP password.
   *
   * @throws {Fault} `try-out/refused` when an address it needs belongs to something else; nothing is left half made
   */
  make(tenantId: TenantId): Promise<TryOut>;
  /** Rings the try-out number from the built-in phone; answers as soon as it rings there, and talks for a few seconds by itself. */
  call(tenantId: TenantId): Promise<Result<TryOutCall, TryOutCallRefusal>>;
}

/** `Call me`: a customer on a built-in phone of this machine rings a number of the tenant. Real in every step, and nobody pays for it. */
export interface TestCalls {
  /**
   * Answers as soon as it rings. Makes the trunk that the built-in phone calls from when the tenant has none, and moves it to another port
   * when a program has that one.
   *
   * @returns `api/not-found`, `try-out/agent-elsewhere`, or what `TryOutCallRefusal` says
   */
  ring(who: Principal, order: TestCallOrder): Promise<Result<TryOutCall, Refusal>>;
}

export interface TestCallOrder {
  readonly numberId: NumberId;
  readonly agentId: AgentId;
  /** The agent has no phone at hand: a built-in one registers as them for this call, answers it and talks. */
  readonly onBuiltInPhone: boolean;
}

export interface TryOutCall {
  readonly number: string;
  /** By which the call and its recording are found. */
  readonly callerNumber: string;
}

export interface TryOutCallRefusal {
  /** `not-made`: this tenant has no try-out centre; `busy`: the built-in phone is in a call; `not-answered`: the server refused. */
  readonly why: 'not-made' | 'busy' | 'port-taken' | 'not-answered';
  readonly detail: string;
}

/** The built-in phone of a customer. */
export interface TryOutCaller {
  /**
   * Waits a moment for a port that is just being let go.
   *
   * @param order.from the address that the try-out trunk allows
   * @param order.agent who answers on a second built-in phone; absent = somebody on a phone of their own
   */
  call(order: {
    readonly number: string;
    readonly from: TryOut['trunk'];
    readonly agent?: SipAccount;
  }): Promise<Result<TryOutCall, TryOutCallRefusal>>;
  /** Hangs up. Idempotent. */
  close(): Promise<void>;
}

/** A pair of built-in phones that hold one call after the other. */
export interface SampleCaller {
  /** As `TryOutCaller.call`, from this number and with so many sentences of the conversation. */
  call(order: {
    readonly number: string;
    readonly from: TryOut['trunk'];
    readonly agent: SipAccount;
    readonly callerNumber: string;
    readonly sentences: number;
  }): Promise<Result<TryOutCall, TryOutCallRefusal>>;
  /** When the call is over and the phones are put away. Never rejects. */
  untilOver(): Promise<void>;
  /** Hangs up. Idempotent. */
  close(): Promise<void>;
}

export interface SipAccount {
  readonly sipUsername: string;
  readonly sipPassword: string;
}
