import { ok, refuse, type Result } from '#base/result.ts';
import type { QueueId } from '#core/ids.ts';
import type { QueueRow } from '#ports/admin-store.ts';
import type { Administration, NewQueue, QueueView, Refusal } from '#ports/administration.ts';
import { createCollection } from './collection.ts';
import { given, invalid, type Context, type Desk } from './desk.ts';
import { newId } from './secrets.ts';

const viewOf = ({ tenantId: _tenantId, createdAt, ...row }: QueueRow): QueueView => ({
  ...row,
  createdAt: createdAt.toISOString(),
});

/** Deepest tree of queues; also ends the walk when rows form a ring. */
const MAX_DEPTH = 10;

/** The parent, when it exists and is not below the queue itself. */
const checkParent = async (
  context: Context,
  id: QueueId | null,
  parentId: string | null,
): Promise<Result<QueueId | null, Refusal>> => {
  let above = parentId;
  for (let depth = 0; above !== null; depth++) {
    if (above === id || depth >= MAX_DEPTH)
      return refuse(invalid('queue/parent-cycle', 'parentId', 'lies below this queue'));
    const parent: QueueRow | null = await context.rows.queues.find(context.who.tenantId, above);
    if (!parent) return refuse(invalid('queue/unknown', 'parentId', 'there is no such queue'));
    above = parent.parentId;
  }
  return ok(parentId as QueueId | null);
};

export const createQueues = (desk: Desk): Administration['queues'] =>
  createCollection(desk, {
    subject: 'queue',
    topic: 'settings',
    table: (rows) => rows.queues,
    view: viewOf,
    taken: { queues_name: { code: 'queue/name-taken', field: 'name' } },
    build: async (context, draft: NewQueue) => {
      const parentId = await checkParent(context, null, draft.parentId ?? null);
      if (!parentId.ok) return parentId;
      const row: QueueRow = {
        id: newId() as QueueId,
        version: 1,
        tenantId: context.who.tenantId,
        name: draft.name,
        channel: draft.channel ?? 'ivr',
        parentId: parentId.value,
        ringSeconds: draft.ringSeconds ?? 20,
        maxWaitSeconds: draft.maxWaitSeconds ?? 0,
        waitingTone: draft.waitingTone ?? 'ringback',
        createdAt: context.now,
      };
      return ok({ row, created: viewOf(row) });
    },
    alter: async (context, before, change) => {
      const next = { ...before, ...given(change) };
      const parentId = await checkParent(context, before.id, next.parentId);
      return parentId.ok ? ok({ ...next, parentId: parentId.value }) : parentId;
    },
    mayRemove: async ({ rows, who }, row) => {
      const numbers = await rows.numbers.countOfTarget(who.tenantId, { kind: 'queue', id: row.id });
      const children = await rows.queues.countChildren(who.tenantId, row.id);
      return numbers + children > 0 ? { code: 'queue/in-use' } : null;
    },
  });

/** The ids as queues of the tenant, or a refusal that names those that are not. */
export const checkQueueIds = async (
  context: Context,
  ids: readonly string[],
): Promise<Result<readonly QueueId[], Refusal>> => {
  const wanted = [...new Set(ids)];
  const existing = await context.rows.queues.existing(context.who.tenantId, wanted);
  const missing = wanted.filter((id) => !existing.some((queueId) => queueId === id));
  if (missing.length === 0) return ok(existing);
  const message = `there is no queue ${missing.join(', ')}`;
  return refuse(invalid('queue/unknown', 'queueIds', message));
};
