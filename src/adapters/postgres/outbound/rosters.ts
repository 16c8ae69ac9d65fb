/** Rosters in SQL: thousands of people in one statement, duplicates found by the key. */
import { sql, type Kysely, type Transaction } from 'kysely';
import { Fault, type FaultCode } from '#base/fault.ts';
import type { RosterIssueReason } from '#core/outbound/roster-row.ts';
import type { RosterId, TenantId } from '#core/ids.ts';
import type { PageOrder } from '#ports/administration.ts';
import type { RosterBatch, RosterImport, RosterRows, RosterView } from '#ports/rosters.ts';
import { defaultEmergencyNumbers } from '../administration/tenants.ts';
import { isForeignKeyViolation } from '../errors.ts';
import { idAfter, numberAfter, pageOf, unlessTaken } from '../keyset.ts';
import { sessionOf } from '../open-database.ts';
import type { DB } from '../schema.ts';

/** Issues that are kept for people to read; the rest is counted. */
const maxKeptIssues = 10_000;

const select = (db: Kysely<DB>, tenantId: TenantId) =>
  db
    .selectFrom('rosters')
    .selectAll()
    .select(
      sql<
        { id: string; name: string }[]
      >`coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name)
        order by t.id) from (select id, name from outbound_tasks where outbound_tasks.tenant_id = rosters.tenant_id
        and outbound_tasks.roster_id = rosters.id order by id limit 20) t), '[]')`.as('usedBy'),
    )
    .where('tenantId', '=', tenantId);

type Found = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const viewOf = (row: Found): RosterView => ({
  id: row.id as RosterId,
  name: row.name,
  description: row.description,
  fileName: row.fileName,
  format: row.format,
  onBadRows: row.onBadRows,
  state: row.state,
  failure:
    row.failure === null
      ? null
      : { code: row.failure as FaultCode, detail: row.failureDetail ?? '', line: row.failureLine },
  sizeBytes: row.sizeBytes,
  readBytes: row.readBytes,
  people: row.people,
  issues: row.issues,
  duplicates: row.duplicates,
  usedBy: row.usedBy,
  createdAt: row.createdAt.toISOString(),
  version: row.version,
});

const addPeople = async (
  trx: Transaction<DB>,
  { id, tenantId }: RosterImport,
  people: RosterBatch['people'],
): Promise<readonly { line: number; number: string }[]> => {
  if (people.length === 0) return [];
  const lines = people.map((person) => person.line);
  const numbers = people.map((person) => person.number);
  const names = people.map((person) => person.name);
  const zones = people.map((person) => person.timeZone);
  const variables = people.map((person) =>
    Object.keys(person.variables).length === 0 ? null : JSON.stringify(person.variables),
  );
  const { rows } = await sql<{ line: number; number: string }>`
    with given as (
      select * from unnest(${lines}::integer[], ${numbers}::text[], ${names}::text[], ${zones}::text[],
        ${variables}::text[]) as x(line, number, name, time_zone, variables)
    ), added as (
      insert into roster_people (roster_id, tenant_id, number, line, name, time_zone, variables)
      select ${id}, ${tenantId}, number, line, name, time_zone, variables::jsonb from given
      on conflict do nothing
      returning line
    )
    select given.line, given.number from given left join added using (line) where added.line is null`.execute(
    trx,
  );
  return rows;
};

const addIssues = async (
  trx: Transaction<DB>,
  { id, tenantId }: RosterImport,
  issues: RosterBatch['issues'],
): Promise<void> => {
  const { issues: known } = await trx
    .selectFrom('rosters')
    .select('issues')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const kept = issues.slice(0, Math.max(0, maxKeptIssues - known));
  if (kept.length === 0) return;
  await sql`
    insert into roster_issues (roster_id, tenant_id, line, reason, value)
    select ${id}, ${tenantId}, * from unnest(${kept.map((issue) => issue.line)}::integer[],
      ${kept.map((issue) => issue.reason)}::text[], ${kept.map((issue) => issue.value)}::text[])
    on conflict do nothing`.execute(trx);
};

const pageOfLines = (page: PageOrder): number => Number(numberAfter(page).slice(1));

