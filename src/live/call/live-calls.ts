import { ok, refuse, type Result } from '#base/result.ts';
import type { Directory } from '#core/directory.ts';
import type { CallId, TenantId } from '#core/ids.ts';
import { canBeOffered, isSeatOnline } from '#core/routing/agent-presence.ts';
import { type DirectoryIndex, indexDirectory } from '#core/routing/directory-index.ts';
import type { CallPlacer } from '#ports/call-placer.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { DirectorySource } from '#ports/directory-source.ts';
import type { AgentWishes } from '#ports/agent-wishes.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { JournalFolders } from '#ports/journal-folders.ts';
import type { Ledger } from '#ports/ledger.ts';
import type {
  CallAction,
  CallActionRefusal,
  CallListener,
  ListenOrder,
  ListenRefusal,
  LiveAgent,
  LiveCall,
  LiveCalls,
  PlaceCallOrder,
  PlaceCallRefusal,
  SettableAgentState,
  TestTrunkOrder,
  TestTrunkOutcome,
  TestTrunkRefusal,
  TrunkState,
} from '#ports/live-calls.ts';
import type { Log } from '#ports/log.ts';
import type { MediaPlane } from '#ports/media-plane.ts';
import type { Counter, Gauge, Metrics } from '#ports/metrics.ts';
import type { JournalFolder } from '#ports/recovery.ts';
import type { Sealer } from '#ports/sealer.ts';
import { AgentBoard } from '../queue/agent-board.ts';
import { WaitingLine } from '../queue/waiting-line.ts';
import type { IncomingLeg, LegEvent, Signalling } from '../signalling/leg.ts';
import { CallActor } from './actor.ts';
import { Admission, admit } from './admission.ts';
import type { CallOrder, CallWorld } from './call-world.ts';
import { JournalSalvage } from './journal-salvage.ts';
import { PresenceCode } from './presence-code.ts';
import { TrunkDesk } from './trunk-desk.ts';
import { TrunkWatch } from './trunk-watch.ts';

export interface LiveCallsOptions {
  readonly signalling: Signalling;
  readonly media: MediaPlane;
  readonly ledger: Ledger;
  readonly directory: DirectorySource;
  readonly sealer: Sealer;
  readonly folders: JournalFolders;
  /** Makes journals complete whose media thread died. */
  readonly journals: Pick<JournalFolder, 'salvage'>;
  readonly changeFeed: ChangeFeed;
  readonly wishes: AgentWishes;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** IP literal that session descriptions name: CALLREEL_PUBLIC_ADDRESS. */
  readonly mediaAddress: string;
  /** New calls beyond it are refused with 503; emergency calls are not counted out. Default 2,000. */
  readonly maxCalls?: number;
  /** Between two questions to a trunk whether it is there; 0, the default, = nobody is asked. */
  readonly trunkPingMs?: number;
  /** 0…1; default Math.random. */
  readonly random?: () => number;
  /** For phones that no queue rings; default 20. */
  readonly agentRingSeconds?: number;
  /** For numbers outside; default 60. */
  readonly outsideRingSeconds?: number;
}

/** What main holds: the port for the API, and the way to stop. */
export interface RunningCalls extends LiveCalls {
  /** The calls of outbound tasks. */
  readonly placer: CallPlacer;
  /**
   * Takes no new calls, waits for those that are up, then ends what is left and waits until every recording is sealed. Idempotent.
   *
   * @param drainMs how long calls may go on; 0 = end them now
   */
  close(drainMs: number): Promise<void>;
  /** Calls that are up or being closed. */
  readonly size: number;
}

/** A listener costs some 35 kB/s of the main thread's time and network; a floor has fewer supervisors. */
const maxListening = 50;
/** Where a refused caller may try again: long enough not to be a storm. */
const retryAfterSeconds = 5;

/** The calls of this node: admits, keeps and ends them, and answers the API. */
export const createLiveCalls = (options: LiveCallsOptions): RunningCalls => new CallRoom(options);

