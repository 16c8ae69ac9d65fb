import { ok, refuse, type Result } from '#base/result.ts';
import type { ParticipantFacts } from '#core/call/ledger-entry.ts';
import type { LegFacts, LegSound, TopologyEvent } from '#core/call/topology-words.ts';
import type { LegEndCause, LegEvent, SipLeg } from '../signalling/leg.ts';
import type { CallAccount } from './call-account.ts';
import type { LegMedia } from './leg-media.ts';

export interface CallLegOptions {
  readonly facts: LegFacts;
  /** The customer's number or the agent's e-mail. */
  readonly endpointUser: string;
  readonly media: LegMedia;
  readonly account: CallAccount;
  /** Puts what happened into the call's mailbox. */
  readonly tell: (event: TopologyEvent) => void;
  /** Runs in the call's turn when something awaited is there. */
  readonly inTurn: (then: () => void) => void;
  /** The dialog is over; nothing more is told. */
  readonly onEnded: () => void;
}

/** One leg of a call: turns what the call wants into SIP and media, and what signalling reports into the call's words. */
export class CallLeg {
  readonly facts: LegFacts;
  readonly #options: CallLegOptions;
  readonly #media: LegMedia;
  readonly #account: CallAccount;
  #sip: SipLeg | null = null;
  #isOpen = true;
  /** Our answer to the offer of the INVITE; null for an INVITE without one. */
  #answer: Buffer | null = null;
  #hasRung = false;
  #wasHeldByPeer = false;
  #isOffering = false;
  #offerAgain = false;

  constructor(options: CallLegOptions) {
    this.facts = options.facts;
    this.#options = options;
    this.#media = options.media;
    this.#account = options.account;
  }

  /** The peer began this leg. */
  attach(sip: SipLeg): void {
    this.#sip = sip;
    this.#started(sip);
  }

