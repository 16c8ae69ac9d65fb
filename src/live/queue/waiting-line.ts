import type { AgentEntry, QueueEntry } from '#core/directory.ts';
import type { AgentId, CallId, QueueId } from '#core/ids.ts';
import { canBeOffered, isSeatOnline, longestIdle } from '#core/routing/agent-presence.ts';
import type { DirectoryIndex } from '#core/routing/directory-index.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { AgentBoard } from './agent-board.ts';

/** A call that waits, as the line knows it. Called back at once or later, never twice for the same reason. */
export interface Waiter {
  readonly callId: CallId;
  /** It has a place; an agent may follow in the same instant. */
  queued(): void;
  /** This agent is taken for the call; the call tells the board what came of it. */
  agentChosen(agent: AgentEntry): void;
  waitEnded(why: 'no-seat' | 'too-long'): void;
}

interface Place {
  readonly waiter: Waiter;
  readonly queueId: QueueId;
  /** Order of arrival over all queues. */
  readonly turn: number;
  /** False while an agent is being rung for it. */
  isWaiting: boolean;
  isOverdue: boolean;
  /** Who was rung for it last. */
  rung: AgentId | null;
  readonly timer: Timer | null;
}

export interface WaitingLineOptions {
  readonly clock: Clock;
  readonly board: AgentBoard;
  readonly directory: () => DirectoryIndex;
}

/** A phone that registers anew after a network failure is back within this time; only then are waiting callers sent away. */
const seatGraceMs = 15_000;

/**
 * The callers who wait, in the order in which they came. A caller gets the longest idle agent of the queue; an agent gets the caller
 * who has waited longest in any of their queues. Bounded by the number of calls the node takes.
 */
export class WaitingLine {
  readonly #options: WaitingLineOptions;
  readonly #queues = new Map<QueueId, Set<Place>>();
  readonly #places = new Map<CallId, Place>();
  readonly #graces = new Map<QueueId, Timer>();
  /** Queues with callers whose seats did not come back in time: only a phone still rings there. */
  readonly #seatless = new Set<QueueId>();
  #turns = 0;

  constructor(options: WaitingLineOptions) {
    this.#options = options;
    options.board.onChange((agent) => this.#agentChanged(agent));
  }

  get length(): number {
    return this.#places.size;
  }

  /** Joins for the first time, or waits again, at its old place, after an agent did not come. */
  seek(queue: QueueEntry, waiter: Waiter): void {
    const known = this.#places.get(waiter.callId);
    if (!this.#hasSeat(queue.id)) {
      if (known !== undefined && this.#mayComeBack(known)) {
        known.isWaiting = true;
        waiter.queued();
        return;
      }
      this.leave(waiter.callId);
      waiter.waitEnded('no-seat');
      return;
    }
    if (known?.isOverdue === true) {
      this.leave(waiter.callId);
      waiter.waitEnded('too-long');
      return;
    }
    const place = known ?? this.#newPlace(queue, waiter);
    place.isWaiting = true;
    waiter.queued();
    this.#serve(queue.id);
  }

  /** Agents, or their queues, are other than before: whoever has become free for a caller that waits is offered to it. */
  directoryChanged(): void {
    for (const queueId of [...this.#queues.keys()]) {
      this.#watchSeats(queueId);
      this.#serve(queueId);
    }
  }

  /** The call has an agent for good, or is over. Idempotent. */
  leave(callId: CallId): void {
    const place = this.#places.get(callId);
    if (place === undefined) return;
    place.timer?.cancel();
    this.#places.delete(callId);
    const places = this.#queues.get(place.queueId);
    places?.delete(place);
    if (places?.size !== 0) return;
    this.#queues.delete(place.queueId);
    this.#endGrace(place.queueId);
  }

  close(): void {
    for (const callId of [...this.#places.keys()]) this.leave(callId);
  }

  #newPlace(queue: QueueEntry, waiter: Waiter): Place {
    const { callId } = waiter;
    const timer =
      queue.maxWaitSeconds > 0
        ? this.#options.clock.setTimer(queue.maxWaitSeconds * 1000, () => this.#overdue(callId))
        : null;
    const place = {
      waiter,
      queueId: queue.id,
      turn: this.#turns++,
      isWaiting: true,
      isOverdue: false,
      rung: null,
      timer,
    };
    this.#places.set(callId, place);
    const places = this.#queues.get(queue.id);
    if (places === undefined) this.#queues.set(queue.id, new Set([place]));
    else places.add(place);
    return place;
  }

  /** A phone that already rings for this caller may still be answered; nobody else is rung after it. */
  #overdue(callId: CallId): void {
    const place = this.#places.get(callId);
    if (place === undefined) return;
    place.isOverdue = true;
    if (place.isWaiting) this.#sendAway(place, 'too-long');
  }

  #sendAway(place: Place, why: 'no-seat' | 'too-long'): void {
    this.leave(place.waiter.callId);
    place.waiter.waitEnded(why);
  }

  #offer(place: Place, agent: AgentEntry): void {
    place.isWaiting = false;
    place.rung = agent.id;
    this.#options.board.take(agent);
    place.waiter.agentChosen(agent);
  }

