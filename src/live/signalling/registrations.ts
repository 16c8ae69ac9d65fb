/** Which phones our agents have, and who is told when that changes. */
import type { AgentEntry, Directory } from '#core/directory.ts';
import type { Log } from '#ports/log.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import type { SipRequest } from '#protocol/sip/message.ts';
import { type Binding, Registrar, type RegisterOutcome } from '#protocol/sip/registrar.ts';
import { TimedCall } from '#protocol/sip/timing-wheel.ts';
import type { WheelClock } from './wheel-clock.ts';

/** Registrations run out unnoticed unless somebody looks. */
const expirySweepMs = 1000;

export interface RegistrationsOptions {
  readonly time: WheelClock;
  readonly log: Log;
  readonly agentByUser: (user: string) => AgentEntry | undefined;
}

export class Registrations {
  readonly #options: RegistrationsOptions;
  readonly #registrar = new Registrar();
  readonly #sweep = new TimedCall((now) => this.#expire(now));
  readonly #handlers: ((agent: AgentEntry, contacts: number) => void)[] = [];

  constructor(options: RegistrationsOptions) {
    this.#options = options;
  }

  /** From now on those that run out are noticed. */
  open(): void {
    const { time } = this.#options;
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
    if (outcome.ok && outcome.bindings.length !== before)
      this.#tell(agent, outcome.bindings.length);
    return outcome;
  }

  flowClosed(flow: Flow): void {
    this.#tellLost(this.#registrar.flowClosed(flow));
  }

  /** A phone that registered with a password, name or agent of before is out: the name may be another's by now. */
  signOut(agents: readonly AgentEntry[], { agents: now }: Directory): void {
    const lost = agents.filter(({ sipUsername }) => this.#registrar.forget(sipUsername));
    const lostIds = new Set(lost.map(({ id }) => id));
    for (const agent of now) if (lostIds.has(agent.id)) this.#tell(agent, this.of(agent).length);
  }

  #expire(now: number): void {
    this.#tellLost(this.#registrar.expire(now));
    this.#options.time.wheel.schedule(this.#sweep, now + expirySweepMs);
  }

  #tellLost(users: readonly string[]): void {
    for (const user of users) {
      const agent = this.#options.agentByUser(user);
      if (agent) this.#tell(agent, this.of(agent).length);
    }
  }

  #tell(agent: AgentEntry, contacts: number): void {
    this.#options.log.info('sip.registration', { user: agent.sipUsername, contacts });
    for (const handler of this.#handlers) handler(agent, contacts);
  }
}
