/** A leg that we open: to every phone of an agent at once, or to a trunk. */
import { refuse, type Result } from '#base/result.ts';
import type { AgentId, LegId } from '#core/ids.ts';
import type { Reach } from '#protocol/sip/dialog.ts';
import type { OutgoingInvite, OutgoingInviteUser } from '#protocol/sip/dialog-uac.ts';
import type { Authorize, InviteUsage, UsageEnd } from '#protocol/sip/dialog-usage.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import type { SipResponse } from '#protocol/sip/message.ts';
import { TimedCall } from '#protocol/sip/timing-wheel.ts';
import { newCallId, newTag } from '#protocol/sip/tokens.ts';
import type { ClientFailure } from '#protocol/sip/transaction.ts';
import { shutdownText, type SignallingContext } from './context.ts';
import type { LegEndCause, LegEvent, OutgoingLegOrder, SipLeg } from './leg.ts';
import { answerPeersOffer, sendOffer } from './leg-offer.ts';

/** One place to ring. */
export interface Branch {
  readonly uri: string;
  readonly flow: Flow | Promise<Flow | null>;
  readonly reach: Reach;
  /** Route, identity and privacy headers. */
  readonly headers: readonly (readonly [string, string])[];
  readonly authorize: Authorize | null;
}

export interface OutgoingLegParts {
  readonly branches: readonly Branch[];
  /** From value without tag. */
  readonly from: string;
  readonly to: string;
}

/** How one branch failed; status 0 when nobody said anything. */
interface ForkRefusal {
  readonly how: 'refused' | ClientFailure;
  readonly status: number;
  readonly text: string;
}

/** A refusal that says more about the callee wins over one that says less (RFC 3261 §16.7 step 6). */
const weight = (status: number): number => {
  if (status === 0) return -1;
  if (status >= 600) return 5;
  if (status === 401 || status === 407 || status === 415 || status === 420 || status === 484)
    return 1;
  if (status === 486 || status === 603) return 4;
  if (status >= 500) return 0;
  return status >= 400 ? 2 : 3;
};

export class OutgoingSipLeg implements SipLeg {
  readonly id: LegId;
  readonly direction = 'out';
  readonly sipCallId = newCallId();
  readonly #context: SignallingContext;
  readonly #order: OutgoingLegOrder;
  readonly #listener: (event: LegEvent) => void;
  readonly #ringTimer = new TimedCall(() => this.#giveUp());
  readonly #forks = new Set<Fork>();
  /** Branches whose flow is still being looked for. */
  #pendingBranches = 0;
  #bestRefusal: ForkRefusal | null = null;
  #usage: InviteUsage | null = null;
  #hasEnded = false;

  constructor(
    context: SignallingContext,
    order: OutgoingLegOrder,
    listener: (event: LegEvent) => void,
  ) {
    this.id = context.newLegId();
    this.#context = context;
    this.#order = order;
    this.#listener = listener;
    context.legOpened(this);
  }

