/** The shortest two-leg call there is: what one leg says goes to the other. For tests of signalling alone. */
import type { TrunkEntry } from '#core/directory.ts';
import type { IncomingLeg, LegEvent, Signalling, SipLeg } from '#live/signalling/leg.ts';

export interface RelayCounts {
  offered: number;
  answered: number;
  confirmed: number;
  /** Both legs have ended. */
  ended: number;
  readonly causes: Map<string, number>;
}

/** Sends each incoming call on to `target` under the number it dialled. */
export const relayCalls = (
  signalling: Signalling,
  target: () => TrunkEntry,
  options: { readonly ringSeconds?: number } = {},
): RelayCounts => {
  const counts: RelayCounts = {
    offered: 0,
    answered: 0,
    confirmed: 0,
    ended: 0,
    causes: new Map(),
  };
  signalling.onIncoming((incoming) => {
    counts.offered++;
    return relay(signalling, incoming, target(), options.ringSeconds ?? 20, counts);
  });
  return counts;
};

const relay = (
  signalling: Signalling,
  incoming: IncomingLeg,
  trunk: TrunkEntry,
  ringSeconds: number,
  counts: RelayCounts,
): ((event: LegEvent) => void) => {
  const caller = incoming.leg;
  let live = 2;
  const ended = (who: string, event: Extract<LegEvent, { kind: 'ended' }>): void => {
    const word = `${who} ${event.cause.how} by ${event.cause.by}`;
    counts.causes.set(word, (counts.causes.get(word) ?? 0) + 1);
    if (--live === 0) counts.ended++;
  };
  const passOffer = (from: SipLeg, to: SipLeg, sdp: Buffer | null): void => {
    if (sdp === null) from.answerOffer({ ok: false, error: { status: 488 } });
    else void to.offer(sdp).then((answer) => from.answerOffer(answer));
  };
  const callee = signalling.place(
    {
      to: { kind: 'trunk', trunk, number: incoming.dialled },
      callerNumber: incoming.callerNumber,
      displayName: incoming.displayName,
      sdp: incoming.sdp ?? Buffer.alloc(0),
      ringSeconds,
    },
    (event) => {
      if (event.kind === 'ringing') caller.ring(event.sdp ? { sdp: event.sdp } : {});
      else if (event.kind === 'answered') {
        counts.answered++;
        caller.answer(event.sdp ?? Buffer.alloc(0));
      } else if (event.kind === 'offered') passOffer(callee, caller, event.sdp);
      else if (event.kind === 'ended') {
        ended('callee', event);
        if (event.cause.sipStatus !== null) caller.reject(event.cause.sipStatus);
        else caller.hangUp();
      }
    },
  );
  return (event) => {
    if (event.kind === 'confirmed') counts.confirmed++;
    else if (event.kind === 'offered') passOffer(caller, callee, event.sdp);
    else if (event.kind === 'ended') {
      ended('caller', event);
      callee.hangUp();
    }
  };
};
