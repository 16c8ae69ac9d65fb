/** Offer and answer on a leg that is up, the same for both directions. */
import { ok, refuse, type Result } from '#base/result.ts';
import type { InviteUsage } from '#protocol/sip/dialog-usage.ts';

type OfferResult = Result<{ readonly sdp: Buffer }, { readonly status: number }>;

/** A 2xx without a session description answers no offer (RFC 3264 §6): to the call it is a refusal. */
const noAnswer = 488;

export const sendOffer = (usage: InviteUsage, sdp: Buffer, now: number): Promise<OfferResult> =>
  new Promise((resolve) => {
    usage.offer(
      sdp,
      (outcome) => {
        if (!outcome.ok) resolve(refuse({ status: outcome.status }));
        else if (outcome.sdp === null) resolve(refuse({ status: noAnswer }));
        else resolve(ok({ sdp: outcome.sdp }));
      },
      now,
    );
  });

export const answerPeersOffer = (
  usage: InviteUsage | null,
  answer: OfferResult,
  now: number,
): void => {
  if (answer.ok) usage?.answer(answer.value.sdp, now);
  else usage?.refuse(answer.error.status, now);
};
