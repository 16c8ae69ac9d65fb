/** The server's side of digest authentication: challenges, and the judgement of what comes back (RFC 7616 §3, §5). */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Fault, asFault } from '#base/fault.ts';
import {
  digestAlgorithms,
  digestResponse,
  parseCredentials,
  type Credentials,
  type DigestAlgorithm,
} from './digest.ts';
import { quote } from './quoting.ts';
import { parseSipUri } from './uri.ts';

export interface DigestGuardOptions {
  readonly realm: string;
  /** At least 32 bytes; nonces of another secret are stale. */
  readonly secret: Buffer;
  /** Default five minutes: a phone that registers more seldom is challenged each time, which costs it one more request. */
  readonly nonceLifetimeMs?: number;
  /** Nonces with a successful use that are remembered; default 20,000. Beyond it the oldest becomes stale. */
  readonly rememberedNonces?: number;
}

export interface DigestAttempt {
  /** All rows of Authorization or Proxy-Authorization. */
  readonly rows: readonly string[];
  readonly method: string;
  /** The Request-URI as written. */
  readonly requestUri: string;
  /** Any clock that does not jump, the same one as for `challenges`. */
  readonly nowMs: number;
  /** `makeHa1` of this user with this algorithm; null when there is no such user or hash. */
  readonly ha1Of: (username: string, algorithm: DigestAlgorithm) => string | null;
}

export type DigestVerdict =
  | { readonly kind: 'accepted'; readonly username: string; readonly algorithm: DigestAlgorithm }
  /** No credentials for our realm: challenge. */
  | { readonly kind: 'missing' }
  /** The password is right, the nonce is old, used before or not ours: challenge with `stale`. */
  | { readonly kind: 'stale'; readonly username: string }
  /** Wrong password or no such user; nothing tells which. */
  | { readonly kind: 'wrong'; readonly username: string }
  /** Answer 400: qop auth-int, broken text, or credentials made for another number. */
  | { readonly kind: 'refused'; readonly fault: Fault };

const defaultLifetimeMs = 300_000;
const defaultRemembered = 20_000;

const timeDigits = 12;
const saltDigits = 16;
const sealDigits = 32;

/** Which of the last 32 counts of a nonce were used: requests on UDP may overtake one another (RFC 7616 §3.4). */
interface Uses {
  highest: number;
  window: number;
}

const sameHex = (a: string, b: string): boolean => {
  const left = Buffer.from(a, 'latin1');
  const right = Buffer.from(b, 'latin1');
  return left.length === right.length && timingSafeEqual(left, right);
};

const dialledUser = (uri: string): string | null => {
  try {
    return parseSipUri(uri).user;
  } catch {
    return null;
  }
};

/**
 * One per realm. A nonce carries its time under an HMAC, so issuing one keeps nothing; only nonces with a right answer
 * are remembered, so that strangers cannot fill the table.
 */
export class DigestGuard {
  readonly #options: Required<DigestGuardOptions>;
  readonly #opaque = randomBytes(8).toString('hex');
  /** Oldest first. */
  readonly #uses = new Map<string, Uses>();
  /** Nonces issued up to here are stale unless they are remembered: some of their kind were forgotten. */
  #forgottenUntilMs = -1;

