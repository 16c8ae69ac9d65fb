/** The door between signalling and the call: one SIP dialog with one endpoint, in the call's words. */
import type { LegEnding } from '#core/call/topology-words.ts';
import type { Result } from '#base/result.ts';
import type { AgentEntry, TrunkEntry } from '#core/directory.ts';
import type { LegId } from '#core/ids.ts';

export interface SipLeg {
  readonly id: LegId;
  readonly direction: 'in' | 'out';
  /** Call-ID header of the dialog, for the ledger and for people who compare traces. */
  readonly sipCallId: string;
  /** 180 or 183 (with SDP: early media). Inbound legs only, before `answer`. */
  ring(options?: { readonly sdp?: Buffer }): void;
  /** 200 with our SDP. 2xx retransmission until ACK is the dialog's business. Inbound legs only. */
  answer(sdp: Buffer): void;
  /** Final refusal of an inbound leg. */
  reject(
    status: number,
    options?: { readonly reason?: string; readonly retryAfterSeconds?: number },
  ): void;
  /** CANCEL, BYE or a refusal, whichever the leg's state asks for. Idempotent; `ended` follows. */
  hangUp(reason?: string): void;
  /** re-INVITE with our offer; glare (491) is retried inside. Confirmed legs only. */
  offer(sdp: Buffer): Promise<Result<{ readonly sdp: Buffer }, { readonly status: number }>>;
  /** Answer to a peer's `offered`. */
  answerOffer(answer: Result<{ readonly sdp: Buffer }, { readonly status: number }>): void;
}

export type LegEvent =
  /** 18x from the peer of an outbound leg; with SDP when it carries early media. */
  | { readonly kind: 'ringing'; readonly status: number; readonly sdp: Buffer | null }
  /** 2xx of an outbound leg; `sdp` null when the peer answered without one although we offered (then end the leg). */
  | { readonly kind: 'answered'; readonly sdp: Buffer | null }
  /** ACK of our 2xx on an inbound leg; carries the answer when the INVITE had no offer. */
  | { readonly kind: 'confirmed'; readonly sdp: Buffer | null }
  /** re-INVITE or UPDATE of the peer; answer exactly once with `answerOffer`. `sdp` null = we have to offer. */
  | { readonly kind: 'offered'; readonly sdp: Buffer | null }
  /** Exactly once, last. */
  | { readonly kind: 'ended'; readonly cause: LegEndCause };

export type LegEndCause = LegEnding;

/** Who sent an INVITE, decided in the order of the public surface: agent (digest), trunk (address or digest), nobody else. */
export type Caller =
  | { readonly kind: 'agent'; readonly agent: AgentEntry }
  | { readonly kind: 'trunk'; readonly trunk: TrunkEntry };

export interface IncomingLeg {
  readonly leg: SipLeg;
  readonly caller: Caller;
  /** User part of the Request-URI, unescaped: the dialled number or user name. */
  readonly dialled: string;
  /** P-Asserted-Identity of a trunk, else From; `anonymous` when withheld (Privacy: id or anonymous.invalid). */
  readonly callerNumber: string;
  readonly displayName: string;
  /** The offer, or null for an offerless INVITE. */
  readonly sdp: Buffer | null;
}

export interface OutgoingLegOrder {
  readonly to:
    /** Every registered contact rings at once; the first answer wins. */
    | { readonly kind: 'agent'; readonly agent: AgentEntry }
    | { readonly kind: 'trunk'; readonly trunk: TrunkEntry; readonly number: string };
  /** Presented as From (and P-Asserted-Identity to trunks). */
  readonly callerNumber: string;
  readonly displayName: string;
  readonly sdp: Buffer;
  /** CANCEL and `ended` with `no-answer` after this. */
  readonly ringSeconds: number;
  /** Asks the agent's phone to answer by itself: the person on the other side has answered already. */
  readonly answersItself?: boolean;
}

/** What a trunk says to OPTIONS. */
export interface TrunkAnswer {
  /** It said something, and not that it takes no calls (503). */
  readonly isReachable: boolean;
  /** SIP status of its answer; null without one. */
  readonly status: number | null;
  readonly roundTripMs: number | null;
}

export interface Signalling {
  /** Asks the trunk's peer with OPTIONS; settles within a few seconds and never rejects. */
  probe(trunk: TrunkEntry): Promise<TrunkAnswer>;
  /** One handler for all new inbound legs; it returns that leg's event listener at once and never throws. */
  onIncoming(handler: (incoming: IncomingLeg) => (event: LegEvent) => void): void;
  /** `ended` with how=`transport` comes when the agent has no contact or the trunk cannot be reached. */
  place(order: OutgoingLegOrder, listener: (event: LegEvent) => void): SipLeg;
  /** Contacts of an agent that are registered now. */
  registeredContacts(agent: AgentEntry): number;
  /** Called with the agent after each registration change. */
  onRegistration(handler: (agent: AgentEntry, contacts: number) => void): void;
}
