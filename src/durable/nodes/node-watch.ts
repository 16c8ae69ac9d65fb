/** Tells of nodes that hold open calls and have not been heard of: their disks know how those calls ended, and nobody else does. */
import { asFault } from '#base/fault.ts';
import { repeat } from '#base/repeat.ts';
import { silentAfterMs } from '#core/node-silence.ts';
import type { StandingAlarms } from '#ports/alarms.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { NodeRows, NodeView } from '#ports/nodes.ts';
import { Vigil } from './vigil.ts';

export interface NodeWatchOptions {
  readonly rows: Pick<NodeRows, 'list'>;
  /** This process's own node; null when it holds no calls. */
  readonly own: string | null;
  readonly alarms: StandingAlarms;
  readonly clock: Clock;
  readonly log: Log;
}

const beatMs = 60_000;
const kind = 'node/silent';

export class NodeWatch {
  readonly #options: NodeWatchOptions;
  readonly #vigil = new Vigil(3 * beatMs);

  constructor(options: NodeWatchOptions) {
    this.#options = options;
  }

  /** To be called every minute. @throws {Fault} `database/…` */
  async look(): Promise<void> {
    const { rows, own, alarms, clock } = this.#options;
    const nowMs = clock.nowMs();
    const nodes = await rows.list();
    if (this.#vigil.look(nowMs) < silentAfterMs) return;
    const silent = nodes.filter(
      ({ node, seenAtMs, openCalls }) =>
        node !== own && openCalls > 0 && nowMs - (seenAtMs ?? 0) >= silentAfterMs,
    );
    for (const each of silent) await this.#tell(each);
    const names = new Set(silent.map(({ node }) => node));
    for (const { tenantId, subjectId } of await alarms.standing([kind]))
      if (subjectId === null || !names.has(subjectId))
        await alarms.clear({ tenantId, kind, subjectId });
  }

  async #tell({ node, seenAtMs, openCalls }: NodeView): Promise<void> {
    const { alarms } = this.#options;
    const seenAt = seenAtMs === null ? null : new Date(seenAtMs).toISOString();
    await alarms.raise({
      tenantId: null,
      kind,
      subjectId: node,
      message: `${openCalls} call(s) of the machine ${node} are open, and it was ${seenAt === null ? 'never seen' : `last seen ${seenAt}`}: start it on its data folder, or give it up with "callreel node retire --node ${node}"`,
      facts: { node, seenAt, openCalls },
    });
  }
}

/** @returns what ends it. Idempotent */
export const watchNodes = (options: NodeWatchOptions): (() => Promise<void>) => {
  const watch = new NodeWatch(options);
  return repeat({
    clock: options.clock,
    everyMs: beatMs,
    work: () => watch.look(),
    onFailure: (thrown) => {
      const { code, message } = asFault(thrown, 'database/away');
      options.log.warn('nodes.not-watched', { code, reason: message });
    },
  });
};
