/** Which EndStatus, side and sentence an ending is given, and what the other side is told. @see spec §2.5 */
import { type EndStatus, endStatusOfSipResponse } from './end-status.ts';
import type { CallEnd, Leg, LegEnding, Topology } from './topology-words.ts';

const sideOf = (leg: Leg): 'user' | 'seat' => (leg.party === 'customer' ? 'user' : 'seat');

const isPeersWish = (ending: LegEnding): boolean => ending.by === 'peer';

/** A leg left and the call goes with it. */
export const endOfLeaving = (topology: Topology, leg: Leg, ending: LegEnding): CallEnd => {
  if (leg.direction === 'out' && leg.stage !== 'answered') return endOfTarget(ending).callEnd;
  if (!isPeersWish(ending)) {
    const cause = `the ${leg.party}'s phone was lost: ${ending.text}`;
    return { endStatus: 'error', hungUpSide: 'system', cause };
  }
  const hungUpSide = sideOf(leg);
  const isTask = topology.target.kind === 'message' || topology.target.kind === 'agentOrMessage';
  if (topology.phase === 'connected' || (isTask && leg.party === 'customer')) {
    return { endStatus: 'ok', hungUpSide, cause: `the ${leg.party} hung up` };
  }
  if (leg.party === 'agent') {
    return { endStatus: 'callerCancel', hungUpSide, cause: 'the agent gave up before an answer' };
  }
  return topology.phase === 'ringing' || topology.target.kind !== 'queue'
    ? { endStatus: 'ringingGiveUp', hungUpSide, cause: 'the caller gave up while a phone rang' }
    : { endStatus: 'waitingGiveUp', hungUpSide, cause: 'the caller gave up waiting' };
};

/** Status for the caller when a leg of ours ended without a final response, by how it ended. */
const statusOf: Readonly<Record<LegEnding['how'], number>> = {
  bye: 480,
  cancel: 480,
  refused: 480,
  'no-answer': 480,
  'session-expired': 480,
  'no-ack': 480,
  transport: 503,
  timeout: 408,
  shutdown: 503,
};

/**
 * The status that the caller gets for the target's. Redirections are not followed; a challenge that was not met is a fault
 * between us and the trunk, and must not make the caller's phone offer its own password.
 */
const passedOn = (status: number): number => {
  if (status < 400 || status > 699) return 480;
  if (status === 401 || status === 407) return 503;
  return status;
};

/** The target refused, did not answer or could not be reached. */
export const endOfTarget = (
  ending: LegEnding,
): { readonly callEnd: CallEnd; readonly sipStatus: number } => {
  const sipStatus = passedOn(ending.sipStatus ?? statusOf[ending.how]);
  const hungUpSide = ending.how === 'refused' ? 'user' : 'system';
  const cause = ending.text === '' ? `the called party: ${ending.how}` : ending.text;
  return {
    callEnd: { endStatus: endStatusOfSipResponse(sipStatus), hungUpSide, cause },
    sipStatus,
  };
};

/** A leg that we could not give media to, in the words of a leg that ended. */
export const failureOf = (sipStatus: number, why: string): LegEnding => ({
  by: 'us',
  how: 'transport',
  sipStatus,
  text: why,
});

/** The origin's own description cannot be served: 4xx is its phone's doing, 5xx ours. */
export const endOfOriginFailure = (sipStatus: number, why: string): CallEnd => {
  const endStatus: EndStatus = sipStatus < 500 ? 'clientError' : 'error';
  return { endStatus, hungUpSide: 'system', cause: why };
};

/** The person has heard what the task had to say. */
export const endOfMessage: CallEnd = {
  endStatus: 'ok',
  hungUpSide: 'system',
  cause: 'the message was played',
};

/** The caller is sent away from the queue. */
export const endOfWaiting = (why: 'no-seat' | 'too-long', wasRung: boolean): CallEnd =>
  why === 'no-seat'
    ? {
        endStatus: 'noSeatOnline',
        hungUpSide: 'system',
        cause: wasRung
          ? 'nobody answered the phones that rang, and no agent was there any more'
          : 'no agent of the queue was there to answer',
      }
    : {
        endStatus: 'waitingGiveUp',
        hungUpSide: 'system',
        cause: "the queue's longest waiting time was over",
      };

/** Hung up from the console or the API: an agent's or supervisor's doing. */
export const endOfHangUp = (topology: Topology): CallEnd => ({
  endStatus: topology.phase === 'connected' || topology.phase === 'telling' ? 'ok' : 'callerCancel',
  hungUpSide: 'seat',
  cause: 'hung up from the console',
});

export const endOfSilence = (leg: Leg, silentMs: number): CallEnd => ({
  endStatus: 'error',
  hungUpSide: 'system',
  cause: `nothing was heard of the ${leg.party} for ${Math.round(silentMs / 1000)} s`,
});

export const endOfShutdown: CallEnd = {
  endStatus: 'error',
  hungUpSide: 'system',
  cause: 'the server was shut down while the call was up',
};

export const endOfFailure = (why: string): CallEnd => ({
  endStatus: 'error',
  hungUpSide: 'system',
  cause: why,
});
