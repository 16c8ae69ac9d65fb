import { randomUUID } from 'node:crypto';
import { ok, refuse, type Result } from '#base/result.ts';
import type { LegFacts, Target } from '#core/call/topology-words.ts';
import type { AgentEntry, TenantEntry } from '#core/directory.ts';
import type { CallId, LegId } from '#core/ids.ts';
import { isSeatOnline } from '#core/routing/agent-presence.ts';
import type { DirectoryIndex } from '#core/routing/directory-index.ts';
import { type OutboundPlan, planOutbound } from '#core/routing/outbound.ts';
import { normaliseNumber } from '#core/routing/phone-number.ts';
import { type Refusal, type Route, routeFromAgent, routeFromTrunk } from '#core/routing/route.ts';
import type { TaskCallEvent, TaskCallOrder, TaskCallRefusal } from '#ports/call-placer.ts';
import type { PlaceCallOrder, PlaceCallRefusal } from '#ports/live-calls.ts';
import type { AgentBoard } from '../queue/agent-board.ts';
import type { IncomingLeg } from '../signalling/leg.ts';
import type { CallOrder, Dialling } from './call-world.ts';

export interface AdmissionOptions {
  readonly board: AgentBoard;
  /** How long a phone rings where no queue says so, in seconds. */
  readonly agentRingSeconds: number;
  /** How long a number outside rings before the call is given up, in seconds. */
  readonly outsideRingSeconds: number;
}

/** An INVITE whose caller, tenant and way are known. */
export interface Admitted {
  readonly tenant: TenantEntry;
  readonly route: Route;
  /** By the rule of emergency calls, no limit applies (spec decision 15). */
  readonly isEmergency: boolean;
}

/** Whose call this is and where it leads; undefined when its tenant has just been deleted. */
export const admit = (index: DirectoryIndex, incoming: IncomingLeg): Admitted | undefined => {
  const { caller, dialled } = incoming;
  const tenantId = caller.kind === 'agent' ? caller.agent.tenantId : caller.trunk.tenantId;
  const tenant = index.tenant(tenantId);
  if (tenant === undefined) return undefined;
  const route =
    caller.kind === 'agent'
      ? routeFromAgent(index, tenant, caller.agent, dialled)
      : routeFromTrunk(index, tenant, dialled);
  return { tenant, route, isEmergency: route.kind === 'outside' && route.plan.isEmergency };
};

const newLegId = (): LegId => randomUUID() as LegId;

const customerLeg = (direction: 'in' | 'out'): LegFacts => ({
  id: newLegId(),
  party: 'customer',
  participant: 1,
  agentId: null,
  direction,
});

const agentLeg = (agent: AgentEntry, direction: 'in' | 'out', participant: number): LegFacts => ({
  id: newLegId(),
  party: 'agent',
  participant,
  agentId: agent.id,
  direction,
});

/** Who the called phone shows, and who the account names. */
interface CallerIdentity {
  readonly number: string;
  readonly displayName: string;
}

