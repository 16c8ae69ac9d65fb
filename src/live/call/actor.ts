import { randomUUID } from 'node:crypto';
import { ok, refuse, type Result } from '#base/result.ts';
import {
  type CaptureEvent,
  type CapturePlan,
  decideCapture,
  newCapturePlan,
} from '#core/call/capture-plan.ts';
import { endOfFailure } from '#core/call/ending.ts';
import { beginCall, decideTopology, refusalOfOrder } from '#core/call/topology.ts';
import type {
  CallEnd,
  LegFacts,
  Topology,
  TopologyEffect,
  TopologyEvent,
} from '#core/call/topology-words.ts';
import type { AgentId, CallId, LegId, TenantId } from '#core/ids.ts';
import type {
  CallAction,
  CallActionRefusal,
  CallListener,
  ListenRefusal,
  LiveCall,
} from '#ports/live-calls.ts';
import type { MediaCall, MediaEvent } from '#ports/media-plane.ts';
import type { Timer } from '#ports/clock.ts';
import type { LegEvent } from '../signalling/leg.ts';
import { CallAccount } from './call-account.ts';
import { CallCapture } from './call-capture.ts';
import { CallLegs } from './call-legs.ts';
import { CallListeners } from './call-listeners.ts';
import { captureOf, stateOf } from './call-state.ts';
import type { CallOrder, CallWorld } from './call-world.ts';
import { Mailbox } from './mailbox.ts';
import { TaskSide } from './task-side.ts';

/** Sealing a journal takes milliseconds; an unanswered BYE goes on for 32 s (RFC 3261 timer F). The account does not wait for that. */
const closingMs = 5_000;

/**
 * One call: a mailbox in front of the machines of `core/call`. Whatever happens is put into the mailbox; each turn decides and carries
 * the effects to signalling, media, capture, ledger and queue, in order and to the end, before the next is taken. Nothing here waits.
 */
export class CallActor {
  readonly callId: CallId;
  readonly #order: CallOrder;
  readonly #world: CallWorld;
  readonly #onClosed: () => void;
  readonly #account: CallAccount;
  readonly #media: MediaCall;
  readonly #capture: CallCapture;
  readonly #listeners: CallListeners;
  readonly #legs: CallLegs;
  readonly #startedAtMs: number;
  readonly #mailbox: Mailbox;
  #topology: Topology;
  #plan: CapturePlan;
  #answeredAtMs: number | null = null;
  #queuedAtMs: number | null = null;
  #end: (CallEnd & { readonly atMs: number }) | null = null;
  #closing: Timer | null = null;
  readonly #task: TaskSide | null;

