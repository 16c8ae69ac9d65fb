/** Machines with calls, for whoever runs the installation: which there are, and giving up one that will not come back. */
import { ok, refuse, type Result } from '#base/result.ts';
import { silentAfterMs } from '#core/node-silence.ts';
import type { Clock } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { NodeRows, NodeView } from '#ports/nodes.ts';

export interface NodeDesk {
  list(): Promise<readonly (NodeView & { readonly isOwn: boolean })[]>;
  /** @returns how many calls it ended, or the sentence why not */
  retire(node: string): Promise<Result<number, string>>;
}

export interface NodeDeskOptions {
  readonly rows: NodeRows;
  /** The node of this data folder; null when it has none. */
  readonly own: string | null;
  readonly changes: Pick<ChangeFeed, 'publish'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export const createNodeDesk = ({ rows, own, changes, clock }: NodeDeskOptions): NodeDesk => ({
  list: async () => (await rows.list()).map((node) => ({ ...node, isOwn: node.node === own })),
  retire: async (node) => {
    const known = (await rows.list()).find((each) => each.node === node);
    if (known === undefined) return refuse(`There is no node ${node}: see "callreel node list".`);
    if (node === own)
      return refuse(
        `${node} is the node of this data folder: start the server on it, and it salvages what it left.`,
      );
    const silentMs = clock.nowMs() - (known.seenAtMs ?? 0);
    if (silentMs < silentAfterMs)
      return refuse(
        `${node} was seen ${Math.round(silentMs / 1000)} seconds ago: stop it, and wait ${silentAfterMs / 60_000} minutes.`,
      );
    const calls = await rows.retire(node, clock.nowMs());
    for (const { id, tenantId } of calls) changes.publish({ tenantId, topic: 'calls', id });
    return ok(calls.length);
  },
});