  constructor(options: DigestGuardOptions) {
    this.#options = {
      nonceLifetimeMs: defaultLifetimeMs,
      rememberedNonces: defaultRemembered,
      ...options,
    };
  }

  /** Rows for WWW-Authenticate or Proxy-Authenticate, strongest algorithm first (RFC 8760 §2.4). */
  challenges(nowMs: number, options: { readonly isStale?: boolean } = {}): string[] {
    const nonce = this.#issue(nowMs);
    const stale = options.isStale === true ? ', stale=true' : '';
    return digestAlgorithms.map(
      (algorithm) =>
        `Digest realm=${quote(this.#options.realm)}, nonce="${nonce}", opaque="${this.#opaque}", algorithm=${algorithm}, qop="auth"${stale}`,
    );
  }

  /** Judges the credentials of a request. A right answer uses up its nonce count: call it once per request. */
  verify(attempt: DigestAttempt): DigestVerdict {
    try {
      const credentials = this.#ownCredentials(attempt.rows);
      return credentials === null ? { kind: 'missing' } : this.#judge(credentials, attempt);
    } catch (thrown) {
      return { kind: 'refused', fault: asFault(thrown, 'sip/malformed') };
    }
  }

  /** Nonces remembered now. */
  get size(): number {
    return this.#uses.size;
  }

  /** The first row for our realm with an algorithm we offered. */
  #ownCredentials(rows: readonly string[]): Credentials | null {
    for (const row of rows) {
      const credentials = parseCredentials(row);
      if (credentials?.realm === this.#options.realm && credentials.algorithm) return credentials;
    }
    return null;
  }

  #judge(credentials: Credentials, attempt: DigestAttempt): DigestVerdict {
    const { username, nonce, uri, qop, cnonce, nc } = credentials;
    const algorithm = credentials.algorithm ?? 'MD5';
    if (qop !== null && qop !== 'auth') return refused('qop is auth only', { qop });
    if (qop !== null && (cnonce === null || nc === null)) return refused('cnonce and nc with qop');
    const count = qop !== null && cnonce !== null && nc !== null ? { nc, cnonce } : null;
    const known = attempt.ha1Of(username, algorithm);
    // An unknown user costs the same time as a wrong password.
    const ha1 = known ?? this.#opaque;
    const { method } = attempt;
    const expected = digestResponse({ algorithm, ha1, method, uri, nonce, count });
    const isRight = sameHex(expected, credentials.response) && known !== null;
    if (!isRight) return { kind: 'wrong', username };
    if (!namesSameUser(uri, attempt.requestUri)) return refused('credentials of another number');
    const isFresh = this.#use(nonce, count === null ? 1 : Number.parseInt(count.nc, 16), attempt);
    return isFresh ? { kind: 'accepted', username, algorithm } : { kind: 'stale', username };
  }

  #issue(nowMs: number): string {
    const time = Math.floor(nowMs).toString(16).padStart(timeDigits, '0');
    const open = `${time}${randomBytes(saltDigits / 2).toString('hex')}`;
    return open + this.#seal(open);
  }

  #seal(open: string): string {
    const { secret, realm } = this.#options;
    return createHmac('sha256', secret)
      .update(`${open}:${realm}`)
      .digest('hex')
      .slice(0, sealDigits);
  }

  /** When it was issued; null when not by us. */
  #issuedAt(nonce: string): number | null {
    const open = nonce.slice(0, timeDigits + saltDigits);
    return sameHex(this.#seal(open), nonce.slice(timeDigits + saltDigits))
      ? Number.parseInt(open.slice(0, timeDigits), 16)
      : null;
  }

  /** Takes one count of a nonce; false when that count is gone or the nonce too old. */
  #use(nonce: string, count: number, { nowMs }: DigestAttempt): boolean {
    const issuedAt = this.#issuedAt(nonce);
    if (issuedAt === null || nowMs - issuedAt > this.#options.nonceLifetimeMs) return false;
    const uses = this.#uses.get(nonce);
    if (uses) return takeCount(uses, count);
    if (issuedAt <= this.#forgottenUntilMs || count < 1) return false;
    this.#remember(nonce, { highest: count, window: 1 });
    return true;
  }

  #remember(nonce: string, uses: Uses): void {
    this.#uses.set(nonce, uses);
    if (this.#uses.size <= this.#options.rememberedNonces) return;
    const [oldest] = this.#uses.keys();
    if (oldest === undefined) return;
    this.#uses.delete(oldest);
    this.#forgottenUntilMs = Math.max(this.#forgottenUntilMs, this.#issuedAt(oldest) ?? -1);
  }
}

/** Bit n of the window stands for the count `highest - n`. */
const takeCount = (uses: Uses, count: number): boolean => {
  const ahead = count - uses.highest;
  if (ahead > 0) {
    uses.window = ahead > 31 ? 1 : ((uses.window << ahead) | 1) >>> 0;
    uses.highest = count;
    return true;
  }
  if (ahead <= -32 || count < 1) return false;
  const bit = (1 << -ahead) >>> 0;
  if ((uses.window & bit) !== 0) return false;
  uses.window = (uses.window | bit) >>> 0;
  return true;
};

/** Hosts differ when a proxy stands between; the user is the number that is dialled, and that has to be the same. */
const namesSameUser = (uri: string, requestUri: string): boolean =>
  dialledUser(uri) === dialledUser(requestUri);

const refused = (rule: string, facts: Readonly<Record<string, unknown>> = {}): DigestVerdict => ({
  kind: 'refused',
  fault: new Fault('sip/digest-refused', rule, {
    blame: 'peer',
    facts: { header: 'authorization', rule, ...facts },
  }),
});