  /** Opens media for an incoming leg and judges its offer: `legReady` or `legFailed`. */
  prepare(offer: Buffer | null): void {
    this.#open((result) => {
      if (!this.#isOpen) return;
      if (!result.ok) {
        this.#failed(503, 'no RTP port is free');
        return;
      }
      const answered = offer === null ? null : this.#media.answer(offer);
      if (answered?.ok === false) {
        this.#failed(answered.error.status, answered.error.why);
        return;
      }
      this.#answer = answered?.value ?? null;
      this.#options.tell({ kind: 'legReady', legId: this.facts.id });
      this.#noteHold();
    });
  }

  /** Opens media and sends the INVITE. Told to hang up meanwhile, it sends none. */
  place(invite: (sdp: Buffer) => SipLeg): void {
    this.#open((result) => {
      if (!this.#isOpen) return;
      if (!result.ok) {
        this.#failed(503, 'no RTP port is free');
        return;
      }
      this.#sip = invite(this.#media.offer());
      this.#started(this.#sip);
    });
  }

  ring(hasEarlyMedia: boolean): void {
    const early = hasEarlyMedia && this.#answer !== null ? { sdp: this.#answer } : undefined;
    this.#sip?.ring(early);
  }

  answer(): void {
    this.#account.write({ kind: 'legAnswered', legId: this.facts.id });
    this.#sip?.answer(this.#answer ?? this.#media.offer());
  }

  reject(sipStatus: number, reason: string): void {
    this.#sip?.reject(sipStatus, { reason });
  }

  /** A leg that has no dialog yet is over at once; for any other, `ended` follows. */
  hangUp(reason: string): void {
    if (this.#sip !== null) this.#sip.hangUp(reason);
    else this.#end({ by: 'us', how: 'cancel', sipStatus: null, text: reason });
  }

  hear(sound: LegSound): void {
    this.#media.hear(sound);
  }

  /** What a task says to a person. */
  get message(): Pick<LegMedia, 'tell' | 'hush' | 'beep'> {
    return this.#media;
  }

  /** Tells the phone that it is, or is no longer, held. What it hears has changed already; a phone that refuses changes nothing. */
  offerHold(isHeld: boolean): void {
    this.#media.setHeld(isHeld);
    if (this.#isOffering) this.#offerAgain = true;
    else this.#offer();
  }

  /** The peer does not answer our BYE: the account is closed without it. */
  giveUp(reason: string): void {
    this.#sip?.hangUp(reason);
    this.#end({ by: 'network', how: 'timeout', sipStatus: null, text: reason });
  }

  onLegEvent(event: LegEvent): void {
    if (!this.#isOpen) return;
    switch (event.kind) {
      case 'ringing':
        this.#ringing(event.sdp);
        break;
      case 'answered':
        this.#answered(event.sdp);
        break;
      case 'confirmed':
        this.#confirmed(event.sdp);
        break;
      case 'offered':
        this.#offered(event.sdp);
        break;
      case 'ended':
        this.#end(event.cause);
        break;
    }
  }

  #open(then: (result: Result<null, 'no-free-port'>) => void): void {
    this.#media.open().then(
      (result) => this.#options.inTurn(() => then(result)),
      () => this.#options.inTurn(() => then(refuse('no-free-port'))),
    );
  }

  #started(sip: SipLeg): void {
    const { id, direction, participant, party, agentId } = this.facts;
    const endpointUser = this.#options.endpointUser;
    const who: ParticipantFacts = { participant, kind: party, endpointUser, agentId };
    const sipCallId = sip.sipCallId;
    this.#account.write({ kind: 'legStarted', legId: id, direction, participant: who, sipCallId });
  }

  #failed(sipStatus: number, why: string): void {
    this.#options.tell({ kind: 'legFailed', legId: this.facts.id, sipStatus, why });
  }

  #ringing(sdp: Buffer | null): void {
    // An unusable early answer only costs the early media: the final one decides.
    const hasEarlyMedia = sdp !== null && this.#media.takeAnswer(sdp).ok;
    if (!this.#hasRung) this.#account.write({ kind: 'legRinging', legId: this.facts.id });
    this.#hasRung = true;
    this.#options.tell({ kind: 'legRinging', legId: this.facts.id, hasEarlyMedia });
  }

  #answered(sdp: Buffer | null): void {
    this.#account.write({ kind: 'legAnswered', legId: this.facts.id });
    if (sdp !== null) {
      const taken = this.#media.takeAnswer(sdp);
      if (!taken.ok) {
        this.#failed(taken.error.status, taken.error.why);
        return;
      }
    } else if (!this.#media.isAgreed) {
      this.#failed(488, 'the call was answered without a session description');
      return;
    }
    this.#media.closeOffer();
    this.#options.tell({ kind: 'legAnswered', legId: this.facts.id });
    this.#noteHold();
  }

  /** The ACK carries the answer when our 200 carried the offer. */
  #confirmed(sdp: Buffer | null): void {
    if (!this.#media.awaitsAnswer || this.#isOffering) return;
    const taken =
      sdp === null
        ? refuse({ status: 400, why: 'the ACK came without an answer to our offer' })
        : this.#media.takeAnswer(sdp);
    this.#media.closeOffer();
    if (taken.ok) this.#noteHold();
    // In mid-call everything stays as agreed before.
    else if (!this.#media.isAgreed) this.#failed(488, taken.error.why);
  }

  #offered(sdp: Buffer | null): void {
    if (sdp === null) {
      this.#sip?.answerOffer(ok({ sdp: this.#media.offer() }));
      return;
    }
    const answered = this.#media.answer(sdp);
    if (!answered.ok) {
      this.#sip?.answerOffer(refuse({ status: answered.error.status }));
      return;
    }
    this.#sip?.answerOffer(ok({ sdp: answered.value }));
    this.#noteHold();
  }

  #offer(): void {
    const sip = this.#sip;
    if (sip === null) return;
    this.#isOffering = true;
    sip.offer(this.#media.offer()).then(
      (result) => this.#options.inTurn(() => this.#offerAnswered(result)),
      () => this.#options.inTurn(() => this.#offerAnswered(refuse({ status: 500 }))),
    );
  }

  #offerAnswered(result: Result<{ readonly sdp: Buffer }, { readonly status: number }>): void {
    this.#isOffering = false;
    if (!this.#isOpen) return;
    if (result.ok) this.#media.takeAnswer(result.value.sdp);
    this.#media.closeOffer();
    this.#noteHold();
    if (!this.#offerAgain) return;
    this.#offerAgain = false;
    this.#offer();
  }

  #noteHold(): void {
    const isHolding = this.#media.isHeldByPeer;
    if (isHolding === this.#wasHeldByPeer) return;
    this.#wasHeldByPeer = isHolding;
    this.#options.tell({ kind: 'legHolds', legId: this.facts.id, isHolding });
  }

  #end(cause: LegEndCause): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#sip !== null) {
      const { sipStatus, how, text } = cause;
      this.#account.write({
        kind: 'legEnded',
        legId: this.facts.id,
        sipStatus,
        cause: text === '' ? how : `${how}: ${text}`,
      });
    }
    this.#media.close();
    this.#options.tell({ kind: 'legEnded', legId: this.facts.id, ending: cause });
    this.#options.onEnded();
  }
}
