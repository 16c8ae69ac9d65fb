/** Digest authentication of the people and trunks in the directory, both ways. */
import { randomBytes } from 'node:crypto';
import type { AgentEntry, TrunkEntry } from '#core/directory.ts';
import {
  answerChallenge,
  type AnswerOrder,
  makeHa1,
  parseCredentials,
} from '#protocol/sip/digest.ts';
import { DigestGuard } from '#protocol/sip/digest-guard.ts';
import type { Authorize } from '#protocol/sip/dialog-usage.ts';
import type { SipRequest } from '#protocol/sip/message.ts';

export type DigestAnswer = 'right' | 'wrong' | 'stale' | 'missing' | 'refused';

type Ha1Of = Parameters<DigestGuard['verify']>[0]['ha1Of'];

/** Null for a challenge that cannot be answered, a broken one included: the 401 then stands as the refusal. */
const answerOrNull = (order: AnswerOrder): string | null => {
  try {
    const answer = answerChallenge(order);
    return answer.ok ? answer.value : null;
  } catch {
    return null;
  }
};

export class DigestGate {
  readonly #realm: string;
  readonly #guard: DigestGuard;

  constructor(realm: string) {
    this.#realm = realm;
    this.#guard = new DigestGuard({ realm, secret: randomBytes(32) });
  }

  /** Whom the Authorization header names; undefined without one that can be read. */
  usernameOf(request: SipRequest): string | undefined {
    const row = request.headers.get('Authorization');
    if (row === undefined) return undefined;
    try {
      return parseCredentials(row)?.username;
    } catch {
      // Broken credentials name nobody: the request is judged as one without.
      return undefined;
    }
  }

  /** Uses up the nonce count: once per request. */
  checkAgent(request: SipRequest, agent: AgentEntry, now: number): DigestAnswer {
    return this.#check(request, now, (username, algorithm) => {
      if (username !== agent.sipUsername) return null;
      return algorithm === 'MD5' ? agent.ha1.md5 : agent.ha1.sha256;
    });
  }

  /** Uses up the nonce count: once per request. */
  checkTrunk(request: SipRequest, trunk: TrunkEntry, now: number): DigestAnswer {
    const { credentials } = trunk;
    return this.#check(request, now, (username, algorithm) =>
      credentials?.username === username
        ? makeHa1(algorithm, { ...credentials, realm: this.#realm })
        : null,
    );
  }

  /**
   * WWW-Authenticate rows. MD5 stands before SHA-256, against RFC 8760 §2.4: many phones (JsSIP, sip.js, SIPp) read the first
   * row only and know MD5 only; those that know both find the second.
   */
  challenges(
    options: { readonly isStale: boolean; readonly md5Alone: boolean },
    now: number,
  ): readonly (readonly [string, string])[] {
    const rows = this.#guard.challenges(now, { isStale: options.isStale }).reverse();
    return rows
      .slice(0, options.md5Alone ? 1 : rows.length)
      .map((row) => ['WWW-Authenticate', row] as const);
  }

  /** Answers a trunk's 401 or 407 with its credentials. */
  authorizeWith(credentials: { readonly username: string; readonly password: string }): Authorize {
    return (request, challenge) => {
      const isProxy = challenge.status === 407;
      const rows = challenge.headers.rows(isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate');
      const { method, uri } = request;
      const answer = answerOrNull({ challenges: rows, ...credentials, method, uri });
      if (answer === null) return false;
      request.headers.set(isProxy ? 'Proxy-Authorization' : 'Authorization', answer);
      return true;
    };
  }

  #check(request: SipRequest, now: number, ha1Of: Ha1Of): DigestAnswer {
    const verdict = this.#guard.verify({
      rows: request.headers.rows('Authorization'),
      method: request.method,
      requestUri: request.uri,
      nowMs: now,
      ha1Of,
    });
    return verdict.kind === 'accepted' ? 'right' : verdict.kind;
  }
}
