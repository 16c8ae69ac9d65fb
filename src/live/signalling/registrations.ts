/** Which phones our agents have, and who is told when that changes. */
import { asFault } from '#base/fault.ts';
import type { AgentEntry, Directory } from '#core/directory.ts';
import type { Clock } from '#ports/clock.ts';
import type { KeptPhone, KeptPhones } from '#ports/kept-phones.ts';
import type { Log } from '#ports/log.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import type { SipRequest } from '#protocol/sip/message.ts';
import {
  type Binding,
  defaultRegistrarLimits,
  Registrar,
  type RegisterOutcome,
} from '#protocol/sip/registrar.ts';
import { TimedCall } from '#protocol/sip/timing-wheel.ts';
import { formatSipUri, parseSipUri } from '#protocol/sip/uri.ts';
import type { WheelClock } from './wheel-clock.ts';

/** However wrong the wall clock was: no registration is granted for longer. */
const longestMs = defaultRegistrarLimits.maxExpiresSeconds * 1000;
/** Phones that are asked at a time whether they are still there. */
const askedAtOnce = 50;
/** Registrations run out unnoticed unless somebody looks. */
const expirySweepMs = 1000;

export interface RegistrationsOptions {
  readonly time: WheelClock;
  readonly clock: Clock;
  readonly log: Log;
  readonly kept: KeptPhones;
  readonly datagramFlow: (address: string, port: number) => Flow;
  /** Whether the phone answers; never rejects. */
  readonly probe: (binding: Binding) => Promise<boolean>;
  readonly agentByUser: (user: string) => AgentEntry | undefined;
}

export class Registrations {
  readonly #options: RegistrationsOptions;
  readonly #registrar = new Registrar();
  readonly #sweep = new TimedCall((now) => this.#expire(now));
  /** By agent: an entry changes with its password. */
  readonly #credentialsIds = new WeakMap<AgentEntry, string>();
  readonly #handlers: ((agent: AgentEntry, contacts: number) => void)[] = [];

  constructor(options: RegistrationsOptions) {
    this.#options = options;
  }

  /** Takes back the phones of the last life; from now on those that run out are noticed. */
  open(): void {
    const { time } = this.#options;
    this.#restore();
    time.wheel.schedule(this.#sweep, time.now() + expirySweepMs);
  }

  onChange(handler: (agent: AgentEntry, contacts: number) => void): void {
    this.#handlers.push(handler);
  }

  of({ sipUsername }: AgentEntry): readonly Binding[] {
    return this.#registrar.bindings(sipUsername, this.#options.time.now());
  }

  register(agent: AgentEntry, request: SipRequest, flow: Flow, now: number): RegisterOutcome {
    const before = this.of(agent).length;
    const outcome = this.#registrar.register(agent.sipUsername, request, flow, now);
    if (!outcome.ok) return outcome;
    this.#keep();
    if (outcome.bindings.length !== before) this.#tell(agent, outcome.bindings.length);
    return outcome;
  }

  flowClosed(flow: Flow): void {
    this.#tellLost(this.#registrar.flowClosed(flow));
  }

  /** A phone that registered with a password, name or agent of before is out: the name may be another's by now. */
  signOut(agents: readonly AgentEntry[], { agents: now }: Directory): void {
    const lost = agents.filter(({ sipUsername }) => this.#registrar.forget(sipUsername));
    if (lost.length > 0) this.#keep();
    const lostIds = new Set(lost.map(({ id }) => id));
    for (const agent of now) if (lostIds.has(agent.id)) this.#tell(agent, this.of(agent).length);
  }

  #expire(now: number): void {
    this.#tellLost(this.#registrar.expire(now));
    this.#options.time.wheel.schedule(this.#sweep, now + expirySweepMs);
  }

  #tellLost(users: readonly string[]): void {
    if (users.length > 0) this.#keep();
    for (const user of users) {
      const agent = this.#options.agentByUser(user);
      if (agent) this.#tell(agent, this.of(agent).length);
    }
  }

  /** Only over UDP: a connection ended with the process that held it. */
  #list(): KeptPhone[] {
    const { time, clock, agentByUser } = this.#options;
    const toWallMs = clock.nowMs() - time.now();
    return [...this.#registrar.all()].flatMap(([sipUsername, bindings]) => {
      const agent = agentByUser(sipUsername);
      if (agent === undefined) return [];
      const credentialsId = this.#credentialsIdOf(agent);
      return bindings
        .filter(({ flow }) => !flow.reliable)
        .map(({ uri, flow, callId, sequence, q, expiresAt }) => ({
          sipUsername,
          credentialsId,
          uri: formatSipUri(uri),
          address: flow.remoteAddress,
          port: flow.remotePort,
          callId,
          sequence,
          q,
          expiresAtMs: Math.round(expiresAt + toWallMs),
        }));
    });
  }

  #restore(): void {
    const { time, clock, log, kept, agentByUser, datagramFlow } = this.#options;
    const now = time.now();
    const restored: [AgentEntry, Binding][] = [];
    for (const phone of kept.read()) {
      const agent = agentByUser(phone.sipUsername);
      const leftMs = phone.expiresAtMs - clock.nowMs();
      if (
        agent === undefined ||
        this.#credentialsIdOf(agent) !== phone.credentialsId ||
        leftMs <= 0
      )
        continue;
      try {
        const { callId, sequence, q } = phone;
        const flow = datagramFlow(phone.address, phone.port);
        const uri = parseSipUri(phone.uri);
        const expiresAt = now + Math.min(leftMs, longestMs);
        const binding = { uri, flow, callId, sequence, q, expiresAt, isRestored: true } as const;
        this.#registrar.restore(phone.sipUsername, binding);
        restored.push([agent, binding]);
      } catch (thrown) {
        const { code, message } = asFault(thrown, 'sip/malformed');
        log.warn('sip.phone-not-restored', { user: phone.sipUsername, code, reason: message });
      }
    }
    if (restored.length === 0) return;
    log.info('sip.phones-restored', { phones: restored.length });
    void this.#ask(restored);
  }

  /** Who went home meanwhile does not answer: each phone is asked once, and until then counts as there. */
  async #ask(restored: readonly [AgentEntry, Binding][]): Promise<void> {
    for (let from = 0; from < restored.length; from += askedAtOnce)
      await Promise.all(
        restored.slice(from, from + askedAtOnce).map(async ([agent, binding]) => {
          if (await this.#options.probe(binding)) return;
          if (this.#registrar.drop(agent.sipUsername, binding)) this.#tellLost([agent.sipUsername]);
        }),
      );
  }

  #credentialsIdOf(agent: AgentEntry): string {
    const known = this.#credentialsIds.get(agent);
    if (known !== undefined) return known;
    const made = this.#options.kept.nameOf(`${agent.id} ${agent.ha1.sha256}`);
    this.#credentialsIds.set(agent, made);
    return made;
  }

  #keep(): void {
    this.#options.kept.changed(() => this.#list());
  }

  #tell(agent: AgentEntry, contacts: number): void {
    this.#options.log.info('sip.registration', { user: agent.sipUsername, contacts });
    for (const handler of this.#handlers) handler(agent, contacts);
  }
}
