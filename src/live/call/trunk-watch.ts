/** Whether the peers of the trunks are there: each is asked now and then, so that a dead one is known before a call needs it. */
import { isOfBuiltInPhone } from '#core/built-in-phone.ts';
import type { TrunkEntry } from '#core/directory.ts';
import type { TenantId, TrunkId } from '#core/ids.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { TrunkState } from '#ports/live-calls.ts';
import type { Log } from '#ports/log.ts';
import type { Gauge } from '#ports/metrics.ts';
import type { Signalling, TrunkAnswer } from '../signalling/leg.ts';

export interface TrunkWatchOptions {
  readonly signalling: Pick<Signalling, 'probe'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly changeFeed: ChangeFeed;
  /** Between two questions to one trunk; 0 = nobody is asked. */
  readonly everyMs: number;
  /** Address of this machine that the built-in phone has, besides loopback. */
  readonly mediaAddress: string;
  /** 0…1 */
  readonly random: () => number;
  readonly unreachable: Gauge;
}

/** Questions to all trunks together: a thousand trunks are asked more rarely, not faster. */
const leastGapMs = 50;
/** Share by which the times between questions differ, so that trunks of one carrier are not asked in one moment. */
const jitter = 0.2;
/** A new or changed trunk is asked soon: somebody may be looking. */
const firstWithinMs = 1000;

interface Watched {
  readonly trunk: TrunkEntry;
  state: TrunkState;
  timer: Timer | null;
}

const peerOf = ({ host, port, transport }: TrunkEntry): string => `${transport} ${host} ${port}`;

export class TrunkWatch {
  readonly #options: TrunkWatchOptions;
  readonly #watched = new Map<TrunkId, Watched>();
  #isClosed = false;

  constructor(options: TrunkWatchOptions) {
    this.#options = options;
  }

  /** These trunks from now on. One that moved to another peer is unknown again. */
  follow(trunks: readonly TrunkEntry[]): void {
    const present = new Set(trunks.map(({ id }) => id));
    for (const [id, { timer }] of this.#watched) {
      if (present.has(id)) continue;
      timer?.cancel();
      this.#watched.delete(id);
    }
    for (const trunk of trunks) this.#keep(trunk);
    this.#count();
  }

  of(tenantId: TenantId): readonly TrunkState[] {
    return [...this.#watched.values()]
      .filter(({ trunk }) => trunk.tenantId === tenantId)
      .map(({ state }) => state);
  }

  close(): void {
    this.#isClosed = true;
    for (const { timer } of this.#watched.values()) timer?.cancel();
    this.#watched.clear();
  }

  #keep(trunk: TrunkEntry): void {
    const before = this.#watched.get(trunk.id);
    if (before !== undefined && peerOf(before.trunk) === peerOf(trunk)) return;
    before?.timer?.cancel();
    const state: TrunkState = {
      trunkId: trunk.id,
      state: 'unknown',
      sinceMs: null,
      answeredAtMs: null,
      status: null,
      roundTripMs: null,
    };
    const watched: Watched = { trunk, state, timer: null };
    this.#watched.set(trunk.id, watched);
    const { everyMs, random } = this.#options;
    if (everyMs > 0) this.#askIn(watched, random() * Math.min(everyMs, firstWithinMs));
  }

  #askIn(watched: Watched, delayMs: number): void {
    watched.timer = this.#options.clock.setTimer(delayMs, () => this.#ask(watched));
  }

  #ask(watched: Watched): void {
    const { signalling, everyMs, random } = this.#options;
    void signalling.probe(watched.trunk).then((answer) => {
      // Removed, or moved to another peer, while it was asked.
      if (this.#isClosed || this.#watched.get(watched.trunk.id) !== watched) return;
      this.#took(watched, answer);
      const gap = Math.max(everyMs, this.#watched.size * leastGapMs);
      this.#askIn(watched, gap * (1 - jitter + 2 * jitter * random()));
    });
  }

  #took(watched: Watched, { isReachable, status, roundTripMs }: TrunkAnswer): void {
    const { clock, log, changeFeed, mediaAddress } = this.#options;
    const { id, tenantId, name } = watched.trunk;
    const before = watched.state;
    const nowMs = clock.nowMs();
    // A built-in phone is put away after its call, and a program of somebody else's in its place is seen all the same.
    const isPutAway =
      !isReachable && status === null && isOfBuiltInPhone(watched.trunk, mediaAddress);
    const state = isReachable ? 'reachable' : isPutAway ? 'unknown' : 'unreachable';
    const isNews = state !== before.state;
    watched.state = {
      trunkId: id,
      state,
      sinceMs: isNews ? nowMs : before.sinceMs,
      answeredAtMs: status === null ? before.answeredAtMs : nowMs,
      status,
      roundTripMs,
    };
    if (!isNews) return;
    this.#count();
    if (isReachable) log.info('trunk.reachable', { trunkId: id, name, roundTripMs });
    else if (!isPutAway) log.warn('trunk.unreachable', { trunkId: id, name, status });
    changeFeed.publish({ tenantId, topic: 'trunks', id });
  }

  #count(): void {
    const { unreachable } = this.#options;
    const lost = [...this.#watched.values()].filter(({ state }) => state.state === 'unreachable');
    unreachable.set(lost.length);
  }
}
