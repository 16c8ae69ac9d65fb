/** Attempts of a node that never came back: their end is not known, and their task is not held up by them for ever. */
import type { Clock } from '#ports/clock.ts';
import type { DialRows } from '#ports/dial-rows.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';
import { Vigil } from '../nodes/vigil.ts';

export interface LostAttemptsOptions {
  readonly rows: Pick<DialRows, 'seen' | 'lose'>;
  readonly node: string;
  readonly changes: Pick<ChangeFeed, 'publish'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Log;
}

/** So often a node says that it is there, and looks who is not. */
const beatMs = 60_000;
/** Later than this the node itself slept, or its database was away. */
const sleptMs = 3 * beatMs;
/**
 * A node that was not seen for so long is taken for gone. Mending a server, or the way to its database, seldom takes longer; what a node
 * tells that returns later still stands.
 */
export const goneAfterMs = 3_600_000;

export class LostAttempts {
  readonly #options: LostAttemptsOptions;
  readonly #vigil = new Vigil(sleptMs);

  constructor(options: LostAttemptsOptions) {
    this.#options = options;
  }

  /** To be called again and again. @throws {Fault} `database/…` */
  async look(): Promise<void> {
    const { rows, node, changes, clock, log } = this.#options;
    const nowMs = clock.nowMs();
    if (this.#vigil.pauseMs(nowMs) < beatMs) return;
    await rows.seen(node, nowMs);
    if (this.#vigil.look(nowMs) < goneAfterMs) return;
    for (const { tenantId, taskId, attempts } of await rows.lose(nowMs - goneAfterMs, nowMs)) {
      log.warn('dial.lost', { taskId, attempts });
      changes.publish({ tenantId, topic: 'tasks', id: taskId });
    }
  }
}
