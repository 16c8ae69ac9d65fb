/** A leg that somebody opened towards us. */
import { refuse, type Result } from '#base/result.ts';
import type { LegId } from '#core/ids.ts';
import type { IncomingInvite, IncomingInviteUser } from '#protocol/sip/dialog-uas.ts';
import type { UsageEnd } from '#protocol/sip/dialog-usage.ts';
import { callIdOf } from '#protocol/sip/headers.ts';
import { shutdownText, type SignallingContext } from './context.ts';
import type { LegEndCause, LegEvent, SipLeg } from './leg.ts';
import { answerPeersOffer, sendOffer } from './leg-offer.ts';

export class IncomingSipLeg implements SipLeg, IncomingInviteUser {
  readonly id: LegId;
  readonly direction = 'in';
  readonly sipCallId: string;
  readonly #context: SignallingContext;
  readonly #invite: IncomingInvite;
  #listener: (event: LegEvent) => void = () => undefined;
  #hasEnded = false;

  constructor(context: SignallingContext, invite: IncomingInvite) {
    this.id = context.newLegId();
    this.sipCallId = callIdOf(invite.request);
    this.#context = context;
    this.#invite = invite;
    invite.attach(this);
    context.legOpened(this);
  }

  /** Once, before any event can come. */
  listen(listener: (event: LegEvent) => void): void {
    this.#listener = listener;
  }

  ring(options: { readonly sdp?: Buffer } = {}): void {
    const { sdp = null } = options;
    this.#invite.ring(sdp ? 183 : 180, sdp, this.#context.time.now());
  }

  answer(sdp: Buffer): void {
    this.#invite.accept(sdp, this.#context.time.now());
  }

  reject(
    status: number,
    options: { readonly reason?: string; readonly retryAfterSeconds?: number } = {},
  ): void {
    if (!this.#invite.isOpen) return;
    const { reason, retryAfterSeconds } = options;
    this.#invite.refuse(status, this.#context.time.now(), {
      ...(reason !== undefined && { reason }),
      ...(retryAfterSeconds !== undefined && {
        headers: [['Retry-After', String(retryAfterSeconds)] as const],
      }),
    });
    this.#end({ by: 'us', how: 'refused', sipStatus: null, text: reason ?? '' });
  }

  hangUp(reason = ''): void {
    if (this.#hasEnded) return;
    if (this.#invite.isOpen) {
      this.reject(480, reason ? { reason } : {});
      return;
    }
    this.#invite.usage?.bye(reason, this.#context.time.now());
    this.#end({ by: 'us', how: 'bye', sipStatus: null, text: reason });
  }

  signedOut(): void {
    // A caller rings at nobody's phone but ours.
  }

  shutDown(): void {
    if (this.#hasEnded) return;
    const now = this.#context.time.now();
    if (this.#invite.isOpen) this.#invite.refuse(503, now);
    else this.#invite.usage?.bye(shutdownText, now);
    this.#end({ by: 'us', how: 'shutdown', sipStatus: null, text: shutdownText });
  }

  offer(sdp: Buffer): Promise<Result<{ readonly sdp: Buffer }, { readonly status: number }>> {
    const { usage } = this.#invite;
    if (usage === null || this.#hasEnded) return Promise.resolve(refuse({ status: 481 }));
    return sendOffer(usage, sdp, this.#context.time.now());
  }

  answerOffer(answer: Result<{ readonly sdp: Buffer }, { readonly status: number }>): void {
    answerPeersOffer(this.#invite.usage, answer, this.#context.time.now());
  }

  onCancelled(text: string): void {
    this.#end({ by: 'peer', how: 'cancel', sipStatus: null, text });
  }

  onConfirmed(sdp: Buffer | null): void {
    this.#tell({ kind: 'confirmed', sdp });
  }

  onOffer(sdp: Buffer | null): void {
    this.#tell({ kind: 'offered', sdp });
  }

  onEnded(end: UsageEnd): void {
    this.#end({ ...end, sipStatus: null });
  }

  #tell(event: LegEvent): void {
    if (!this.#hasEnded) this.#listener(event);
  }

  #end(cause: LegEndCause): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#context.legEnded(this);
    this.#listener({ kind: 'ended', cause });
  }
}