export const sqlRosterRows = (db: Kysely<DB>): RosterRows => ({
  list: async (tenantId, page) => {
    const rows = await select(db, tenantId)
      .where('id', '>', idAfter(page))
      .orderBy('id')
      .limit(page.limit + 1)
      .execute();
    return pageOf(rows, page, (row) => row.id, viewOf);
  },
  find: async (tenantId, id) => {
    const row = await select(db, tenantId).where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : viewOf(row);
  },
  insert: (row, alongside) =>
    unlessTaken(
      db.transaction().execute(async (trx) => {
        await trx
          .insertInto('rosters')
          .values({
            ...row,
            state: 'importing',
            failure: null,
            failureDetail: null,
            failureLine: null,
          })
          .execute();
        await alongside?.(sessionOf(trx));
      }),
    ),
  rename: async (tenantId, id, { name, description, version }) => {
    let changed = false;
    await unlessTaken(
      db
        .updateTable('rosters')
        .set({ name, description, version: version + 1 })
        .where('tenantId', '=', tenantId)
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst()
        .then(({ numUpdatedRows }) => (changed = numUpdatedRows > 0n)),
    );
    return changed;
  },
  remove: async (tenantId, id) => {
    try {
      await db.transaction().execute(async (trx) => {
        const gone = await trx
          .deleteFrom('rosters')
          .where('tenantId', '=', tenantId)
          .where('id', '=', id)
          .returning('id')
          .execute();
        if (gone.length > 0)
          await trx.deleteFrom('rosterPeople').where('rosterId', '=', id).execute();
      });
      return true;
    } catch (thrown) {
      if (isForeignKeyViolation(thrown)) return false;
      throw thrown;
    }
  },
  people: async (tenantId, id, page) => {
    const rows = await db
      .selectFrom('rosterPeople')
      .select(['number', 'line', 'name', 'timeZone', 'variables'])
      .where('tenantId', '=', tenantId)
      .where('rosterId', '=', id)
      .where('number', '>', numberAfter(page))
      .orderBy('number')
      .limit(page.limit + 1)
      .execute();
    return pageOf(
      rows,
      page,
      (row) => row.number.slice(1),
      (row) => ({ ...row, variables: row.variables ?? {} }),
    );
  },
  issues: async (tenantId, id, page) => {
    const rows = await db
      .selectFrom('rosterIssues')
      .select(['line', 'reason', 'value'])
      .where('tenantId', '=', tenantId)
      .where('rosterId', '=', id)
      .where('line', '>', pageOfLines(page))
      .orderBy('line')
      .limit(page.limit + 1)
      .execute();
    return pageOf(
      rows,
      page,
      (row) => String(row.line),
      (row) => ({ ...row, reason: row.reason as RosterIssueReason }),
    );
  },

  importing: async () => {
    const rows = await db
      .selectFrom('rosters')
      .select('id')
      .where('state', '=', 'importing')
      .execute();
    return rows.map(({ id }) => id as RosterId);
  },
  toImport: async (id) => {
    const row = await db
      .selectFrom('rosters')
      .innerJoin('tenants', 'tenants.id', 'rosters.tenantId')
      .selectAll('rosters')
      .select(['tenants.country', 'tenants.settings'])
      .where('rosters.id', '=', id)
      .where('rosters.state', '=', 'importing')
      .executeTakeFirst();
    if (row === undefined) return null;
    return {
      ...row,
      id: row.id as RosterId,
      tenantId: row.tenantId as TenantId,
      emergencyNumbers: row.settings.emergencyNumbers ?? defaultEmergencyNumbers,
    };
  },
  clear: (id) =>
    db.transaction().execute(async (trx) => {
      await trx.deleteFrom('rosterPeople').where('rosterId', '=', id).execute();
      await trx.deleteFrom('rosterIssues').where('rosterId', '=', id).execute();
      const none = { readBytes: 0, people: 0, issues: 0, duplicates: 0 };
      await trx.updateTable('rosters').set(none).where('id', '=', id).execute();
    }),
  add: (roster, { people, issues, readBytes }) =>
    db.transaction().execute(async (trx) => {
      // An import begins anew after a crash, and the commit that makes the roster ready flushes what came before it.
      await sql`set local synchronous_commit = off`.execute(trx);
      const again = await addPeople(trx, roster, people);
      const duplicates = again.map(({ line, number }) => ({
        line,
        reason: 'duplicate' as const,
        value: number,
      }));
      if (issues.length + duplicates.length > 0)
        await addIssues(trx, roster, [...issues, ...duplicates]);
      const updated = await trx
        .updateTable('rosters')
        .set((eb) => ({
          readBytes,
          people: eb('people', '+', people.length - again.length),
          issues: eb('issues', '+', issues.length + again.length),
          duplicates: eb('duplicates', '+', again.length),
        }))
        .where('id', '=', roster.id)
        .executeTakeFirst();
      if (updated.numUpdatedRows === 0n)
        throw new Fault('roster/unknown', 'the roster was deleted', { blame: 'caller' });
    }),
  finish: (roster) =>
    db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom('rosters')
        .select(['issues', 'people'])
        .where('id', '=', roster.id)
        .executeTakeFirstOrThrow();
      const isRefused = roster.onBadRows === 'refuse-all' && row.issues > 0;
      const failure = isRefused ? 'roster/bad-rows' : row.people === 0 ? 'roster/nobody' : null;
      const detail = {
        'roster/bad-rows': `${row.issues} rows are not right, and the whole file was to be refused then.`,
        'roster/nobody': 'No row of the file can be called.',
      };
      if (isRefused)
        await trx.deleteFrom('rosterPeople').where('rosterId', '=', roster.id).execute();
      await trx
        .updateTable('rosters')
        .set({
          state: failure === null ? 'ready' : 'failed',
          failure,
          failureDetail: failure === null ? null : detail[failure],
          ...(isRefused ? { people: 0 } : {}),
          readBytes: roster.sizeBytes,
          objectKey: null,
          importedAt: sql<Date>`now()`,
        })
        .where('id', '=', roster.id)
        .execute();
      return failure === null ? 'ready' : 'failed';
    }),
  fail: async (id, code, detail, line = null) => {
    await db
      .updateTable('rosters')
      .set({
        state: 'failed',
        failure: code,
        failureDetail: detail,
        failureLine: line,
        objectKey: null,
      })
      .where('id', '=', id)
      .execute();
  },
});