/** Turns routes into calls: names the legs and how each is dialled, and takes the agent that a call is for. */
export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** A call that a phone or trunk began. */
  incoming(
    index: DirectoryIndex,
    incoming: IncomingLeg,
    tenant: TenantEntry,
    route: Exclude<Route, { kind: 'presence' }>,
  ): CallOrder {
    const { caller } = incoming;
    const isCustomer = caller.kind === 'trunk';
    const origin = isCustomer ? customerLeg('in') : agentLeg(caller.agent, 'in', 2);
    const identity: CallerIdentity = {
      number: isCustomer
        ? normaliseNumber(incoming.callerNumber, tenant.country)
        : caller.agent.sipUsername,
      displayName: isCustomer ? incoming.displayName : caller.agent.name,
    };
    const isOutside = route.kind === 'outside';
    const way = this.#way(route, identity, origin);
    return {
      callId: randomUUID() as CallId,
      tenant,
      directoryVersion: index.directory.version,
      callType: isCustomer ? 'inbound' : isOutside ? 'agentOutbound' : 'internal',
      direction: isCustomer ? 'in' : 'out',
      caller: isOutside ? route.plan.callerNumber : identity.number,
      callee: isOutside
        ? route.plan.number
        : (index.number(tenant, incoming.dialled)?.number ?? incoming.dialled),
      trunk: isCustomer ? caller.trunk : isOutside ? route.plan.trunk : null,
      queue: route.kind === 'queue' ? route.queue : null,
      origin,
      incoming,
      ...way,
      endpointUsers: way.endpointUsers.set(
        origin.id,
        isCustomer ? identity.number : caller.agent.email,
      ),
      dialAgent: (agent) =>
        this.#dialAgent(
          agent,
          identity,
          route.kind === 'queue' ? route.queue.ringSeconds : this.#options.agentRingSeconds,
        ),
    };
  }

  /** Click-to-call: the agent's own phone rings first, then the number is dialled. In a full room help can be called all the same. */
  clickToCall(
    index: DirectoryIndex,
    wish: PlaceCallOrder,
    isFull: boolean,
  ): Result<CallOrder, PlaceCallRefusal> {
    const agent = index.agent(wish.agentId);
    const tenant = index.tenant(wish.tenantId);
    if (agent?.tenantId !== wish.tenantId || tenant === undefined) return refuse('unknown-agent');
    const { callerNumber } = wish;
    const plan = planOutbound(
      { tenant, agent, dialled: wish.to, ...(callerNumber === undefined ? {} : { callerNumber }) },
      index.trunks(tenant.id),
    );
    if (!plan.ok) return plan;
    if (isFull && !plan.value.isEmergency) return refuse('no-capacity');
    const { board, agentRingSeconds } = this.#options;
    if (board.presenceOf(agent).contacts === 0) return refuse('agent-not-registered');
    if (!board.take(agent)) return refuse('agent-busy');
    const origin = agentLeg(agent, 'out', 2);
    const target = customerLeg('out');
    // The agent's phone shows whom it is about to call.
    const shown = { number: plan.value.number, displayName: '' };
    return ok({
      callId: randomUUID() as CallId,
      tenant,
      directoryVersion: index.directory.version,
      callType: 'agentOutbound',
      direction: 'out',
      caller: plan.value.callerNumber,
      callee: plan.value.number,
      trunk: plan.value.trunk,
      queue: null,
      origin,
      target: { kind: 'leg', leg: target },
      incoming: null,
      diallings: new Map([
        [origin.id, this.#dialAgent(agent, shown, agentRingSeconds)],
        [target.id, this.#dialOutside(plan.value)],
      ]),
      endpointUsers: new Map([
        [origin.id, agent.email],
        [target.id, plan.value.number],
      ]),
      dialAgent: (other) => this.#dialAgent(other, shown, agentRingSeconds),
    });
  }

  /** A call of an outbound task: the person is dialled first. */
  task(
    index: DirectoryIndex,
    wish: TaskCallOrder,
    listener: (event: TaskCallEvent) => void,
  ): Result<CallOrder, TaskCallRefusal> {
    const tenant = index.tenant(wish.tenantId);
    if (tenant === undefined) return refuse('unknown-tenant');
    const queue = wish.queueId === null ? null : index.queue(wish.queueId);
    if (queue === undefined) return refuse('unknown-queue');
    const { callerNumber, ringSeconds, message, optOutKey } = wish;
    const plan = planOutbound(
      { tenant, agent: { callerNumber: null }, dialled: wish.to, callerNumber },
      index.trunks(tenant.id),
    );
    if (!plan.ok) return plan;
    if (plan.value.isEmergency) return refuse('emergency-number');
    const origin = customerLeg('out');
    const person = { number: plan.value.number, displayName: '' };
    return ok({
      callId: wish.callId,
      tenant,
      directoryVersion: index.directory.version,
      callType: queue === null ? 'task' : 'agentOutbound',
      direction: 'out',
      caller: plan.value.callerNumber,
      callee: plan.value.number,
      trunk: plan.value.trunk,
      queue,
      origin,
      target: { kind: queue === null ? 'message' : 'agentOrMessage' },
      incoming: null,
      diallings: new Map([[origin.id, { ...this.#dialOutside(plan.value), ringSeconds }]]),
      endpointUsers: new Map([[origin.id, plan.value.number]]),
      dialAgent: (agent) => ({
        ...this.#dialAgent(agent, person, this.#options.agentRingSeconds),
        answersItself: true,
      }),
      task: { message, optOutKey, listener },
    });
  }

  #way(
    route: Exclude<Route, { kind: 'presence' }>,
    identity: CallerIdentity,
    origin: LegFacts,
  ): {
    target: Target;
    diallings: Map<LegId, Dialling>;
    endpointUsers: Map<LegId, string>;
  } {
    const to = (leg: LegFacts, dialling: Dialling, endpointUser: string) => ({
      target: { kind: 'leg', leg } as const,
      diallings: new Map([[leg.id, dialling]]),
      endpointUsers: new Map([[leg.id, endpointUser]]),
    });
    const none = { diallings: new Map<LegId, Dialling>(), endpointUsers: new Map<LegId, string>() };
    switch (route.kind) {
      case 'queue':
        return { target: { kind: 'queue', waitingTone: route.queue.waitingTone }, ...none };
      case 'refused':
        return { target: refusedTarget(route), ...none };
      case 'outside': {
        const leg = customerLeg('out');
        return to(leg, this.#dialOutside(route.plan), route.plan.number);
      }
      case 'agent': {
        const refusal = this.#takeAgent(route.agent, origin);
        if (refusal !== null) return { target: refusedTarget(refusal), ...none };
        const leg = agentLeg(route.agent, 'out', origin.participant + 1);
        const dialling = this.#dialAgent(route.agent, identity, this.#options.agentRingSeconds);
        return to(leg, dialling, route.agent.email);
      }
    }
  }

  /** A colleague may ring whoever has a phone; a customer only who takes calls and is not wrapping up the last one. */
  #takeAgent(agent: AgentEntry, origin: LegFacts): Refusal | null {
    const { board } = this.#options;
    const presence = board.presenceOf(agent);
    const isCustomer = origin.party === 'customer';
    if (isCustomer ? !isSeatOnline(presence) : presence.contacts === 0) {
      const cause =
        presence.contacts === 0 ? 'no phone was registered' : 'the agent was unavailable';
      return { kind: 'refused', sipStatus: 480, endStatus: 'noSeatOnline', cause };
    }
    const isBusy = isCustomer && presence.isWrappingUp;
    if (!isBusy && board.take(agent)) return null;
    return { kind: 'refused', sipStatus: 486, endStatus: 'busy', cause: 'the agent was busy' };
  }

  #dialAgent(agent: AgentEntry, identity: CallerIdentity, ringSeconds: number): Dialling {
    return {
      to: { kind: 'agent', agent },
      callerNumber: identity.number,
      displayName: identity.displayName,
      ringSeconds,
    };
  }

  #dialOutside(plan: OutboundPlan): Dialling {
    return {
      to: { kind: 'trunk', trunk: plan.trunk, number: plan.number },
      callerNumber: plan.callerNumber,
      displayName: '',
      ringSeconds: this.#options.outsideRingSeconds,
    };
  }
}

const refusedTarget = ({ sipStatus, endStatus, cause }: Refusal): Target => ({
  kind: 'refused',
  sipStatus,
  end: { endStatus, hungUpSide: 'system', cause },
});
