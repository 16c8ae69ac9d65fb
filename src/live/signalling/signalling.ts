/** Drives the SIP endpoint over a transport and turns what it says into legs. */
import { randomUUID } from 'node:crypto';
import type { AgentEntry, Directory, TrunkEntry } from '#core/directory.ts';
import type { LegId } from '#core/ids.ts';
import type { Clock } from '#ports/clock.ts';
import type { DirectorySource } from '#ports/directory-source.ts';
import type { KeptPhones } from '#ports/kept-phones.ts';
import type { Log } from '#ports/log.ts';
import type { Counter, Metrics } from '#ports/metrics.ts';
import type { SipTransport } from '#ports/sip-transport.ts';
import type { Reach } from '#protocol/sip/dialog.ts';
import type { IncomingInvite } from '#protocol/sip/dialog-uas.ts';
import { type Admission, type EndpointUser, SipEndpoint } from '#protocol/sip/endpoint.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import type { SipRequest, SipResponse } from '#protocol/sip/message.ts';
import { bindingHeaders } from '#protocol/sip/registrar.ts';
import {
  callerIdentity,
  contactUri,
  dialledUser,
  dialogHop,
  reachOfPhone,
  reachOfTrunk,
  uriHost,
} from './addressing.ts';
import type { OpenLeg, SignallingContext } from './context.ts';
import { DigestGate } from './digest-gate.ts';
import { DirectoryIndex, renewedNames, signedOutAgents } from './directory-index.ts';
import { Gate } from './gate.ts';
import { IncomingSipLeg } from './incoming-leg.ts';
import type {
  Caller,
  IncomingLeg,
  LegEvent,
  OutgoingLegOrder,
  Signalling,
  SipLeg,
  TrunkAnswer,
} from './leg.ts';
import { legPartsOf } from './leg-parts.ts';
import { OutgoingSipLeg } from './outgoing-leg.ts';
import { Registrations } from './registrations.ts';
import { StrangerNotices } from './stranger-notices.ts';
import { probePhone, probeTrunk } from './trunk-probe.ts';
import { WheelClock } from './wheel-clock.ts';

export interface SignallingOptions {
  readonly host: string;
  /** 0 = any; `listen` tells which. */
  readonly port: number;
  /** Realm of digests and host of our agents' addresses. */
  readonly domain: string;
  /** Written into Contact and Via. */
  readonly publicAddress: string;
  readonly transport: SipTransport;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly directory: DirectorySource;
  readonly keptPhones: KeptPhones;
  /** New INVITEs get 503 while timers are later than this on average; default 200 ms. */
  readonly shedLagMs?: number;
}

/** What main sees. */
export interface SipSignalling extends Signalling {
  /** @throws {Fault} `sip/port-taken`, `sip/listen` */
  listen(): Promise<{ readonly port: number }>;
  /** From now on new INVITEs get 503; legs that are up stay up. Idempotent. */
  drain(): void;
  /** Hangs up what is left, waits a moment for the answers, closes the sockets. Idempotent. */
  close(): Promise<void>;
}

const product = 'Callreel';
/** Timers a fifth of a second late mean that answers miss T1 soon: better refuse new calls while old ones live. */
const defaultShedLagMs = 200;
const shedRetrySeconds = 5;
/** Time for the 200s of our last BYEs. */
const closeGraceMs = 500;

type IncomingHandler = (incoming: IncomingLeg) => (event: LegEvent) => void;

/** The room's door: everything behind `Signalling`. */
export const createSignalling = (options: SignallingOptions): SipSignalling =>
  new SignallingRoom(options);

class SignallingRoom implements SipSignalling, EndpointUser {
  readonly #options: SignallingOptions;
  /** As URIs write them. */
  readonly #publicHost: string;
  readonly #domain: string;
  readonly #time: WheelClock;
  readonly #registrations: Registrations;
  readonly #gate: Gate;
  readonly #strangers: StrangerNotices;
  readonly #digest: DigestGate;
  readonly #oddities: Counter;
  readonly #invites: Counter;
  readonly #legs = new Set<OpenLeg>();
  readonly #stopFollowing: () => void;
  #onIncoming: IncomingHandler | null = null;
  #index: DirectoryIndex;
  #endpoint: SipEndpoint | null = null;
  #context: SignallingContext | null = null;
  /** What the gate said of the request that the endpoint is about to hand over. */
  #admitted: Caller | null = null;
  #isDraining = false;
  #closing: Promise<void> | null = null;