  /** Rings every branch. Nothing is told to the listener before this returns. */
  start(parts: OutgoingLegParts): void {
    const { time } = this.#context;
    time.wheel.schedule(this.#ringTimer, time.now() + this.#order.ringSeconds * 1000);
    const from = `${parts.from};tag=${newTag()}`;
    for (const branch of parts.branches) {
      if (branch.flow instanceof Promise) this.#startLater(branch, branch.flow, parts, from);
      else this.#startBranch(branch, branch.flow, parts, from);
    }
    if (this.#forks.size === 0 && this.#pendingBranches === 0)
      queueMicrotask(() => this.#unreachable());
  }

  ring(): void {
    // Only inbound legs ring.
  }

  answer(): void {
    // Only inbound legs are answered by us.
  }

  reject(): void {
    this.hangUp();
  }

  hangUp(reason = ''): void {
    this.#leave(this.#usage === null ? 'cancel' : 'bye', reason);
  }

  shutDown(): void {
    this.#leave('shutdown', shutdownText);
  }

  signedOut(agents: ReadonlySet<AgentId>): void {
    const { to } = this.#order;
    if (this.#usage !== null || to.kind !== 'agent' || !agents.has(to.agent.id)) return;
    this.#cancelForks('signed out', null);
    this.#unreachable();
  }

  offer(sdp: Buffer): Promise<Result<{ readonly sdp: Buffer }, { readonly status: number }>> {
    if (this.#usage === null || this.#hasEnded) return Promise.resolve(refuse({ status: 481 }));
    return sendOffer(this.#usage, sdp, this.#context.time.now());
  }

  answerOffer(answer: Result<{ readonly sdp: Buffer }, { readonly status: number }>): void {
    answerPeersOffer(this.#usage, answer, this.#context.time.now());
  }

  /** A fork rings. */
  forkRinging(status: number, sdp: Buffer | null): void {
    if (this.#usage === null) this.#tell({ kind: 'ringing', status, sdp });
  }

  /** The first fork wins, the others are cancelled. */
  forkAnswered(fork: Fork, usage: InviteUsage, sdp: Buffer | null): void {
    this.#context.time.wheel.stop(this.#ringTimer);
    this.#usage = usage;
    this.#cancelForks('answered elsewhere', fork, 200);
    this.#tell({ kind: 'answered', sdp });
  }

  forkFailed(fork: Fork, refusal: ForkRefusal): void {
    this.#forks.delete(fork);
    const best = this.#bestRefusal;
    if (best === null || weight(refusal.status) > weight(best.status)) this.#bestRefusal = refusal;
    // 6xx speaks for the callee everywhere (RFC 3261 §21.6).
    if (refusal.status >= 600) this.#cancelForks('declined', fork);
    this.#endIfAllFailed();
  }

  legConfirmed(sdp: Buffer | null): void {
    this.#tell({ kind: 'confirmed', sdp });
  }

  legOffered(sdp: Buffer | null): void {
    this.#tell({ kind: 'offered', sdp });
  }

  usageEnded(usage: InviteUsage | null, end: UsageEnd): void {
    if (usage !== null && usage === this.#usage) this.#end({ ...end, sipStatus: null });
  }

  #leave(how: 'bye' | 'cancel' | 'shutdown', text: string): void {
    if (this.#hasEnded) return;
    this.#usage?.bye(text, this.#context.time.now());
    this.#cancelForks(text, null);
    this.#end({ by: 'us', how, sipStatus: null, text });
  }

  #startLater(
    branch: Branch,
    flow: Promise<Flow | null>,
    parts: OutgoingLegParts,
    from: string,
  ): void {
    this.#pendingBranches++;
    const onward = (found: Flow | null): void => {
      this.#pendingBranches--;
      if (this.#hasEnded || this.#usage !== null) return;
      if (found) this.#startBranch(branch, found, parts, from);
      else if (this.#forks.size === 0 && this.#pendingBranches === 0) this.#unreachable();
    };
    flow.then(onward, () => onward(null));
  }

  #startBranch(branch: Branch, flow: Flow, parts: OutgoingLegParts, from: string): void {
    const fork = new Fork(this);
    this.#forks.add(fork);
    fork.invite = this.#context.endpoint.invite(
      {
        uri: branch.uri,
        from,
        to: parts.to,
        // Each phone gets a Call-ID of its own but the first: dialogs of parallel branches never meet.
        callId: this.#forks.size === 1 ? this.sipCallId : newCallId(),
        flow,
        reach: branch.reach,
        headers: branch.headers,
        sdp: this.#order.sdp,
        authorize: branch.authorize,
      },
      fork,
      this.#context.time.now(),
    );
  }

  #endIfAllFailed(): void {
    if (this.#forks.size > 0 || this.#pendingBranches > 0 || this.#usage !== null) return;
    const best = this.#bestRefusal;
    if (best === null) this.#unreachable();
    else if (best.how === 'refused')
      this.#end({ by: 'peer', how: 'refused', sipStatus: best.status, text: best.text });
    else this.#end({ by: 'network', how: best.how, sipStatus: null, text: best.text });
  }

  /** Nobody answered in time. */
  #giveUp(): void {
    if (this.#usage !== null) return;
    this.#cancelForks('no answer', null);
    this.#end({ by: 'us', how: 'no-answer', sipStatus: null, text: 'nobody answered in time' });
  }

  #unreachable(): void {
    this.#end({
      by: 'network',
      how: 'transport',
      sipStatus: null,
      text: 'no way to reach the callee',
    });
  }

  #cancelForks(text: string, winner: Fork | null, cause = 487): void {
    for (const fork of this.#forks) {
      if (fork === winner) continue;
      this.#forks.delete(fork);
      fork.invite?.cancel(text, this.#context.time.now(), cause);
    }
  }

  #tell(event: LegEvent): void {
    if (!this.#hasEnded) this.#listener(event);
  }

  #end(cause: LegEndCause): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#context.time.wheel.stop(this.#ringTimer);
    this.#cancelForks('', null);
    this.#context.legEnded(this);
    this.#listener({ kind: 'ended', cause });
  }
}

/** One branch of the leg: hears the protocol, tells the leg. */
class Fork implements OutgoingInviteUser {
  invite: OutgoingInvite | null = null;
  readonly #leg: OutgoingSipLeg;

  constructor(leg: OutgoingSipLeg) {
    this.#leg = leg;
  }

  onProvisional(status: number, sdp: Buffer | null): void {
    this.#leg.forkRinging(status, sdp);
  }

  onAnswered(sdp: Buffer | null): void {
    const usage = this.invite?.usage;
    if (usage) this.#leg.forkAnswered(this, usage, sdp);
  }

  onRefused(response: SipResponse): void {
    const { status, reason } = response;
    this.#leg.forkFailed(this, { how: 'refused', status, text: reason });
  }

  onFailure(why: ClientFailure): void {
    const text = why === 'timeout' ? 'no answer at all' : 'the connection was lost';
    this.#leg.forkFailed(this, { how: why, status: 0, text });
  }

  onConfirmed(sdp: Buffer | null): void {
    this.#leg.legConfirmed(sdp);
  }

  onOffer(sdp: Buffer | null): void {
    this.#leg.legOffered(sdp);
  }

  onEnded(end: UsageEnd): void {
    this.#leg.usageEnded(this.invite?.usage ?? null, end);
  }
}