  /** Who has changed may have been told of with the queues of a version before. */
  #agentChanged(changed: AgentEntry): void {
    const agent = this.#options.directory().agent(changed.id);
    if (agent === undefined) return;
    for (const queueId of agent.queueIds) this.#watchSeats(queueId);
    if (canBeOffered(this.#options.board.presenceOf(agent))) this.#offerToFirst(agent);
  }

  /** Nobody who comes later passes a caller that waits: each free agent goes to the first, in whichever of their queues it is. */
  #serve(queueId: QueueId): void {
    const { board } = this.#options;
    while (this.#firstWaiting(queueId) !== undefined) {
      const agent = longestIdle(this.#agentsOf(queueId), (one) => board.presenceOf(one));
      if (agent === undefined) return;
      this.#offerToFirst(agent);
    }
  }

  #offerToFirst(agent: AgentEntry): void {
    let first: Place | undefined;
    for (const queueId of agent.queueIds) {
      const place = this.#firstWaiting(queueId);
      if (place !== undefined && (first === undefined || place.turn < first.turn)) first = place;
    }
    if (first !== undefined) this.#offer(first, agent);
  }

  /** Sets keep the order of arrival, and a call keeps its place while an agent is rung for it. */
  #firstWaiting(queueId: QueueId): Place | undefined {
    for (const place of this.#queues.get(queueId) ?? []) if (place.isWaiting) return place;
    return undefined;
  }

  #agentsOf(queueId: QueueId): readonly AgentEntry[] {
    return this.#options.directory().agentsOfQueue(queueId);
  }

  #hasSeat(queueId: QueueId): boolean {
    return this.#agentsOf(queueId).some((agent) =>
      isSeatOnline(this.#options.board.presenceOf(agent)),
    );
  }

  #watchSeats(queueId: QueueId): void {
    if (!this.#queues.has(queueId)) return;
    if (this.#hasSeat(queueId)) this.#endGrace(queueId);
    else if (!this.#graces.has(queueId) && !this.#seatless.has(queueId)) {
      const timer = this.#options.clock.setTimer(seatGraceMs, () => this.#graceOver(queueId));
      this.#graces.set(queueId, timer);
    }
  }

  /** The phone that rang for it was lost meanwhile, and those who wait for the queue's phones still do. */
  #mayComeBack({ rung, isOverdue, queueId }: Place): boolean {
    const agent = rung === null ? undefined : this.#options.directory().agent(rung);
    const isLost = agent !== undefined && this.#options.board.presenceOf(agent).contacts === 0;
    return isLost && !isOverdue && this.#graces.has(queueId);
  }

  #endGrace(queueId: QueueId): void {
    this.#graces.get(queueId)?.cancel();
    this.#graces.delete(queueId);
    this.#seatless.delete(queueId);
  }

  #graceOver(queueId: QueueId): void {
    this.#graces.delete(queueId);
    this.#seatless.add(queueId);
    for (const place of [...(this.#queues.get(queueId) ?? [])]) {
      if (place.isWaiting) this.#sendAway(place, 'no-seat');
    }
  }
}
