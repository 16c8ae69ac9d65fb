import { ok, refuse, type Result } from '#base/result.ts';
import type { NumberId } from '#core/ids.ts';
import { normaliseNumber } from '#core/routing/phone-number.ts';
import type { NumberRow } from '#ports/admin-store.ts';
import type {
  Administration,
  NewNumber,
  NumberTarget,
  NumberView,
  Refusal,
} from '#ports/administration.ts';
import { createCollection } from './collection.ts';
import { invalid, type Context, type Desk } from './desk.ts';
import { newId } from './secrets.ts';

const viewOf = ({ tenantId: _tenantId, createdAt, ...row }: NumberRow): NumberView => ({
  ...row,
  createdAt: createdAt.toISOString(),
});

const checkTarget = async (
  { rows, who }: Context,
  target: NewNumber['target'],
): Promise<Result<NumberTarget, Refusal>> => {
  const table = target.kind === 'queue' ? rows.queues : rows.agents;
  if (await table.find(who.tenantId, target.id)) return ok(target as NumberTarget);
  const message = `there is no ${target.kind} ${target.id}`;
  return refuse(invalid('number/unknown-target', 'target.id', message));
};

const normalised = async ({ rows, who }: Context, number: string): Promise<string> =>
  normaliseNumber(number, (await rows.tenants.find(who.tenantId))?.country ?? '');

export const createNumbers = (desk: Desk): Administration['numbers'] =>
  createCollection(desk, {
    subject: 'number',
    topic: 'settings',
    table: (rows) => rows.numbers,
    view: viewOf,
    taken: { numbers_tenant_id_number_key: { code: 'number/taken', field: 'number' } },
    build: async (context, draft: NewNumber) => {
      const target = await checkTarget(context, draft.target);
      if (!target.ok) return target;
      const row: NumberRow = {
        id: newId() as NumberId,
        version: 1,
        tenantId: context.who.tenantId,
        number: await normalised(context, draft.number),
        target: target.value,
        createdAt: context.now,
      };
      return ok({ row, created: viewOf(row) });
    },
    alter: async (context, before, change) => {
      const target = await checkTarget(context, change.target ?? before.target);
      if (!target.ok) return target;
      const number = await normalised(context, change.number ?? before.number);
      return ok({ ...before, number, target: target.value });
    },
  });
