/** What the API asks of the calls that are up now. Every answer is scoped to one tenant. */
import type { AwayReason } from '#core/routing/agent-presence.ts';
import type { Result } from '#base/result.ts';
import type { CallType } from '#core/call/ledger-entry.ts';
import type { AgentId, CallId, QueueId, TenantId, TrunkId } from '#core/ids.ts';

export interface LiveCalls {
  /** False where the calls are up in another process: nothing is seen, and every act throws the Fault `call/other-process`. */
  readonly isHere?: boolean;
  list(tenantId: TenantId): readonly LiveCall[];
  find(tenantId: TenantId, callId: CallId): LiveCall | undefined;
  act(
    tenantId: TenantId,
    callId: CallId,
    action: CallAction,
  ): Promise<Result<LiveCall, CallActionRefusal>>;
  /** Rings the agent's phone, then dials `to` by the trunk of the caller number (click-to-call). */
  place(order: PlaceCallOrder): Promise<Result<CallId, PlaceCallRefusal>>;
  /**
   * Somebody listens to a call in silence until they or the call stop. Nobody on the call hears or counts them, and nothing of it is
   * recorded. What may not be captured is silence.
   *
   * @returns a function that ends it; idempotent, and `ended` does not follow
   */
  listen(order: ListenOrder, listener: CallListener): Result<() => void, ListenRefusal>;
  /** Whether the peers of the tenant's trunks are there, as far as this process knows. */
  trunkStates(tenantId: TenantId): readonly TrunkState[];
  /** Dials a number by this very trunk, beeps at whoever answers and hangs up. Nobody talks, so nothing is recorded. */
  testTrunk(order: TestTrunkOrder): Promise<Result<TestTrunkOutcome, TestTrunkRefusal>>;
  agentStates(tenantId: TenantId): readonly LiveAgent[];
  setAgentState(
    tenantId: TenantId,
    agentId: AgentId,
    state: SettableAgentState,
  ): Result<LiveAgent, 'unknown-agent' | 'in-call'>;
}

export interface LiveCall {
  readonly callId: CallId;
  readonly callType: CallType;
  readonly caller: string;
  readonly callee: string;
  readonly queueId: QueueId | null;
  readonly startedAtMs: number;
  /** Came into the queue; null before that, absent where it is not known. */
  readonly queuedAtMs?: number | null;
  readonly answeredAtMs: number | null;
  /** Call states of spec §11.1 that exist so far. */
  readonly state: 'queued' | 'connecting' | 'connected' | 'on_hold' | 'ended';
  readonly capture: 'recording' | 'paused' | 'stopped' | null;
  readonly agentIds: readonly AgentId[];
  /** Who listens in silence; absent = nobody. */
  readonly listeners?: readonly LiveListener[];
}

export interface LiveListener {
  readonly name: string;
  readonly sinceMs: number;
}

export interface ListenOrder {
  readonly tenantId: TenantId;
  readonly callId: CallId;
  /** As others are told who listens. */
  readonly name: string;
}

/** Must not throw and must not wait: the call goes on meanwhile. */
export interface CallListener {
  /** 100 ms: samples of 16 bits in network byte order at 8,000 Hz, left and right in turn. Shared with others: not to be changed. */
  audio(chunk: Uint8Array): void;
  /** The call is over. Last. */
  ended(): void;
}

export type ListenRefusal =
  | 'unknown-call'
  /** Nobody talks to anybody yet, or any more. */
  | 'not-connected'
  | 'too-many-on-call'
  | 'too-many-here';

export type CallAction = { readonly action: 'hang-up' | 'hold' | 'unhold' };
export type CallActionRefusal = 'unknown-call' | 'not-connected' | 'already-so';

export interface PlaceCallOrder {
  readonly tenantId: TenantId;
  readonly agentId: AgentId;
  readonly to: string;
  readonly callerNumber?: string;
}
export type PlaceCallRefusal =
  | 'unknown-agent'
  | 'agent-not-registered'
  | 'agent-busy'
  | 'invalid-number'
  | 'prefix-not-allowed'
  | 'no-trunk'
  /** The node takes no more calls now. */
  | 'no-capacity';

export interface TrunkState {
  readonly trunkId: TrunkId;
  /** `unreachable`: no answer to OPTIONS, or 503. `unknown`: not asked yet, or nobody is asked. */
  readonly state: 'reachable' | 'unreachable' | 'unknown';
  /** In this state since then, in wall milliseconds; null while unknown. */
  readonly sinceMs: number | null;
  /** The last answer of any kind; null when there was none since the start. */
  readonly answeredAtMs: number | null;
  /** SIP status of the answer to the last question; null without one. */
  readonly status: number | null;
  readonly roundTripMs: number | null;
}

export interface TestTrunkOrder {
  readonly tenantId: TenantId;
  readonly trunkId: TrunkId;
  readonly to: string;
}

export interface TestTrunkOutcome {
  /** `no-media`: we have no port for it, or the answer describes no sound that we know. */
  readonly result: 'answered' | 'refused' | 'no-answer' | 'unreachable' | 'no-media';
  /** As it was dialled and presented. */
  readonly number: string;
  readonly callerNumber: string;
  /** Final SIP status; null without one. */
  readonly status: number | null;
  /** Reason phrase of a refusal, or what was wrong. */
  readonly reason: string;
  readonly ringingAfterMs: number | null;
  readonly answeredAfterMs: number | null;
  /** After the answer: no packet, packets of silence, or sound. Null when it was not answered. */
  readonly heard: 'nothing' | 'silence' | 'sound' | null;
  readonly tookMs: number;
}

export type TestTrunkRefusal =
  | 'unknown-trunk'
  | 'invalid-number'
  | 'prefix-not-allowed'
  /** Nobody rings an emergency number to see whether it works. */
  | 'emergency-number'
  /** Of test calls lately in this tenant. */
  | 'too-many'
  | 'no-capacity';

export type SettableAgentState = 'available' | 'unavailable';

export interface LiveAgent {
  readonly agentId: AgentId;
  readonly state: 'unavailable' | 'available' | 'onCall' | 'wrapUp';
  readonly registeredContacts: number;
  /** Since when the state stands; by choice or for a missed call, since that. In wall milliseconds. */
  readonly sinceMs: number;
  /** Why the agent is unavailable; null in any other state. */
  readonly awayReason: AwayReason | null;
  /** When the wrap-up ends by itself; null in any other state. */
  readonly wrapUpUntilMs: number | null;
}
