import { ok, refuse, type Result } from '#base/result.ts';
import type { TenantId } from '#core/ids.ts';
import type { AdminRows, ScopedRows } from '#ports/admin-store.ts';
import type { Collection, Principal, Refusal } from '#ports/administration.ts';
import {
  changedMeanwhile,
  differences,
  notFound,
  write,
  type Context,
  type Desk,
  type TakenTable,
  type Written,
} from './desk.ts';

/** What makes one kind of thing different from the others. */
export interface CollectionRules<Row, View, Draft, Change, Created extends View> {
  /** First half of the action in the audit log: `trunk` → `trunk.create`. */
  readonly subject: string;
  readonly topic: 'agents' | 'settings';
  readonly table: (rows: AdminRows) => ScopedRows<Row>;
  readonly view: (row: Row) => View;
  readonly taken: TakenTable;
  readonly build: (
    context: Context,
    draft: Draft,
  ) => Promise<Result<{ readonly row: Row; readonly created: Created }, Refusal>>;
  readonly alter: (context: Context, before: Row, change: Change) => Promise<Result<Row, Refusal>>;
  /** Secrets of a row that the audit log mentions as changed without their value. */
  readonly secrets?: (row: Row) => Readonly<Record<string, unknown>>;
  readonly mayRemove?: (context: Context, row: Row) => Promise<Refusal | null>;
  /** Rows the principal may see; default all of the tenant. */
  readonly sees?: (who: Principal, row: Row) => boolean;
}

interface Identified {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly version: number;
}

const changedSecrets = (
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly string[] => Object.keys(after).filter((key) => after[key] !== before[key]);

/** The five operations over one table, each write in a transaction with its audit line. */
export const createCollection = <
  Row extends Identified,
  View extends { readonly id: string },
  Draft,
  Change,
  Created extends View,
>(
  desk: Desk,
  rules: CollectionRules<Row, View, Draft, Change, Created>,
): Collection<View, Draft, Change, Created> => {
  const { subject, topic, table, view, taken } = rules;
  const sees = rules.sees ?? (() => true);

  const written = <T>(
    verb: string,
    subjectId: string,
    value: T,
    detail: Readonly<Record<string, unknown>> = {},
  ): Result<Written<T>, Refusal> => {
    const note = { action: `${subject}.${verb}`, subjectKind: subject, subjectId, detail };
    return ok({ value, topic, note });
  };

  return {
    list: async (who, page) => {
      const found = await table(desk.store).list(who.tenantId, page);
      const items = found.items.filter((row) => sees(who, row)).map(view);
      return { items, nextCursor: found.nextCursor };
    },
    find: async (who, id) => {
      const row = await table(desk.store).find(who.tenantId, id);
      return row && sees(who, row) ? view(row) : null;
    },
    create: (who, draft) =>
      write(desk, who, taken, async (context) => {
        const built = await rules.build(context, draft);
        if (!built.ok) return built;
        const { row, created } = built.value;
        await table(context.rows).insert(row);
        return written('create', row.id, created, { ...view(row) });
      }),
    change: (who, id, change) =>
      write(desk, who, taken, async (context) => {
        const before = await table(context.rows).find(who.tenantId, id);
        if (!before || !sees(who, before)) return refuse(notFound);
        if (change.version !== undefined && change.version !== before.version)
          return refuse(changedMeanwhile);
        const altered = await rules.alter(context, before, change);
        if (!altered.ok) return altered;
        const after = { ...altered.value, version: before.version + 1 };
        await table(context.rows).update(after);
        const secrets = changedSecrets(rules.secrets?.(before) ?? {}, rules.secrets?.(after) ?? {});
        const detail = { changed: differences(view(before), view(after)), secrets };
        return written('update', id, view(after), detail);
      }),
    remove: (who, id) =>
      write(desk, who, taken, async (context) => {
        const row = await table(context.rows).find(who.tenantId, id);
        if (!row || !sees(who, row)) return refuse(notFound);
        const refusal = (await rules.mayRemove?.(context, row)) ?? null;
        if (refusal) return refuse(refusal);
        await table(context.rows).remove(who.tenantId, id);
        return written('delete', id, null, { ...view(row) });
      }),
  };
};
