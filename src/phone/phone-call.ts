/** One call of a phone, seen from the hand that holds it: answer, speak, listen, hold, press keys, hang up. */
import type { Clock } from '#ports/clock.ts';
import {
  answerOffer,
  type LocalMedia,
  type MadeOffer,
  makeOffer,
  readAnswer,
} from '#protocol/sdp/offer-answer.ts';
import type { Direction } from '#protocol/sdp/description.ts';
import { SdpSession } from '#protocol/sdp/session.ts';
import type { OutgoingInvite, OutgoingInviteUser } from '#protocol/sip/dialog-uac.ts';
import type { IncomingInvite, IncomingInviteUser } from '#protocol/sip/dialog-uas.ts';
import type { InviteUsage, UsageEnd } from '#protocol/sip/dialog-usage.ts';
import type { SipResponse } from '#protocol/sip/message.ts';
import type { ClientFailure } from '#protocol/sip/transaction.ts';
import type { AudioLine } from './audio-line.ts';
import type { Spoken } from './speech-queue.ts';

/** Why a call is over. */
export interface CallEnd {
  readonly by: 'us' | 'peer' | 'network';
  /** Status that refused the call; null once it was answered, or when nobody answered at all. */
  readonly status: number | null;
  readonly text: string;
}

export type CallState = 'calling' | 'ringing' | 'talking' | 'ended';

type Handle =
  | { readonly kind: 'outgoing'; readonly invite: OutgoingInvite }
  | { readonly kind: 'incoming'; readonly invite: IncomingInvite };

export interface CallStart {
  readonly line: AudioLine;
  readonly clock: Clock;
  /** Address of our own for SDP. */
  readonly host: string;
  readonly codecs: readonly ('PCMU' | 'PCMA')[];
  readonly callId: string;
  /** Number or name of the other side. */
  readonly remoteParty: string;
}

/** @see RFC 3261 §13, RFC 3264 */
export class PhoneCall implements OutgoingInviteUser, IncomingInviteUser {
  readonly callId: string;
  readonly remoteParty: string;
  readonly #line: AudioLine;
  readonly #clock: Clock;
  readonly #local: LocalMedia;
  readonly #answered = Promise.withResolvers<boolean>();
  readonly #rung = Promise.withResolvers<undefined>();
  readonly #ended = Promise.withResolvers<CallEnd>();
  #handle: Handle | null = null;
  #offered: MadeOffer | null = null;
  #state: CallState = 'calling';

  constructor(start: CallStart) {
    this.#line = start.line;
    this.#clock = start.clock;
    this.callId = start.callId;
    this.remoteParty = start.remoteParty;
    const { host, codecs, line } = start;
    this.#local = { session: new SdpSession(), address: host, port: line.port, codecs };
  }

  get state(): CallState {
    return this.#state;
  }

  /** Everything heard until now, s16 mono at 8,000 Hz, from the first packet on. */
  get heard(): Int16Array {
    return this.#line.heard.samples();
  }

  /** When the first packet came, on the clock's monotonic axis; 0 before. */
  get heardFromMonoMs(): number {
    return this.#line.heard.startedAtMonoMs;
  }

  /** Keys that the other side pressed. */
  get digits(): string {
    return this.#line.digits.join('');
  }

  /** As soon as it rings there, is answered, or is over. */
  untilRinging(): Promise<undefined> {
    return this.#rung.promise;
  }

  /** True once both sides talk; false when the call ended before. */
  untilAnswered(): Promise<boolean> {
    return this.#answered.promise;
  }

  untilEnded(): Promise<CallEnd> {
    return this.#ended.promise;
  }

  /** The offer of an INVITE of ours. */
  offer(): Buffer {
    this.#offered = makeOffer(this.#local);
    return this.#offered.sdp;
  }

  /** Whose INVITE it is; before anything of it is heard. */
  attach(handle: Handle): void {
    this.#handle = handle;
  }

