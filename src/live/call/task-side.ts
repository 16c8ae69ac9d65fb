import type { EndStatus } from '#core/call/end-status.ts';
import type { Leg, TopologyEvent } from '#core/call/topology-words.ts';
import type { LegId } from '#core/ids.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { CallAccount } from './call-account.ts';
import type { CallOrder, TaskSideOrder } from './call-world.ts';
import type { LegMedia } from './leg-media.ts';

/** A person who answered has to hear somebody within this time of the answer (16 CFR 310.4(b)(4)(ii); spec decision 17). */
const agentWithinMs = 2000;
/** What the phone at the other end still has in its buffer when our last packet has left. */
const afterMessageMs = 300;
/** Time to press the key that the message offers, after its end. */
const afterOfferMs = 3000;
/** A message that the media thread says nothing about: its length and this. */
const messageGraceMs = 5000;

export interface TaskSideOptions {
  readonly order: CallOrder;
  readonly task: TaskSideOrder;
  readonly clock: Clock;
  readonly account: CallAccount;
  readonly tell: (event: TopologyEvent) => void;
}

/** What a call of an outbound task has beyond any other: its message, its opt-out key, and somebody to tell what became of it. */
export class TaskSide {
  readonly #options: TaskSideOptions;
  #answeredAtMonoMs: number | null = null;
  #sayingTo: {
    readonly legId: LegId;
    readonly media: Pick<LegMedia, 'tell' | 'hush' | 'beep'>;
  } | null = null;
  #saidAtMonoMs = 0;
  #playedMs: number | null = null;
  #isOver = false;
  #hasOptedOut = false;
  #timer: Timer | null = null;

  constructor(options: TaskSideOptions) {
    this.#options = options;
  }

  legAnswered(legId: LegId): void {
    const { order, task, clock } = this.#options;
    if (legId !== order.origin.id || this.#answeredAtMonoMs !== null) return;
    this.#answeredAtMonoMs = clock.monoMs();
    task.listener({ kind: 'answered', atMs: clock.nowMs() });
  }

  awaitAgent(): void {
    this.#wait(agentWithinMs, { kind: 'agentOverdue' });
  }

  /** With an agent; the person alone is connected to the message. */
  connected(legs: readonly Leg[]): void {
    const agentId = legs.find((leg) => leg.agentId !== null)?.agentId;
    if (agentId === undefined || agentId === null) return;
    this.#timer?.cancel();
    const { task, clock } = this.#options;
    const afterMs = Math.round(clock.monoMs() - (this.#answeredAtMonoMs ?? clock.monoMs()));
    task.listener({ kind: 'agent', agentId, afterMs });
  }

  say(legId: LegId, media: Pick<LegMedia, 'tell' | 'hush' | 'beep'> | undefined): void {
    if (media === undefined) return;
    const { message } = this.#options.task;
    this.#sayingTo = { legId, media };
    this.#saidAtMonoMs = this.#options.clock.monoMs();
    media.tell(message.promptName);
    this.#wait(message.durationMs + messageGraceMs, { kind: 'messageOver' });
  }

  playEnded(legId: LegId, playedMs: number): void {
    if (this.#sayingTo?.legId !== legId || this.#playedMs !== null) return;
    this.#playedMs = playedMs;
    this.#sayingTo.media.hush();
    const offersKey = this.#options.task.optOutKey !== null && !this.#hasOptedOut;
    this.#wait(offersKey ? afterOfferMs : afterMessageMs, { kind: 'messageOver' });
  }

  pressed(legId: LegId, digit: string): void {
    const { task, account, order } = this.#options;
    if (this.#sayingTo?.legId !== legId || digit !== task.optOutKey || this.#hasOptedOut) return;
    this.#hasOptedOut = true;
    this.#playedMs ??= this.#heardMs();
    account.write({ kind: 'optedOut', legId, number: order.callee });
    task.listener({ kind: 'optedOut' });
    this.#sayingTo.media.beep();
    this.#wait(afterMessageMs + 200, { kind: 'messageOver' });
  }

  /** The call ends: what was heard until now is what was played. */
  stop(): void {
    this.#timer?.cancel();
    const legId = this.#sayingTo?.legId;
    if (legId === undefined || this.#isOver) return;
    this.#isOver = true;
    this.#playedMs ??= this.#heardMs();
    const { account, order, task } = this.#options;
    account.write({
      kind: 'messagePlayed',
      legId,
      prompt: task.message.promptName,
      playedMs: this.#playedMs,
      completed: this.#isWhole,
      isForWantOfAgent: order.target.kind === 'agentOrMessage',
    });
  }

  closed(endStatus: EndStatus, endedAtMs: number): void {
    const outcome = {
      endStatus,
      endedAtMs,
      playedMs: this.#playedMs,
      playCompleted: this.#playedMs !== null && this.#isWhole,
    };
    this.#options.task.listener({ kind: 'ended', outcome });
  }

  get #isWhole(): boolean {
    // Packets hold 20 ms: the last one may count for less than a whole millisecond more or less.
    return (this.#playedMs ?? 0) >= this.#options.task.message.durationMs - 1;
  }

  #heardMs(): number {
    const sinceMs = Math.round(this.#options.clock.monoMs() - this.#saidAtMonoMs);
    return Math.min(sinceMs, this.#options.task.message.durationMs - 20);
  }

  #wait(delayMs: number, event: TopologyEvent): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(delayMs, () => this.#options.tell(event));
  }
}
