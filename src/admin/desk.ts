/** What every use case of the administration works with: the rows, the audit log beside every change, and the notice after it. */
import { Fault, type FaultCode } from '#base/fault.ts';
import { refuse, type Result } from '#base/result.ts';
import type { TenantId } from '#core/ids.ts';
import type { AdminRows, AdminStore } from '#ports/admin-store.ts';
import type { AuditNote, FieldError, Principal, Refusal } from '#ports/administration.ts';
import type { Clock } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Sealer } from '#ports/sealer.ts';
import { newId } from './secrets.ts';
import type { Passwords } from './passwords.ts';

export interface Desk {
  readonly store: AdminStore;
  readonly sealer: Sealer;
  readonly passwords: Passwords;
  readonly changeFeed: ChangeFeed;
  readonly clock: Clock;
}

/** A use case inside its transaction. */
export interface Context {
  readonly who: Principal;
  readonly rows: AdminRows;
  readonly now: Date;
  readonly desk: Desk;
}

/** Unique index → what the caller is told. */
export type TakenTable = Readonly<
  Record<string, { readonly code: FaultCode; readonly field: string }>
>;

export const notFound: Refusal = { code: 'api/not-found' };

/** Two people edited one thing: the second is told. */
export const changedMeanwhile: Refusal = { code: 'api/changed-meanwhile' };

export const invalid = (code: FaultCode, field: string, message: string): Refusal => ({
  code,
  errors: [{ field, code, message }],
});

export const fieldErrors = (errors: readonly FieldError[]): Refusal => ({
  code: 'api/invalid-request',
  errors,
});

export const noteOf = async (
  rows: AdminRows,
  who: Principal,
  at: Date,
  note: AuditNote,
): Promise<void> =>
  rows.audit.append({
    id: newId(),
    tenantId: who.tenantId,
    at,
    actorKind: who.kind,
    actorId: who.kind === 'system' ? null : who.id,
    actorName: who.name,
    action: note.action,
    subjectKind: note.subjectKind ?? null,
    subjectId: note.subjectId ?? null,
    detail: note.detail ?? {},
    address: who.address,
  });

export interface Written<T> {
  readonly value: T;
  readonly note: AuditNote;
  readonly topic: 'agents' | 'settings';
  /** The tenant that is told, when it is not the one of the principal. */
  readonly tenantId?: TenantId;
}

/**
 * Runs one change in a transaction together with its line in the audit log, and tells those who watch when it stands.
 * A refusal and a taken unique value leave nothing behind.
 */
export const write = async <T>(
  desk: Desk,
  who: Principal,
  taken: TakenTable,
  work: (context: Context) => Promise<Result<Written<T>, Refusal>>,
): Promise<Result<T, Refusal>> => {
  const now = new Date(desk.clock.nowMs());
  try {
    const result = await desk.store.transaction(async (rows) => {
      const done = await work({ who, rows, now, desk });
      if (done.ok) await noteOf(rows, who, now, done.value.note);
      return done;
    });
    if (!result.ok) return result;
    const { value, topic, tenantId = who.tenantId, note } = result.value;
    desk.changeFeed.publish({ tenantId, topic, id: note.subjectId ?? '' });
    return { ok: true, value };
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'database/changed-meanwhile')
      return refuse(changedMeanwhile);
    const index =
      thrown instanceof Fault && thrown.code === 'database/not-unique'
        ? thrown.facts['index']
        : undefined;
    const row = typeof index === 'string' ? taken[index] : undefined;
    if (!row) throw thrown;
    return refuse(invalid(row.code, row.field, 'This value is in use already.'));
  }
};

/** The fields that were given, without those that are undefined. */
export const given = <T extends object>(change: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/** What differs, before and after, for the audit log; that it was changed needs no line. Views hold no secrets, so neither does this. */
export const differences = (
  before: object,
  after: object,
): Readonly<Record<string, readonly [unknown, unknown]>> => {
  const old = new Map(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after)
      .filter(
        ([key, value]) =>
          key !== 'version' && JSON.stringify(value) !== JSON.stringify(old.get(key)),
      )
      .map(([key, value]) => [key, [old.get(key) ?? null, value] as const]),
  );
};