class CallRoom implements RunningCalls {
  readonly #options: LiveCallsOptions;
  readonly #calls = new Map<CallId, CallActor>();
  readonly #board: AgentBoard;
  readonly #line: WaitingLine;
  readonly #admission: Admission;
  readonly #trunkDesk: TrunkDesk;
  readonly #trunkWatch: TrunkWatch;
  readonly #world: CallWorld;
  readonly #count: {
    readonly up: Gauge;
    readonly ended: Counter;
    readonly refused: Counter;
    readonly captureFailed: Counter;
    readonly listening: Gauge;
  };
  readonly #unsubscribe: () => void;
  #index: DirectoryIndex;
  #listening = 0;
  #closing: Promise<void> | null = null;
  #onEmpty: (() => void) | null = null;

  constructor(options: LiveCallsOptions) {
    const { clock, changeFeed, signalling, directory, wishes } = options;
    this.#options = options;
    this.#index = indexDirectory(directory.current());
    const index = (): DirectoryIndex => this.#index;
    const contactsOf = signalling.registeredContacts.bind(signalling);
    this.#board = new AgentBoard({ clock, changeFeed, directory: index, contactsOf, wishes });
    this.#line = new WaitingLine({ clock, board: this.#board, directory: index });
    this.#admission = new Admission({
      board: this.#board,
      agentRingSeconds: options.agentRingSeconds ?? 20,
      outsideRingSeconds: options.outsideRingSeconds ?? 60,
    });
    this.#count = instruments(options.metrics);
    this.#trunkDesk = new TrunkDesk({ ...options, directory: index });
    this.#trunkWatch = new TrunkWatch({
      ...options,
      everyMs: options.trunkPingMs ?? 0,
      random: options.random ?? Math.random,
      unreachable: options.metrics.gauge(
        'callreel_trunks_unreachable',
        'Trunks whose peer does not answer, or takes no calls',
      ),
    });
    this.#trunkWatch.follow(directory.current().trunks);
    this.#world = {
      ...options,
      board: this.#board,
      line: this.#line,
      salvage: new JournalSalvage(options),
      onEnded: (type, status) => this.#count.ended.add(1, { type, end_status: status }),
      onCaptureFailed: (reason) => this.#count.captureFailed.add(1, { reason }),
    };
    this.#unsubscribe = directory.onChange((changed) => this.#directoryChanged(changed));
    signalling.onRegistration((agent, contacts) => this.#board.registered(agent, contacts));
    signalling.onIncoming((incoming) => this.#incoming(incoming));
  }

  get size(): number {
    return this.#calls.size;
  }

  readonly placer: CallPlacer = {
    place: (order, listener) => {
      if (this.#isFull()) return refuse('no-capacity');
      const call = this.#admission.task(this.#index, order, listener);
      if (!call.ok) return call;
      this.#open(call.value);
      return ok(null);
    },
    hangUp: (callId) => void this.#calls.get(callId)?.act('hang-up'),
    seats: (queueId) => {
      const online = this.#index
        .agentsOfQueue(queueId)
        .map((agent) => this.#board.presenceOf(agent))
        .filter(isSeatOnline);
      const free = online.filter(canBeOffered).length;
      return { free, busy: online.length - free };
    },
  };

  list(tenantId: TenantId): readonly LiveCall[] {
    return [...this.#calls.values()]
      .filter((call) => call.tenantId === tenantId)
      .map((call) => call.view());
  }

  find(tenantId: TenantId, callId: CallId): LiveCall | undefined {
    return this.#callOf(tenantId, callId)?.view();
  }

  async act(
    tenantId: TenantId,
    callId: CallId,
    action: CallAction,
  ): Promise<Result<LiveCall, CallActionRefusal>> {
    return this.#callOf(tenantId, callId)?.act(action.action) ?? refuse('unknown-call');
  }

  async place(order: PlaceCallOrder): Promise<Result<CallId, PlaceCallRefusal>> {
    if (this.#closing !== null) return refuse('no-capacity');
    const call = this.#admission.clickToCall(this.#index, order, this.#isFull());
    if (!call.ok) return call;
    this.#open(call.value);
    return ok(call.value.callId);
  }

  listen(order: ListenOrder, listener: CallListener): Result<() => void, ListenRefusal> {
    const call = this.#callOf(order.tenantId, order.callId);
    if (call === undefined) return refuse('unknown-call');
    if (this.#listening >= maxListening) return refuse('too-many-here');
    const left = (): void => this.#count.listening.set(--this.#listening);
    const begun = call.listen(order.name, {
      audio: (chunk) => listener.audio(chunk),
      ended: () => {
        left();
        listener.ended();
      },
    });
    if (!begun.ok) return begun;
    this.#count.listening.set(++this.#listening);
    return ok(() => {
      if (begun.value()) left();
    });
  }

  trunkStates(tenantId: TenantId): readonly TrunkState[] {
    return this.#trunkWatch.of(tenantId);
  }

  async testTrunk(order: TestTrunkOrder): Promise<Result<TestTrunkOutcome, TestTrunkRefusal>> {
    return this.#isFull() ? refuse('no-capacity') : this.#trunkDesk.test(order);
  }

  agentStates(tenantId: TenantId): readonly LiveAgent[] {
    return this.#board.list(tenantId);
  }

  setAgentState(
    tenantId: TenantId,
    agentId: LiveAgent['agentId'],
    state: SettableAgentState,
  ): Result<LiveAgent, 'unknown-agent' | 'in-call'> {
    const agent = this.#index.agent(agentId);
    if (agent?.tenantId !== tenantId) return refuse('unknown-agent');
    const set = this.#board.choose(agent, state);
    return set === 'in-call' ? refuse(set) : ok(set);
  }

  close(drainMs: number): Promise<void> {
    this.#closing ??= this.#close(drainMs);
    return this.#closing;
  }

  async #close(drainMs: number): Promise<void> {
    this.#trunkWatch.close();
    this.#trunkDesk.close();
    if (drainMs > 0) await this.#emptyOr(drainMs);
    for (const call of this.#calls.values()) call.shutDown();
    // Each call closes within its own bound, whatever its peers and the media threads do.
    await this.#emptyOr(null);
    this.#unsubscribe();
    this.#line.close();
    this.#board.close();
  }

  /** Resolves when no call is left, or after the time. */
  #emptyOr(limitMs: number | null): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      let timer: Timer | null = null;
      this.#onEmpty = () => {
        timer?.cancel();
        this.#onEmpty = null;
        resolve();
      };
      if (limitMs !== null) timer = this.#options.clock.setTimer(limitMs, this.#onEmpty);
    });
  }

  #callOf(tenantId: TenantId, callId: CallId): CallActor | undefined {
    const call = this.#calls.get(callId);
    return call?.tenantId === tenantId ? call : undefined;
  }

  #isFull(): boolean {
    return this.#closing !== null || this.#calls.size >= (this.#options.maxCalls ?? 2000);
  }

  #incoming(incoming: IncomingLeg): (event: LegEvent) => void {
    const admitted = admit(this.#index, incoming);
    if (admitted === undefined) return this.#turnAway(incoming, 403, 'the tenant is gone');
    const { tenant, route, isEmergency } = admitted;
    if (this.#isFull() && !(isEmergency && this.#closing === null)) {
      this.#count.refused.add(1, { why: this.#closing === null ? 'capacity' : 'shutdown' });
      return this.#turnAway(incoming, 503, 'no capacity');
    }
    if (route.kind === 'presence') return this.#presenceCode(incoming, route.state);
    const order = this.#admission.incoming(this.#index, incoming, tenant, route);
    const call = this.#open(order);
    return (event) => call.onOriginEvent(event);
  }

  /** Not before this turn of signalling is over: it is still waiting for the listener. */
  #turnAway(incoming: IncomingLeg, status: number, reason: string): () => void {
    queueMicrotask(() =>
      incoming.leg.reject(status, {
        reason,
        ...(status === 503 ? { retryAfterSeconds } : {}),
      }),
    );
    return () => undefined;
  }

  #open(order: CallOrder): CallActor {
    const { callId } = order;
    const call = new CallActor(order, this.#world, () => {
      this.#calls.delete(callId);
      this.#count.up.set(this.#calls.size);
      if (this.#calls.size === 0) this.#onEmpty?.();
    });
    this.#calls.set(callId, call);
    this.#count.up.set(this.#calls.size);
    return call;
  }

  #presenceCode(incoming: IncomingLeg, state: SettableAgentState): (event: LegEvent) => void {
    const { media, mediaAddress, clock } = this.#options;
    const { caller } = incoming;
    const code = new PresenceCode({
      incoming,
      media,
      mediaAddress,
      clock,
      set: () => caller.kind === 'agent' && this.#board.choose(caller.agent, state) !== 'in-call',
    });
    return (event) => code.onLegEvent(event);
  }

  #directoryChanged(directory: Directory): void {
    this.#index = indexDirectory(directory);
    this.#board.prune();
    this.#line.directoryChanged();
    this.#trunkWatch.follow(directory.trunks);
  }
}

const instruments = (metrics: Metrics) => ({
  up: metrics.gauge('callreel_calls_up', 'Calls that are up or being closed'),
  ended: metrics.counter('callreel_calls_ended_total', 'Calls that ended', ['type', 'end_status']),
  captureFailed: metrics.counter(
    'callreel_capture_failures_total',
    'Tracks and recordings that failed while their call went on; rising is an alarm',
    ['reason'],
  ),
  listening: metrics.gauge('callreel_listeners', 'People who listen to a call in silence'),
  refused: metrics.counter('callreel_calls_refused_total', 'New calls refused with 503', ['why']),
});
