/**
 * Who sends an INVITE or REGISTER, decided in this order:
 *
 *  (a) From or Authorization names one of our agents: digest, always;
 *  (b) the source is an address of a trunk, or a trunk's credentials answer a challenge;
 *  (c) anyone else is challenged once (401), then refused (403), then dropped, counted per source address and port.
 */
import type { AgentEntry, TrunkEntry } from '#core/directory.ts';
import type { Log } from '#ports/log.ts';
import type { Counter, Metrics } from '#ports/metrics.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import { fromOf, toOf } from '#protocol/sip/headers.ts';
import type { SipRequest } from '#protocol/sip/message.ts';
import { dialledUser } from './addressing.ts';
import type { DirectoryIndex } from './directory-index.ts';
import type { DigestAnswer, DigestGate } from './digest-gate.ts';
import type { Caller } from './leg.ts';
import type { StrangerNotices } from './stranger-notices.ts';
import { StrikeTable } from './strikes.ts';

/** What to do with a request. */
export type Judgement =
  | { readonly kind: 'known'; readonly caller: Caller }
  | { readonly kind: 'challenge'; readonly isStale: boolean; readonly md5Alone: boolean }
  | { readonly kind: 'forbid' }
  /** Credentials that break their grammar, or were made for another request: 400. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'drop' };

/** Strangers may try again after this; an attack keeps its strikes fresh. */
const strangerWindowMs = 60_000;
/** Wrong passwords of one user from one source before the door stays shut for a minute: people mistype three times. */
const wrongBeforeForbid = 3;
const wrongBeforeDrop = 12;
const wrongWindowMs = 60_000;
/** A phone with a wrong password tries for ever, and so does who guesses: one line per name in this time. */
const tellAgainMs = 60_000;
/** The same from one address whatever the port, since every guess may come from a new one: three phones' worth of mistakes. */
const wrongOfAddressBeforeDrop = 36;

/** Longer than the time between two registrations of a phone. */
const unansweredWindowMs = 2 * 3_600_000;
const knowsMd5Alone = /^baresip v?1\.0/i;
const plainChallenge = { kind: 'challenge', isStale: false, md5Alone: false } as const;

/** A request of one of our agents or trunks whose digest is not right. */
interface Unproven {
  readonly source: string;
  readonly ofAddress: string;
  /** SIP user name, as in `forgive`. */
  readonly name: string;
  /** The same for people. */
  readonly whose: { readonly sipUsername: string } | { readonly trunk: string };
  readonly request: SipRequest;
  readonly flow: Flow;
}

export interface GateOptions {
  readonly digest: DigestGate;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly strangers: StrangerNotices;
  /** Hosts that are ours in a From: domain, public address, listening address. */
  readonly ownHosts: readonly string[];
}

export class Gate {
  readonly #digest: DigestGate;
  readonly #ownHosts: ReadonlySet<string>;
  readonly #strangers = new StrikeTable(strangerWindowMs);
  readonly #wrong = new StrikeTable(wrongWindowMs);
  readonly #wrongOfAddress = new StrikeTable(wrongWindowMs);
  /** Sources that knew the password: guesses of others behind their address do not shut them out. For trunks the addresses, too. */
  readonly #proven = new StrikeTable(unansweredWindowMs);
  /** Challenges that a phone has not answered yet. */
  readonly #unanswered = new StrikeTable(unansweredWindowMs);
  readonly #judged: Counter;
  readonly #log: Log;
  readonly #notices: StrangerNotices;
  readonly #wrongPasswords: Counter;
  /** Names whose wrong password was told of a moment ago. */
  readonly #told = new StrikeTable(tellAgainMs);

