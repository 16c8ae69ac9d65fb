/** A call centre to try, and a phone that rings it: what the first steps of the console ask for. */
import type { Result } from '#base/result.ts';
import type { TenantId } from '#core/ids.ts';

/** A ready call centre: one trunk on this machine, one number, one queue, one agent; inbound recording is on. */
export interface TryOut {
  readonly number: string;
  readonly trunk: { readonly host: string; readonly port: number };
  readonly queueId: string;
  readonly agent: {
    readonly id: string;
    readonly sipUsername: string;
    /** New each time, because only its seal is kept. */
    readonly sipPassword: string;
  };
}

export interface TryOutDesk {
  /**
   * Makes what is missing of the try-out centre in this tenant. Idempotent but for the agent's SIP password, which is set anew.
   *
   * @throws {Fault} `try-out/refused` when a name or address it needs belongs to something else
   */
  make(tenantId: TenantId): Promise<TryOut>;
  /** Rings the try-out number from the built-in phone; answers as soon as it rings there, and talks for a few seconds by itself. */
  call(tenantId: TenantId): Promise<Result<TryOutCall, TryOutCallRefusal>>;
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
  /** @param order.from the address that the try-out trunk allows */
  call(order: {
    readonly number: string;
    readonly from: TryOut['trunk'];
  }): Promise<Result<TryOutCall, TryOutCallRefusal>>;
  /** Hangs up. Idempotent. */
  close(): Promise<void>;
}
