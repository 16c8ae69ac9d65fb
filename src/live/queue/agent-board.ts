import type { AgentChange } from '#core/call/topology-words.ts';
import type { AgentEntry } from '#core/directory.ts';
import type { AgentId, TenantId } from '#core/ids.ts';
import {
  type AgentPresence,
  awayReasonOf,
  canBeRung,
  decidePresence,
  newPresence,
  type PresenceEvent,
  stateOf,
  stateSinceMs,
} from '#core/routing/agent-presence.ts';
import type { DirectoryIndex } from '#core/routing/directory-index.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { AgentWishes } from '#ports/agent-wishes.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { LiveAgent } from '#ports/live-calls.ts';

export interface AgentBoardOptions {
  readonly clock: Clock;
  readonly changeFeed: ChangeFeed;
  readonly directory: () => DirectoryIndex;
  /** Phones of an agent that are registered now; asked when an agent is met for the first time. */
  readonly contactsOf: (agent: AgentEntry) => number;
  readonly wishes: AgentWishes;
}

/** The agents of this node as they are now: who can be rung, who talks, who wraps up. Kept in memory; phones rebuild it by registering, and what a person chose is kept. */
export class AgentBoard {
  readonly #options: AgentBoardOptions;
  readonly #presences = new Map<AgentId, AgentPresence>();
  readonly #wrapUps = new Map<AgentId, { readonly timer: Timer; readonly untilMs: number }>();
  readonly #listeners = new Set<(agent: AgentEntry) => void>();

  constructor(options: AgentBoardOptions) {
    this.#options = options;
  }

  /** Calls back after each change of an agent's presence. */
  onChange(listener: (agent: AgentEntry) => void): void {
    this.#listeners.add(listener);
  }

  presenceOf(agent: AgentEntry): AgentPresence {
    const known = this.#presences.get(agent.id);
    if (known !== undefined) return known;
    const { clock, contactsOf, wishes } = this.#options;
    const awaySinceMs = wishes.awaySinceMs(agent.id);
    const presence: AgentPresence = {
      ...newPresence(clock.nowMs()),
      contacts: contactsOf(agent),
      ...(awaySinceMs !== null && {
        wish: 'unavailable',
        wishedBy: 'person',
        wishedAtMs: awaySinceMs,
      }),
    };
    this.#presences.set(agent.id, presence);
    return presence;
  }

  registered(agent: AgentEntry, contacts: number): void {
    if (this.presenceOf(agent).contacts === contacts) return;
    this.#tell(agent, { kind: 'contacts', contacts });
  }

  /** An agent says whether calls may come. Not while on a call. */
  choose(agent: AgentEntry, state: 'available' | 'unavailable'): LiveAgent | 'in-call' {
    if (this.presenceOf(agent).calls > 0) return 'in-call';
    this.#options.wishes.keep(agent, state);
    this.#tell(agent, { kind: 'chosen', state });
    return this.#view(agent);
  }

  /** Takes the agent for one call, until that call says what came of it. False when the agent cannot be rung. */
  take(agent: AgentEntry): boolean {
    if (!canBeRung(this.presenceOf(agent))) return false;
    this.#tell(agent, { kind: 'rung' });
    return true;
  }

  /** What became of an agent on a call. */
  change(agentId: AgentId, change: AgentChange): void {
    const agent = this.#options.directory().agent(agentId);
    // Deleted in mid-call: nobody is left to be offered anything.
    if (agent === undefined) this.#forget(agentId);
    else this.#tell(agent, change.kind === 'left' ? this.#departure(agent, change) : change);
  }

  /** The agents of a tenant as they are now. */
  list(tenantId: TenantId): readonly LiveAgent[] {
    return this.#options
      .directory()
      .directory.agents.filter((agent) => agent.tenantId === tenantId)
      .map((agent) => this.#view(agent));
  }

  /** The directory has changed: agents who are gone and on no call are forgotten. */
  prune(): void {
    const index = this.#options.directory();
    for (const [agentId, presence] of this.#presences) {
      if (index.agent(agentId) === undefined && presence.calls === 0) this.#forget(agentId);
    }
  }

  /** Stops the wrap-up timers. */
  close(): void {
    for (const { timer } of this.#wrapUps.values()) timer.cancel();
    this.#wrapUps.clear();
    this.#listeners.clear();
  }

  #departure(agent: AgentEntry, change: { readonly wrapsUp: boolean }): PresenceEvent {
    return { kind: 'left', wrapsUp: change.wrapsUp && this.#wrapUpSeconds(agent) > 0 };
  }

  #wrapUpSeconds(agent: AgentEntry): number {
    return this.#options.directory().tenant(agent.tenantId)?.wrapUpSeconds ?? 0;
  }

  #tell(agent: AgentEntry, event: PresenceEvent): void {
    const before = this.presenceOf(agent);
    const after = decidePresence(before, event, this.#options.clock.nowMs());
    this.#presences.set(agent.id, after);
    if (before.isWrappingUp !== after.isWrappingUp) this.#setWrapUpTimer(agent, after);
    const isSeen =
      stateOf(before) !== stateOf(after) ||
      awayReasonOf(before) !== awayReasonOf(after) ||
      before.contacts !== after.contacts;
    if (isSeen) {
      const { id, tenantId } = agent;
      this.#options.changeFeed.publish({ tenantId, topic: 'agents', id });
    }
    for (const listener of this.#listeners) listener(agent);
  }

  #setWrapUpTimer(agent: AgentEntry, presence: AgentPresence): void {
    this.#wrapUps.get(agent.id)?.timer.cancel();
    this.#wrapUps.delete(agent.id);
    if (!presence.isWrappingUp) return;
    const over = (): void => this.#tell(agent, { kind: 'wrapUpOver' });
    const delayMs = this.#wrapUpSeconds(agent) * 1000;
    const { clock } = this.#options;
    const timer = clock.setTimer(delayMs, over);
    this.#wrapUps.set(agent.id, { timer, untilMs: clock.nowMs() + delayMs });
  }

  #forget(agentId: AgentId): void {
    this.#presences.delete(agentId);
    this.#wrapUps.get(agentId)?.timer.cancel();
    this.#wrapUps.delete(agentId);
  }

  #view(agent: AgentEntry): LiveAgent {
    const presence = this.presenceOf(agent);
    return {
      agentId: agent.id,
      state: stateOf(presence),
      registeredContacts: presence.contacts,
      sinceMs: stateSinceMs(presence),
      awayReason: awayReasonOf(presence),
      wrapUpUntilMs:
        stateOf(presence) === 'wrapUp' ? (this.#wrapUps.get(agent.id)?.untilMs ?? null) : null,
    };
  }
}