  constructor(options: GateOptions) {
    this.#digest = options.digest;
    this.#ownHosts = new Set(options.ownHosts.map((host) => host.toLowerCase()));
    this.#judged = options.metrics.counter(
      'sip_identity_total',
      'New requests by what the identity check said',
      ['verdict'],
    );
    this.#log = options.log;
    this.#notices = options.strangers;
    this.#wrongPasswords = options.metrics.counter(
      'sip_wrong_passwords_total',
      'Requests of known agents and trunks with a password that was wrong',
      ['of'],
    );
  }

  /**
   * Names that are new, or have another password, begin anew: a phone that kept trying before we knew it is not kept out for that.
   */
  forgive(names: ReadonlySet<string>): void {
    if (names.size === 0) return;
    for (const table of [this.#strangers, this.#wrong, this.#wrongOfAddress, this.#told])
      table.forgetNamed(names);
  }

  judge(request: SipRequest, flow: Flow, index: DirectoryIndex, now: number): Judgement {
    const judgement = this.#decide(request, flow, index, now);
    this.#judged.add(1, { verdict: verdictOf(judgement) });
    return judgement;
  }

  #decide(request: SipRequest, flow: Flow, index: DirectoryIndex, now: number): Judgement {
    const username = this.#digest.usernameOf(request);
    const named = this.#agentNamed(request, username, index);
    if (named) return this.#judgeAgent(named, request, flow, now);
    const claimed = username ?? fromOf(request).uri.user ?? '';
    if (request.method === 'REGISTER') return this.#judgeStranger(flow, claimed, now);
    const bySource = index.trunkBySource(flow.remoteAddress, flow.remotePort);
    if (bySource) return { kind: 'known', caller: { kind: 'trunk', trunk: bySource } };
    const byUser = username === undefined ? undefined : index.trunkByUser(username);
    if (byUser) return this.#judgeTrunk(byUser, request, flow, now);
    // Of a trunk that calls with a password, and will answer the challenge as it did before.
    if (this.#proven.count(flow.remoteAddress, now) > 0) return plainChallenge;
    this.#notices.called(flow.remoteAddress, dialledUser(request));
    return this.#judgeStranger(flow, claimed, now);
  }

  /** Who a request says it comes from, proven or not, when that is an agent. */
  claimedAgent(request: SipRequest, index: DirectoryIndex): AgentEntry | undefined {
    return this.#agentNamed(request, this.#digest.usernameOf(request), index);
  }

  /** (a) From with one of our hosts, or Authorization whatever the From. */
  #agentNamed(
    request: SipRequest,
    authorized: string | undefined,
    index: DirectoryIndex,
  ): AgentEntry | undefined {
    const byAuthorization = authorized === undefined ? undefined : index.agentByUser(authorized);
    const { uri } = fromOf(request);
    const byFrom =
      uri.user !== null && this.#ownHosts.has(uri.host) ? index.agentByUser(uri.user) : undefined;
    return byAuthorization ?? byFrom;
  }

  #judgeAgent(agent: AgentEntry, request: SipRequest, flow: Flow, now: number): Judgement {
    const name = agent.sipUsername;
    const source = `${flow.key}|${name}`;
    const ofAddress = `${flow.remoteAddress}|${name}`;
    if (this.#hasGuessed(source, ofAddress, now)) return { kind: 'drop' };
    const verdict = this.#digest.checkAgent(request, agent, now);
    if (verdict === 'right') {
      if (!speaksForItself(request, agent, this.#ownHosts)) return { kind: 'forbid' };
      this.#wrong.forget(source);
      this.#proven.strike(source, now);
      // A phone that needed MD5 alone will need it again.
      if (this.#unanswered.count(source, now) === 1) this.#unanswered.forget(source);
      return { kind: 'known', caller: { kind: 'agent', agent } };
    }
    if (verdict === 'missing') return this.#challengePhone(request, source, now);
    const whose = { sipUsername: name };
    return this.#unproven(verdict, { source, ofAddress, name, whose, request, flow }, now);
  }

  #hasGuessed(source: string, ofAddress: string, now: number): boolean {
    if (this.#wrong.count(source, now) >= wrongBeforeDrop) return true;
    const isOver = this.#wrongOfAddress.count(ofAddress, now) >= wrongOfAddressBeforeDrop;
    return isOver && this.#proven.count(source, now) === 0;
  }

  /**
   * Some phones give up on a 401 that offers SHA-256 at all: Debian's baresip 1.0 says so by its name, others by asking again
   * without an answer.
   */
  #challengePhone(request: SipRequest, source: string, now: number): Judgement {
    const unanswered = this.#unanswered.strike(source, now);
    const agent = request.headers.get('User-Agent') ?? '';
    const md5Alone = unanswered > 1 || knowsMd5Alone.test(agent);
    return { kind: 'challenge', isStale: false, md5Alone };
  }

  #judgeTrunk(trunk: TrunkEntry, request: SipRequest, flow: Flow, now: number): Judgement {
    const source = `${flow.key}|${trunk.id}`;
    const ofAddress = `${flow.remoteAddress}|${trunk.id}`;
    if (this.#hasGuessed(source, ofAddress, now)) return { kind: 'drop' };
    const verdict = this.#digest.checkTrunk(request, trunk, now);
    if (verdict === 'right') {
      this.#wrong.forget(source);
      this.#proven.strike(source, now);
      // Its next call begins without credentials again.
      this.#proven.strike(flow.remoteAddress, now);
      this.#notices.proven(flow.remoteAddress);
      return { kind: 'known', caller: { kind: 'trunk', trunk } };
    }
    const name = trunk.credentials?.username ?? '';
    const whose = { trunk: trunk.name };
    return this.#unproven(verdict, { source, ofAddress, name, whose, request, flow }, now);
  }

  #unproven(verdict: Exclude<DigestAnswer, 'right'>, from: Unproven, now: number): Judgement {
    if (verdict === 'refused') return { kind: 'malformed' };
    if (verdict !== 'wrong') return { ...plainChallenge, isStale: verdict === 'stale' };
    this.#tellOfWrong(from, now);
    this.#wrongOfAddress.strike(from.ofAddress, now, from.name);
    const strikes = this.#wrong.strike(from.source, now, from.name);
    return strikes > wrongBeforeForbid ? { kind: 'forbid' } : plainChallenge;
  }

  /** By name, not by address: those of UDP can be invented without end. */
  #tellOfWrong({ name, whose, request: { method }, flow }: Unproven, now: number): void {
    // Nothing else is judged here.
    const of = method === 'REGISTER' ? 'registration' : 'call';
    this.#wrongPasswords.add(1, { of });
    const key = `${of}|${name}`;
    if (this.#told.count(key, now) > 0) return;
    this.#told.strike(key, now, name);
    this.#log.warn(`sip.${of}-refused`, {
      ...whose,
      address: flow.remoteAddress,
      why: 'the password is wrong',
    });
  }

  /** (c) */
  #judgeStranger(flow: Flow, claimed: string, now: number): Judgement {
    const strikes = this.#strangers.strike(
      `${flow.remoteAddress}:${flow.remotePort}`,
      now,
      claimed,
    );
    if (strikes === 1) return plainChallenge;
    return strikes === 2 ? { kind: 'forbid' } : { kind: 'drop' };
  }
}

/** An agent registers itself only, and calls under no other agent's name. */
const speaksForItself = (
  request: SipRequest,
  agent: AgentEntry,
  ownHosts: ReadonlySet<string>,
): boolean => {
  if (request.method === 'REGISTER') return toOf(request).uri.user === agent.sipUsername;
  const { uri } = fromOf(request);
  return !ownHosts.has(uri.host) || uri.user === null || uri.user === agent.sipUsername;
};

const verdictOf = (judgement: Judgement): string =>
  judgement.kind === 'known' ? judgement.caller.kind : judgement.kind;
