/** Digest authentication, what both sides share: the header's text and the hash (RFC 7616, RFC 8760, RFC 3261 §22). */
import { createHash, randomBytes } from 'node:crypto';
import { Fault } from '#base/fault.ts';
import { refuse, ok, type Result } from '#base/result.ts';
import { isToken, malformed, skipBlanks, trimBlanks } from './grammar.ts';
import { nextTopLevel, quote, unquote } from './quoting.ts';

/** Strongest first: the order in which we offer and choose. */
export const digestAlgorithms = ['SHA-256', 'MD5'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

const hashNames = { 'SHA-256': 'sha256', MD5: 'md5' } as const;

/** Lower-case hex of the algorithm's hash over UTF-8 text. */
export const digestHash = (algorithm: DigestAlgorithm, text: string): string =>
  createHash(hashNames[algorithm]).update(text, 'utf8').digest('hex');

/**
 * What a server keeps in place of the password: H(username:realm:password). It opens this realm and no other, and has to
 * be kept as secret as a password.
 */
export const makeHa1 = (
  algorithm: DigestAlgorithm,
  who: { readonly username: string; readonly realm: string; readonly password: string },
): string => digestHash(algorithm, `${who.username}:${who.realm}:${who.password}`);

export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  readonly ha1: string;
  readonly method: string;
  /** `uri` as it stands in the credentials. */
  readonly uri: string;
  readonly nonce: string;
  /** Null for credentials without qop (RFC 2069). */
  readonly count: { readonly nc: string; readonly cnonce: string } | null;
}

/** The `response` of the credentials (RFC 7616 §3.4.1), for qop `auth` or none. */
export const digestResponse = (input: DigestInput): string => {
  const { algorithm, ha1, method, uri, nonce, count } = input;
  const ha2 = digestHash(algorithm, `${method}:${uri}`);
  const middle = count === null ? nonce : `${nonce}:${count.nc}:${count.cnonce}:auth`;
  return digestHash(algorithm, `${ha1}:${middle}:${ha2}`);
};

/** Null for an algorithm we do not speak; the absent one means MD5 (RFC 7616 §3.3). */
export const parseAlgorithm = (text: string | undefined): DigestAlgorithm | null => {
  const wanted = (text ?? 'MD5').toUpperCase();
  return digestAlgorithms.find((algorithm) => algorithm === wanted) ?? null;
};

/**
 * The parameters of a row of WWW-Authenticate, Authorization or their proxy kin, names in lower case, values without
 * quotes. Null when the scheme is not Digest.
 *
 * @throws {Fault} `sip/malformed`
 */
export const parseDigestParams = (row: string): ReadonlyMap<string, string> | null => {
  if (!/^Digest[ \t]/i.test(row)) return null;
  const params = new Map<string, string>();
  for (let at = 6; at < row.length;) {
    const next = nextTopLevel(row, 0x2c, at);
    const part = row.slice(skipBlanks(row, at), next);
    const equals = part.indexOf('=');
    const name = trimBlanks(part.slice(0, Math.max(0, equals)));
    if (!isToken(name)) throw malformed('authorization', 'name=value');
    params.set(name.toLowerCase(), unquote(trimBlanks(part.slice(equals + 1))));
    at = next + 1;
  }
  return params;
};

export interface Credentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  /** Lower-case hex. */
  readonly response: string;
  /** Null when it is one we do not speak. */
  readonly algorithm: DigestAlgorithm | null;
  /** As written; null when absent. */
  readonly qop: string | null;
  readonly cnonce: string | null;
  /** Eight hex digits, or null. */
  readonly nc: string | null;
}

/**
 * Reads a row of Authorization or Proxy-Authorization; null when the scheme is not Digest.
 *
 * @throws {Fault} `sip/malformed` when a parameter is missing that every answer has
 */
export const parseCredentials = (row: string): Credentials | null => {
  const params = parseDigestParams(row);
  if (params === null) return null;
  const required = (name: string): string => {
    const value = params.get(name);
    if (value === undefined) throw malformed('authorization', name);
    return value;
  };
  const nc = params.get('nc') ?? null;
  if (nc !== null && !/^[0-9a-f]{8}$/i.test(nc)) throw malformed('authorization', 'nc');
  return {
    username: required('username'),
    realm: required('realm'),
    nonce: required('nonce'),
    uri: required('uri'),
    response: required('response').toLowerCase(),
    algorithm: parseAlgorithm(params.get('algorithm')),
    qop: params.get('qop')?.toLowerCase() ?? null,
    cnonce: params.get('cnonce') ?? null,
    nc,
  };
};

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  readonly algorithm: DigestAlgorithm;
  readonly usesQop: boolean;
}

/** Null when we cannot answer it; the Fault says why. */
const readChallenge = (row: string): Result<Challenge, Fault> => {
  const params = parseDigestParams(row);
  if (params === null) return refuse(unanswerable('scheme is not Digest'));
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  if (realm === undefined || nonce === undefined) return refuse(unanswerable('no realm or nonce'));
  const algorithm = parseAlgorithm(params.get('algorithm'));
  if (algorithm === null) return refuse(unanswerable('unknown algorithm'));
  const offered = params.get('qop');
  const qops = offered?.split(',').map((qop) => trimBlanks(qop).toLowerCase());
  if (qops && !qops.includes('auth')) return refuse(unanswerable('qop auth-int only'));
  const usesQop = qops !== undefined;
  return ok({ realm, nonce, opaque: params.get('opaque') ?? null, algorithm, usesQop });
};

const unanswerable = (why: string): Fault =>
  new Fault('sip/digest-unanswerable', `challenge cannot be answered: ${why}`, {
    blame: 'peer',
    facts: { why },
  });

export interface AnswerOrder {
  /** All rows of WWW-Authenticate or Proxy-Authenticate of the 401 or 407. */
  readonly challenges: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** The Request-URI. */
  readonly uri: string;
  /** How often this nonce has been used, this time included; default 1. */
  readonly nonceCount?: number;
}

/** The strongest challenge we can answer; else why the last one cannot be. */
const chooseChallenge = (rows: readonly string[]): Result<Challenge, Fault> => {
  const read = rows.map(readChallenge);
  for (const algorithm of digestAlgorithms)
    for (const one of read) if (one.ok && one.value.algorithm === algorithm) return one;
  return read.at(-1) ?? refuse(unanswerable('no challenge'));
};

/**
 * Answers a 401 or 407: the value for Authorization or Proxy-Authorization of the next request.
 *
 * @returns a refusal `sip/digest-unanswerable` when no challenge can be answered: another scheme, another algorithm, or
 *   auth-int only
 * @throws {Fault} `sip/malformed` when a challenge breaks the grammar
 */
export const answerChallenge = (order: AnswerOrder): Result<string, Fault> => {
  const chosen = chooseChallenge(order.challenges);
  if (!chosen.ok) return chosen;
  const { realm, nonce, opaque, algorithm, usesQop } = chosen.value;
  const { username, password, method, uri, nonceCount = 1 } = order;
  const nc = nonceCount.toString(16).padStart(8, '0');
  const count = usesQop ? { nc, cnonce: randomBytes(12).toString('hex') } : null;
  const ha1 = makeHa1(algorithm, { username, realm, password });
  const response = digestResponse({ algorithm, ha1, method, uri, nonce, count });
  const parts = [
    `Digest username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
  ];
  if (count) parts.push(`qop=auth`, `nc=${count.nc}`, `cnonce="${count.cnonce}"`);
  if (opaque !== null) parts.push(`opaque=${quote(opaque)}`);
  return ok(parts.join(', '));
};