  constructor(options: SignallingOptions) {
    this.#options = options;
    this.#publicHost = uriHost(options.publicAddress);
    this.#domain = uriHost(options.domain);
    this.#time = new WheelClock(options.clock);
    this.#digest = new DigestGate(options.domain);
    this.#strangers = new StrangerNotices(options);
    this.#gate = new Gate({
      digest: this.#digest,
      metrics: options.metrics,
      log: options.log,
      strangers: this.#strangers,
      ownHosts: [this.#domain, this.#publicHost, uriHost(options.host)],
    });
    this.#oddities = options.metrics.counter(
      'sip_oddities_total',
      'SIP messages that were refused or dropped before anybody looked at them, by reason',
      ['reason'],
    );
    this.#invites = options.metrics.counter(
      'sip_invites_total',
      'New INVITEs by what became of them',
      ['fate'],
    );
    this.#index = new DirectoryIndex(options.directory.current());
    this.#registrations = new Registrations({
      time: this.#time,
      clock: options.clock,
      log: options.log,
      kept: options.keptPhones,
      datagramFlow: (address, port) => options.transport.datagramFlow(address, port),
      probe: (binding) => probePhone(this.#requireContext(), binding, this.#publicHost),
      agentByUser: (user) => this.#index.agentByUser(user),
    });
    this.#stopFollowing = options.directory.onChange((directory) =>
      this.#directoryChanged(directory),
    );
  }

  async listen(): Promise<{ readonly port: number }> {
    const { transport, host, port } = this.#options;
    const bound = await transport.listen(
      { host, port },
      {
        onMessage: (flow, bytes, at) => this.#receive(flow, bytes, at),
        onFlowClosed: (flow) => this.#flowClosed(flow),
      },
    );
    this.#open(bound.port);
    this.#options.log.info('sip.listening', { host, port: bound.port });
    return bound;
  }

  onIncoming(handler: IncomingHandler): void {
    this.#onIncoming = handler;
  }

  place(order: OutgoingLegOrder, listener: (event: LegEvent) => void): SipLeg {
    const context = this.#requireContext();
    const leg = new OutgoingSipLeg(context, order, listener);
    leg.start(
      legPartsOf(order, {
        transport: this.#options.transport,
        registrations: this.#registrations,
        digest: this.#digest,
        publicHost: this.#publicHost,
        domain: this.#domain,
      }),
    );
    if (order.to.kind === 'agent')
      this.#options.log.debug('sip.ringing-agent', { leg: leg.id, name: order.to.agent.name });
    return leg;
  }

  probe(trunk: TrunkEntry): Promise<TrunkAnswer> {
    return probeTrunk(this.#requireContext(), trunk, this.#publicHost);
  }

  registeredContacts(agent: AgentEntry): number {
    return this.#registrations.of(agent).length;
  }

  onRegistration(handler: (agent: AgentEntry, contacts: number) => void): void {
    this.#registrations.onChange(handler);
  }

  drain(): void {
    this.#isDraining = true;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  admit(request: SipRequest, flow: Flow, now: number): Admission {
    if (request.method === 'INVITE') {
      const shed = this.#shed(request);
      if (shed) return { kind: 'answer', response: shed };
    }
    const judgement = this.#gate.judge(request, flow, this.#index, now);
    switch (judgement.kind) {
      case 'drop':
        return { kind: 'drop' };
      case 'malformed':
        return { kind: 'answer', response: this.#answer(request, 400) };
      case 'forbid':
        return { kind: 'answer', response: this.#answer(request, 403) };
      case 'challenge':
        return {
          kind: 'answer',
          response: this.#answer(request, 401, this.#digest.challenges(judgement, now)),
        };
      case 'known':
        this.#admitted = judgement.caller;
        return { kind: 'accept', reach: reachOf(judgement.caller, request, flow) };
    }
  }

  onInvite(invite: IncomingInvite): void {
    const caller = this.#admitted;
    const context = this.#requireContext();
    this.#admitted = null;
    const handler = this.#onIncoming;
    if (caller === null || handler === null) {
      this.#invites.add(1, { fate: 'refused' });
      invite.refuse(480, this.#time.now());
      return;
    }
    this.#invites.add(1, { fate: 'offered' });
    const leg = new IncomingSipLeg(context, invite);
    const { request } = invite;
    const identity = callerIdentity(request, caller.kind === 'trunk');
    leg.listen(
      handler({ leg, caller, dialled: dialledUser(request), ...identity, sdp: invite.sdp }),
    );
  }

  onRegister(request: SipRequest, flow: Flow, now: number): SipResponse {
    const caller = this.#admitted;
    this.#admitted = null;
    if (caller?.kind !== 'agent') return this.#answer(request, 403);
    const { agent } = caller;
    const outcome = this.#registrations.register(agent, request, flow, now);
    if (!outcome.ok) return this.#answer(request, outcome.status, outcome.headers, outcome.reason);
    return this.#answer(request, 200, [
      ...bindingHeaders(outcome.bindings, now),
      ['Date', new Date(this.#options.clock.nowMs()).toUTCString()],
    ]);
  }

  onOddity(what: string): void {
    this.#oddities.add(1, { reason: what });
  }

  /** One message must never end every other call: a mistake of ours that it uncovers is told, and costs this message only. */
  #receive(flow: Flow, bytes: Buffer, at: number): void {
    try {
      this.#endpoint?.receive(flow, bytes, at);
    } catch (error) {
      this.#oddities.add(1, { reason: 'failed' });
      this.#options.log.error('sip.message-failed', { peer: flow.key, error });
    }
  }

  #open(port: number): void {
    const { transport, log } = this.#options;
    const endpoint = new SipEndpoint({
      transport: {
        send: (flow, bytes) => transport.send(flow, bytes),
        datagramFlow: (address, remotePort) => transport.datagramFlow(address, remotePort),
        findFlow: (hop, then, seenAt) => {
          const next = dialogHop(hop, seenAt);
          const found = next && transport.findFlow(next);
          if (!(found instanceof Promise)) then(found);
          else void found.then(then, () => then(null));
        },
      },
      user: this,
      wheel: this.#time.wheel,
      publicHost: this.#publicHost,
      publicPort: port,
      product,
    });
    this.#endpoint = endpoint;
    this.#context = {
      time: this.#time,
      log,
      transport,
      endpoint,
      index: () => this.#index,
      bindings: (agent) => this.#registrations.of(agent),
      newLegId: () => randomUUID() as LegId,
      legOpened: (leg) => this.#legs.add(leg),
      legEnded: (leg) => this.#legs.delete(leg),
    };
    this.#registrations.open();
  }

  async #close(): Promise<void> {
    this.drain();
    this.#stopFollowing();
    for (const leg of [...this.#legs]) leg.shutDown();
    const deadline = this.#time.now() + closeGraceMs;
    while ((this.#endpoint?.dialogCount ?? 0) > 0 && this.#time.now() < deadline)
      await new Promise<void>((resolve) => this.#options.clock.setTimer(20, resolve));
    this.#strangers.close();
    this.#time.close();
    await this.#options.transport.close();
  }

  /**
   * 503 while we are too late or about to stop (RFC 3261 §21.5.4). An agent's emergency call meets no check of capacity (spec
   * decision 15); who only says to be an agent is challenged next.
   */
  #shed(request: SipRequest): SipResponse | null {
    const { shedLagMs = defaultShedLagMs } = this.#options;
    const isLate = this.#time.lagMs >= shedLagMs;
    if (!this.#isDraining && (!isLate || this.#isEmergency(request))) return null;
    this.#invites.add(1, { fate: 'shed' });
    return this.#answer(request, 503, [['Retry-After', String(shedRetrySeconds)]]);
  }

  #isEmergency(request: SipRequest): boolean {
    const agent = this.#gate.claimedAgent(request, this.#index);
    return agent !== undefined && this.#index.isEmergency(agent, dialledUser(request));
  }

  #answer(
    request: SipRequest,
    status: number,
    headers: readonly (readonly [string, string])[] = [],
    reason?: string,
  ): SipResponse {
    const { endpoint } = this.#requireContext();
    return endpoint.answer(request, status, {
      toTag: endpoint.statelessTag(request),
      headers,
      ...(reason !== undefined && { reason }),
    });
  }

  #flowClosed(flow: Flow): void {
    this.#endpoint?.flowFailed(flow, this.#time.now());
    this.#registrations.flowClosed(flow);
  }

  #directoryChanged(directory: Directory): void {
    const before = this.#index.directory;
    this.#gate.forgive(renewedNames(before, directory));
    this.#index = new DirectoryIndex(directory);
    const signedOut = signedOutAgents(before, directory);
    this.#registrations.signOut(signedOut, directory);
    if (signedOut.length === 0) return;
    const ids = new Set(signedOut.map(({ id }) => id));
    for (const leg of [...this.#legs]) leg.signedOut(ids);
  }

  #requireContext(): SignallingContext {
    if (this.#context === null) throw new Error('signalling is used before listen()');
    return this.#context;
  }
}

const reachOf = (caller: Caller, request: SipRequest, flow: Flow): Reach => {
  const contact = contactUri(request);
  return caller.kind === 'agent' ? reachOfPhone(contact, flow) : reachOfTrunk(contact, flow);
};