  constructor(order: CallOrder, world: CallWorld, onClosed: () => void) {
    const { callId, tenant } = order;
    this.callId = callId;
    this.#order = order;
    this.#world = world;
    this.#onClosed = onClosed;
    this.#startedAtMs = world.clock.nowMs();
    this.#account = new CallAccount(callId, world);
    this.#mailbox = new Mailbox({
      afterTurn: () => this.#closeWhenDone(),
      onFault: (thrown) => this.#broke(thrown),
    });
    this.#media = world.media.openCall(callId, (event) =>
      this.#mailbox.inTurn(() => this.#onMedia(event)),
    );
    this.#legs = new CallLegs({
      order,
      world,
      media: this.#media,
      account: this.#account,
      tell: (event) => this.#tell(event),
      inTurn: (turn) => this.#mailbox.post(turn),
    });
    this.#capture = new CallCapture({
      ...world,
      callId,
      tenantId: tenant.id,
      account: this.#account,
      media: this.#media,
      // Also after the call closed: a journal that is sealed late still ends its recording.
      inTurn: (then) => this.#mailbox.inTurn(then),
    });
    this.#listeners = new CallListeners({
      media: this.#media,
      endUserChannel: tenant.recording.endUserChannel,
      nowMs: () => world.clock.nowMs(),
      onChange: () => this.#publish(),
    });
    this.#task =
      order.task === undefined
        ? null
        : new TaskSide({
            order,
            task: order.task,
            clock: world.clock,
            account: this.#account,
            tell: (event) => this.#tell(event),
          });
    this.#plan = newCapturePlan(order.callType, tenant.recording);
    const first = beginCall(order);
    this.#topology = first.topology;
    this.#mailbox.post(() => this.#begin(first.effects));
  }

  get tenantId(): TenantId {
    return this.#order.tenant.id;
  }

  /** Signalling's events of the leg that began the call. */
  onOriginEvent(event: LegEvent): void {
    this.#mailbox.post(() => this.#legs.get(this.#order.origin.id)?.onLegEvent(event));
  }

  /** An order of console or API, judged in its turn. */
  act(action: CallAction['action']): Promise<Result<LiveCall, CallActionRefusal>> {
    return new Promise((resolve) => {
      if (this.#mailbox.isClosed) resolve(refuse('not-connected'));
      this.#mailbox.post(() => {
        const refusal = refusalOfOrder(this.#topology, action);
        if (refusal !== null) {
          resolve(refuse(refusal));
          return;
        }
        const isHangUp = action === 'hang-up';
        this.#decide(
          isHangUp ? { kind: 'hangUpOrdered' } : { kind: 'holdOrdered', isHeld: action === 'hold' },
        );
        resolve(ok(this.view()));
      });
    });
  }

  listen(name: string, listener: CallListener): Result<() => boolean, ListenRefusal> {
    if (this.#topology.phase !== 'connected') return refuse('not-connected');
    const added = this.#listeners.add(name, listener);
    return added.ok ? ok(() => this.#listeners.remove(listener)) : added;
  }

  shutDown(): void {
    this.#tell({ kind: 'shutdown' });
  }

  view(): LiveCall {
    const { callId, callType, caller, callee, queue } = this.#order;
    return {
      callId,
      callType,
      caller,
      callee,
      queueId: queue?.id ?? null,
      startedAtMs: this.#startedAtMs,
      queuedAtMs: this.#queuedAtMs,
      answeredAtMs: this.#answeredAtMs,
      state: stateOf(this.#topology),
      capture: captureOf(this.#plan),
      agentIds: this.#topology.legs
        .map((leg) => leg.agentId)
        .filter((agentId): agentId is AgentId => agentId !== null),
      listeners: this.#listeners.present,
    };
  }

  /** A fault of ours ends the call, so that what was captured is sealed; a second one leaves the closing to its timer. */
  #broke(thrown: unknown): void {
    this.#world.log.error('call.fault', { callId: this.callId, error: String(thrown) });
    const why = 'the call met an error of the server';
    if (this.#topology.phase !== 'ended') this.#tell({ kind: 'broken', why });
    else if (this.#end === null) this.#mailbox.post(() => this.#ended(endOfFailure(why)));
    else this.#startClosing();
  }

  #tell(event: TopologyEvent): void {
    this.#mailbox.post(() => this.#decide(event));
  }

  #begin(effects: readonly TopologyEffect[]): void {
    const { tenant, callType, direction, caller, callee, trunk, directoryVersion } = this.#order;
    this.#account.write({
      kind: 'callStarted',
      tenantId: tenant.id,
      callType,
      direction,
      caller,
      callee,
      trunkId: trunk?.id ?? null,
      directoryVersion,
    });
    const { incoming, origin } = this.#order;
    if (incoming !== null) this.#legs.open(origin).attach(incoming.leg);
    this.#publish();
    for (const effect of effects) this.#carry(effect);
  }

  #onMedia(event: MediaEvent): void {
    if (this.#mailbox.isClosed) {
      this.#capture.onMediaEvent(event);
      return;
    }
    switch (event.kind) {
      case 'silent':
        this.#decide({ kind: 'legSilent', legId: event.legId, silentMs: event.silentMs });
        break;
      case 'trackSealed':
      case 'trackFailed':
      case 'trackLost':
        this.#capture.onMediaEvent(event);
        break;
      case 'mediaLost':
        this.#decide({ kind: 'broken', why: `the media of the call was lost: ${event.reason}` });
        break;
      case 'listened':
        this.#listeners.heard(event.samples);
        break;
      case 'digit':
        this.#task?.pressed(event.legId, event.digit);
        break;
      case 'playEnded':
        this.#task?.playEnded(event.legId, event.playedMs);
        break;
      // Nobody counts yet: quality figures will.
      case 'firstPacket':
      case 'legStats':
        break;
    }
  }

  #decide(event: TopologyEvent): void {
    if (this.#joinsQueue(event) && this.#queuedAtMs === null && this.#order.queue !== null) {
      this.#queuedAtMs = this.#world.clock.nowMs();
      this.#account.write({ kind: 'queued', queueId: this.#order.queue.id });
    }
    if (event.kind === 'legAnswered') this.#task?.legAnswered(event.legId);
    const before = this.#topology;
    const { topology, effects } = decideTopology(before, event);
    this.#topology = topology;
    for (const effect of effects) this.#carry(effect);
    this.#listeners.arrange(this.#isHeard() ? topology.legs : []);
    if (before.phase !== topology.phase) this.#publish();
  }

  /** Who is turned away at the door has come to the queue as well: a queue without agents must not look like one without callers. */
  #joinsQueue(event: TopologyEvent): boolean {
    const isTurnedAway = event.kind === 'waitEnded' && event.why === 'no-seat';
    return event.kind === 'queued' || (isTurnedAway && this.#task === null);
  }

  /** What may not be captured is not for other ears either, also where nothing is recorded. */
  #isHeard(): boolean {
    return stateOf(this.#topology) === 'connected' && captureOf(this.#plan) !== 'paused';
  }

  #carry(effect: TopologyEffect): void {
    switch (effect.kind) {
      case 'prepare':
        this.#legs.get(effect.legId)?.prepare(this.#order.incoming?.sdp ?? null);
        break;
      case 'place':
        this.#legs.place(effect.leg);
        break;
      case 'ring':
        this.#legs.get(effect.legId)?.ring(effect.hasEarlyMedia);
        break;
      case 'answer':
        this.#legs.get(effect.legId)?.answer();
        break;
      case 'reject':
        this.#legs.get(effect.legId)?.reject(effect.sipStatus, effect.reason);
        break;
      case 'hangUp':
        this.#legs.get(effect.legId)?.hangUp(effect.reason);
        break;
      case 'sound':
        this.#legs.get(effect.legId)?.hear(effect.sound);
        break;
      case 'offerHold':
        this.#legs.get(effect.legId)?.offerHold(effect.isHeld);
        break;
      case 'seekAgent':
        this.#seekAgent();
        break;
      case 'awaitAgent':
        this.#task?.awaitAgent();
        break;
      case 'tellMessage':
        this.#task?.say(effect.legId, this.#legs.get(effect.legId)?.message);
        break;
      case 'leaveQueue':
        this.#world.line.leave(this.callId);
        break;
      case 'agent':
        this.#world.board.change(effect.agentId, effect.change);
        break;
      case 'connected':
        this.#world.line.leave(this.callId);
        this.#answeredAtMs = this.#world.clock.nowMs();
        this.#account.write({ kind: 'answered' });
        this.#task?.connected(this.#topology.legs);
        this.#decideCapture({ kind: 'connected', legs: effect.legIds });
        break;
      case 'held':
      case 'unheld':
        this.#account.write({ kind: effect.kind, legId: effect.legId, reason: effect.reason });
        this.#decideCapture({ kind: effect.kind, reason: effect.reason });
        this.#publish();
        break;
      case 'ended':
        this.#ended(effect.end);
        break;
    }
  }

  #decideCapture(event: CaptureEvent): void {
    const { plan, effects } = decideCapture(this.#plan, event);
    this.#plan = plan;
    for (const effect of effects) {
      this.#capture.carry(effect, (legId) => this.#legs.get(legId)?.facts);
    }
  }

  #ended(end: CallEnd): void {
    this.#task?.stop();
    this.#listeners.end();
    this.#end = { ...end, atMs: this.#world.clock.nowMs() };
    this.#decideCapture({ kind: 'ended', gotMedia: this.#topology.gotMedia });
    this.#capture.end();
    this.#startClosing();
  }

  #startClosing(): void {
    this.#closing ??= this.#world.clock.setTimer(closingMs, () =>
      this.#mailbox.post(() => {
        this.#capture.giveUp();
        this.#legs.giveUp('the hang-up was not answered');
      }),
    );
  }

  #closeWhenDone(): void {
    const end = this.#end;
    if (end === null || this.#legs.size > 0 || !this.#capture.isSettled || this.#mailbox.isClosed)
      return;
    this.#mailbox.close();
    this.#closing?.cancel();
    const { endStatus, hungUpSide, cause, atMs } = end;
    const { gotMedia } = this.#topology;
    this.#account.write({ kind: 'callEnded', endStatus, hungUpSide, cause, gotMedia }, atMs);
    this.#task?.closed(endStatus, atMs);
    this.#media.close();
    this.#world.onEnded(this.#order.callType, endStatus);
    if (this.#order.callType === 'inbound' && endStatus !== 'ok') this.#logMissed(endStatus, cause);
    this.#publish();
    this.#onClosed();
  }

  #seekAgent(): void {
    const { queue } = this.#order;
    if (queue === null) return;
    this.#world.line.seek(queue, {
      callId: this.callId,
      queued: () => this.#tell({ kind: 'queued' }),
      waitEnded: (why) => this.#tell({ kind: 'waitEnded', why }),
      agentChosen: (agent) => {
        const leg: LegFacts = {
          id: randomUUID() as LegId,
          party: 'agent',
          participant: this.#order.origin.participant + 1,
          agentId: agent.id,
          direction: 'out',
        };
        this.#mailbox.post(() => {
          this.#legs.choose(leg.id, agent);
          this.#decide({ kind: 'agentChosen', leg });
        });
      },
    });
  }

  #logMissed(endStatus: string, cause: string): void {
    const { callId, caller, callee } = this.#order;
    this.#world.log.info('call.missed', { callId, caller, callee, endStatus, cause });
  }

  #publish(): void {
    const { tenant } = this.#order;
    this.#world.changeFeed.publish({ tenantId: tenant.id, topic: 'calls', id: this.callId });
  }
}