  /** 180 to an incoming call. */
  ring(): void {
    if (this.#handle?.kind !== 'incoming' || this.#state !== 'calling') return;
    this.#state = 'ringing';
    this.#handle.invite.ring(180, null, this.#now());
  }

  /** Takes an incoming call; nothing happens when it is over already. An offer we cannot take is refused as its fault says. */
  answer(): void {
    if (this.#handle?.kind !== 'incoming' || !this.#handle.invite.isOpen) return;
    const { invite } = this.#handle;
    if (invite.sdp === null) {
      invite.accept(this.offer(), this.#now());
      return;
    }
    const answered = answerOffer(invite.sdp, this.#local);
    if (!answered.ok) {
      this.refuse(answered.error.status);
      return;
    }
    this.#line.agree(answered.value.remote);
    invite.accept(answered.value.sdp, this.#now());
    this.#talk();
  }

  /** Turns an incoming call away: 486 busy, 603 declined and the like. */
  refuse(status: number): void {
    if (this.#handle?.kind !== 'incoming' || !this.#handle.invite.isOpen) return;
    this.#handle.invite.refuse(status, this.#now());
    this.#end({ by: 'us', status, text: 'refused' });
  }

  /** Cancels, refuses or ends, whichever fits. Idempotent. */
  hangUp(text = ''): void {
    if (this.#state === 'ended') return;
    const usage = this.#usage();
    if (usage?.isConfirmed === true) usage.bye(text, this.#now());
    else if (this.#handle?.kind === 'outgoing') this.#handle.invite.cancel(text, this.#now());
    else if (this.#handle?.kind === 'incoming') this.#handle.invite.refuse(480, this.#now());
    this.#end({ by: 'us', status: null, text });
  }

  /** Says samples (s16 mono, 8,000 Hz); resolves when the last one is out. */
  say(samples: Int16Array): Promise<Spoken> {
    return this.#line.say(samples);
  }

  /** Stops speaking in mid-word. */
  hush(): void {
    this.#line.hush();
  }

  /** Presses keys one after the other. @throws {Fault} `phone/no-key` */
  async press(keys: string, durationMs = 120): Promise<void> {
    for (const key of keys) await this.#line.press(key, durationMs);
  }

  /** Puts the other side on hold. @returns false when it refused */
  hold(): Promise<boolean> {
    return this.#reoffer('sendonly');
  }

  /** Takes it back. @returns false when it refused */
  resume(): Promise<boolean> {
    return this.#reoffer('sendrecv');
  }

  /** The phone goes away without a word to anybody. */
  abandon(): void {
    this.#end({ by: 'us', status: null, text: 'the phone was switched off' });
  }

  onProvisional(status: number, sdp: Buffer | null): void {
    if (this.#state === 'calling' && status >= 180) this.#state = 'ringing';
    if (status >= 180) this.#rung.resolve(undefined);
    if (sdp) this.#hearAnswer(sdp);
  }

  onAnswered(sdp: Buffer | null): void {
    if (sdp !== null && this.#hearAnswer(sdp)) this.#talk();
    else this.hangUp('no usable answer');
  }

  onRefused(response: SipResponse): void {
    this.#end({ by: 'peer', status: response.status, text: response.reason });
  }

  onFailure(why: ClientFailure): void {
    this.#end({ by: 'network', status: null, text: why });
  }

  onCancelled(text: string): void {
    this.#end({ by: 'peer', status: 487, text });
  }

  onConfirmed(sdp: Buffer | null): void {
    if (sdp === null) return;
    if (this.#hearAnswer(sdp)) this.#talk();
    else this.hangUp('no usable answer');
  }

  onOffer(sdp: Buffer | null, now: number): void {
    const usage = this.#usage();
    if (sdp === null) {
      usage?.answer(this.offer(), now);
      return;
    }
    const answered = answerOffer(sdp, this.#local);
    if (!answered.ok) {
      usage?.refuse(answered.error.status, now);
      return;
    }
    this.#line.agree(answered.value.remote);
    usage?.answer(answered.value.sdp, now);
  }

  onEnded(end: UsageEnd): void {
    this.#end({ by: end.by, status: null, text: end.text || end.how });
  }

  #reoffer(direction: Direction): Promise<boolean> {
    const usage = this.#usage();
    if (this.#state !== 'talking' || !usage) return Promise.resolve(false);
    const offered = makeOffer({ ...this.#local, direction });
    return new Promise((resolve) => {
      usage.offer(
        offered.sdp,
        (outcome) => {
          if (!outcome.ok || outcome.sdp === null) {
            resolve(false);
            return;
          }
          this.#offered = offered;
          resolve(this.#hearAnswer(outcome.sdp));
        },
        this.#now(),
      );
    });
  }

  #hearAnswer(sdp: Buffer): boolean {
    if (this.#offered === null) return false;
    const agreed = readAnswer(sdp, this.#offered);
    if (!agreed.ok) return false;
    this.#line.agree(agreed.value);
    return true;
  }

  #talk(): void {
    if (this.#state === 'ended') return;
    this.#state = 'talking';
    this.#rung.resolve(undefined);
    this.#answered.resolve(true);
  }

  #end(end: CallEnd): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#line.close();
    this.#rung.resolve(undefined);
    this.#answered.resolve(false);
    this.#ended.resolve(end);
  }

  #usage(): InviteUsage | null {
    return this.#handle?.invite.usage ?? null;
  }

  #now(): number {
    return this.#clock.monoMs();
  }
}
