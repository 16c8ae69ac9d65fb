/**
 * Session timers: a dialog whose peer vanished without BYE ends all the same, because one side keeps refreshing it and the
 * other one watches.
 *
 * @see RFC 4028
 */
import { tokensOf } from './headers.ts';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';
import { Timed, type TimingWheel } from './timing-wheel.ts';

/** Half an hour, the recommended value (RFC 4028 §4). */
export const preferredSeconds = 1800;
/** The least any server may ask for (RFC 4028 §5). */
export const leastSeconds = 90;

/** What both sides agreed on. */
export interface SessionTerms {
  /** Length of the interval. */
  readonly seconds: number;
  /** We send the refreshes; else we watch for them. */
  readonly weRefresh: boolean;
}

interface SessionExpires {
  readonly seconds: number;
  readonly refresher: 'uac' | 'uas' | null;
}

const readSeconds = (text: string | undefined): number | null => {
  const match = /^\s*(\d{1,9})/.exec(text ?? '');
  return match?.[1] === undefined ? null : Number(match[1]);
};

/** Null when the header is missing or cannot be read: then there is no timer, which harms nobody. */
const readSessionExpires = (message: SipMessage): SessionExpires | null => {
  const text = message.headers.get('Session-Expires');
  const seconds = readSeconds(text);
  if (text === undefined || seconds === null) return null;
  const refresher = /;\s*refresher\s*=\s*(uac|uas)/i.exec(text)?.[1]?.toLowerCase();
  return { seconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : null };
};

const minSeOf = (message: SipMessage): number =>
  Math.max(leastSeconds, readSeconds(message.headers.get('Min-SE')) ?? 0);

/** A peer that knows session timers asks for less than 90 s: answer 422 with Min-SE (RFC 4028 §9). */
export const isTooBrief = (request: SipRequest): boolean => {
  const asked = readSessionExpires(request);
  return (
    asked !== null &&
    asked.seconds < leastSeconds &&
    tokensOf(request, 'Supported').includes('timer')
  );
};

/** Our side of a 2xx to INVITE or UPDATE: the terms, and the headers that say so (RFC 4028 §9). */
export const answerTerms = (
  request: SipRequest,
): { readonly terms: SessionTerms; readonly headers: readonly (readonly [string, string])[] } => {
  const asked = readSessionExpires(request);
  const isKnown = tokensOf(request, 'Supported').includes('timer');
  const wanted = Math.min(asked?.seconds ?? preferredSeconds, preferredSeconds);
  const seconds = Math.max(wanted, minSeOf(request));
  const refresher = isKnown ? (asked?.refresher ?? 'uac') : 'uas';
  const value = ['Session-Expires', `${seconds};refresher=${refresher}`] as const;
  return {
    terms: { seconds, weRefresh: refresher === 'uas' },
    headers: refresher === 'uac' ? [['Require', 'timer'], value] : [value],
  };
};

/** What a 2xx to our INVITE or UPDATE agreed to; a peer without timers is refreshed by us (RFC 4028 §7.2). */
export const agreedTerms = (response: SipResponse, asked: SessionTerms): SessionTerms => {
  const answer = readSessionExpires(response);
  if (answer === null) return { seconds: asked.seconds, weRefresh: true };
  return {
    seconds: Math.max(answer.seconds, leastSeconds),
    weRefresh: answer.refresher !== 'uas',
  };
};

/** Headers of our INVITE or UPDATE. Without `terms` this is the first one and the peer may choose who refreshes. */
export const askTerms = (
  terms: SessionTerms | null,
  minSe = leastSeconds,
): readonly (readonly [string, string])[] => {
  const seconds = Math.max(terms?.seconds ?? preferredSeconds, minSe);
  const role = terms === null ? '' : `;refresher=${terms.weRefresh ? 'uac' : 'uas'}`;
  return [
    ['Session-Expires', `${seconds}${role}`],
    ['Min-SE', String(minSe)],
  ];
};

/** Min-SE of a 422, for the second attempt (RFC 4028 §7.3). */
export const minSeOfRefusal = (response: SipResponse): number => minSeOf(response);

/** Runs the agreed interval: asks for a refresh at half of it, or reports that none came. */
export class SessionTimer extends Timed {
  readonly #wheel: TimingWheel;
  readonly #onRefresh: (now: number) => void;
  readonly #onExpired: (now: number) => void;
  #terms: SessionTerms | null = null;

  constructor(
    wheel: TimingWheel,
    user: {
      readonly onRefresh: (now: number) => void;
      readonly onExpired: (now: number) => void;
    },
  ) {
    super();
    this.#wheel = wheel;
    this.#onRefresh = user.onRefresh;
    this.#onExpired = user.onExpired;
  }

  get terms(): SessionTerms | null {
    return this.#terms;
  }

  /** After each 2xx to an INVITE or UPDATE of either side. */
  start(terms: SessionTerms, now: number): void {
    this.#terms = terms;
    const { seconds, weRefresh } = terms;
    // RFC 4028 §10: the watcher ends the dialog a little early, by a third of the interval or 32 s.
    const waitSeconds = weRefresh ? seconds / 2 : seconds - Math.min(32, seconds / 3);
    this.#wheel.schedule(this, now + waitSeconds * 1000);
  }

  /** Idempotent. */
  stop(): void {
    this.#wheel.stop(this);
  }

  override fire(now: number): void {
    if (this.#terms?.weRefresh === true) this.#onRefresh(now);
    else this.#onExpired(now);
  }
}
