/** The words of the topology machine: what it knows, what it is told, what it asks for. */
import type { AgentId, LegId } from '../ids.ts';
import type { HoldReason } from '../recording/marks.ts';
import type { EndStatus } from './end-status.ts';
import type { CallType } from './ledger-entry.ts';

/** How and why a call ended, as ledger and call record keep it. */
export interface CallEnd {
  readonly endStatus: EndStatus;
  readonly hungUpSide: 'user' | 'seat' | 'system';
  /** One sentence for people. */
  readonly cause: string;
}

/** How a leg ended, as signalling reports it. */
export interface LegEnding {
  readonly by: 'peer' | 'us' | 'network';
  readonly how:
    | 'bye'
    | 'cancel'
    | 'refused'
    | 'no-answer'
    | 'session-expired'
    | 'no-ack'
    | 'transport'
    | 'timeout'
    | 'shutdown';
  /** Final SIP status of a leg that was refused, else null. */
  readonly sipStatus: number | null;
  readonly text: string;
}

/** What one leg's phone hears: other legs, or what we play to it. */
export interface LegSound {
  readonly hears: readonly LegId[];
  readonly plays: 'music' | 'ringback' | null;
}

/** What a leg is to the call; fixed when the leg is made. */
export interface LegFacts {
  readonly id: LegId;
  readonly party: 'customer' | 'agent';
  /** 1 = end user, 2 = first agent, then in order of joining. */
  readonly participant: number;
  readonly agentId: AgentId | null;
  readonly direction: 'in' | 'out';
}

export interface Leg extends LegFacts {
  readonly stage: 'early' | 'ringing' | 'answered';
  readonly hasEarlyMedia: boolean;
  /** Its own phone has put the call on hold. */
  readonly isHolding: boolean;
}

export type Target =
  | { readonly kind: 'queue'; readonly waitingTone: 'ringback' | 'music' }
  /** A predictive task: an agent of the queue at once, else the message. The person has answered and hears nothing meanwhile. */
  | { readonly kind: 'agentOrMessage' }
  /** An automatic task: the message is played once. */
  | { readonly kind: 'message' }
  | { readonly kind: 'leg'; readonly leg: LegFacts }
  | {
      readonly kind: 'refused';
      readonly sipStatus: number;
      readonly end: CallEnd;
    };

export interface Topology {
  readonly phase: 'preparing' | 'waiting' | 'ringing' | 'telling' | 'connected' | 'ended';
  readonly callType: CallType;
  readonly originId: LegId;
  readonly target: Target;
  /** Legs that have not ended. */
  readonly legs: readonly Leg[];
  /** The phone of an agent of the queue was rung in vain: whoever is sent away now was not alone. */
  readonly wasRung: boolean;
  /** Put on hold by order of the console or the API. */
  readonly isHeldByOrder: boolean;
  /** We have sent a 200, or both sides were connected: only then the call owes an outcome (spec decision 13). */
  readonly gotMedia: boolean;
}

export type TopologyEvent =
  /** The offer of an incoming leg can be answered. */
  | { readonly kind: 'legReady'; readonly legId: LegId }
  /** We cannot give this leg media, or make sense of its description. */
  | {
      readonly kind: 'legFailed';
      readonly legId: LegId;
      readonly sipStatus: number;
      readonly why: string;
    }
  | { readonly kind: 'queued' }
  | { readonly kind: 'waitEnded'; readonly why: 'no-seat' | 'too-long' }
  | { readonly kind: 'agentChosen'; readonly leg: LegFacts }
  | { readonly kind: 'legRinging'; readonly legId: LegId; readonly hasEarlyMedia: boolean }
  | { readonly kind: 'legAnswered'; readonly legId: LegId }
  | { readonly kind: 'legEnded'; readonly legId: LegId; readonly ending: LegEnding }
  | { readonly kind: 'legHolds'; readonly legId: LegId; readonly isHolding: boolean }
  | { readonly kind: 'holdOrdered'; readonly isHeld: boolean }
  /** No agent talked to the person in time. */
  | { readonly kind: 'agentOverdue' }
  | { readonly kind: 'messageOver' }
  | { readonly kind: 'hangUpOrdered' }
  /** Nothing was heard of this leg for too long. */
  | { readonly kind: 'legSilent'; readonly legId: LegId; readonly silentMs: number }
  | { readonly kind: 'shutdown' }
  /** Something of ours broke under the call; `why` is a sentence for people. */
  | { readonly kind: 'broken'; readonly why: string };

/** What became of an agent that this call rang or engaged. */
export type AgentChange =
  | { readonly kind: 'dialled' }
  | { readonly kind: 'joined' }
  | { readonly kind: 'missed' }
  | { readonly kind: 'released' }
  | { readonly kind: 'left'; readonly wrapsUp: boolean };

export type TopologyEffect =
  /** Open media for an incoming leg and judge its offer; `legReady` or `legFailed` follows. */
  | { readonly kind: 'prepare'; readonly legId: LegId }
  | { readonly kind: 'place'; readonly leg: LegFacts }
  | { readonly kind: 'ring'; readonly legId: LegId; readonly hasEarlyMedia: boolean }
  | { readonly kind: 'answer'; readonly legId: LegId }
  | {
      readonly kind: 'reject';
      readonly legId: LegId;
      readonly sipStatus: number;
      readonly reason: string;
    }
  | { readonly kind: 'hangUp'; readonly legId: LegId; readonly reason: string }
  | { readonly kind: 'seekAgent' }
  | { readonly kind: 'leaveQueue' }
  /** From now on an agent has to come in time, or `agentOverdue` follows. */
  | { readonly kind: 'awaitAgent' }
  /** Play the task's message; `messageOver` follows. */
  | { readonly kind: 'tellMessage'; readonly legId: LegId }
  | { readonly kind: 'agent'; readonly agentId: AgentId; readonly change: AgentChange }
  | { readonly kind: 'sound'; readonly legId: LegId; readonly sound: LegSound }
  /** Tell this leg's phone that it is, or is no longer, on hold. */
  | { readonly kind: 'offerHold'; readonly legId: LegId; readonly isHeld: boolean }
  | { readonly kind: 'connected'; readonly legIds: readonly LegId[] }
  | { readonly kind: 'held'; readonly legId: LegId; readonly reason: HoldReason }
  | { readonly kind: 'unheld'; readonly legId: LegId; readonly reason: HoldReason }
  /** Once, and last: the legs that are still up have been told. */
  | { readonly kind: 'ended'; readonly end: CallEnd };

export interface TopologyStep {
  readonly topology: Topology;
  readonly effects: readonly TopologyEffect[];
}

export interface CallPlan {
  readonly callType: CallType;
  readonly origin: LegFacts;
  readonly target: Target;
}
