/**
 * Projects a batch of the ledger: a dozen statements over sets, however many entries the batch has. Nothing a damaged or strange entry
 * can say makes a statement fail: rows that refer to nothing are left out, rows that stand already stay.
 */
import { sql, type Kysely, type Transaction } from 'kysely';
import { Fault } from '#base/fault.ts';
import type { CallId, RecordingId, TenantId } from '#core/ids.ts';
import type { OutcomeRule } from '#core/recording/outcome.ts';
import type { Jobs } from '#ports/jobs.ts';
import type { AppliedChanges, LedgerChanges, LedgerTables } from '#ports/ledger-tables.ts';
import type { LedgerPlace } from '#ports/ledger.ts';
import { sessionOf } from '../open-database.ts';
import { isRefusedForGood, sqlErrorReport } from '../errors.ts';
import type { DB } from '../schema.ts';
import { audioGivenUp, callGivenUp } from './given-up.ts';
import { writeOutcomes } from './outcome-row.ts';

type Trx = Transaction<DB>;

export interface LedgerTablesOptions {
  readonly outcomeOf: OutcomeRule;
  readonly jobs: Jobs;
}

/** Peers write some of the texts. An index entry holds 2,704 bytes: this many characters of up to three bytes, and the keys beside them. */
const longestText = 700;

/** What a text column takes: no NUL, no half of a surrogate pair, no more than an index can hold. */
const storable = (_key: string, value: unknown): unknown =>
  typeof value === 'string'
    ? value.replaceAll('\0', '').slice(0, longestText).toWellFormed()
    : value;

/**
 * In the JSON of a batch: an escaped NUL or half pair, or a text that may be too long. Nearly no batch has any, and looking at every
 * value with `storable` costs as much as all the rest.
 */
const maybeUnstorable = new RegExp(
  String.raw`\\u(?:0000|d[89a-f])|"(?:[^"\\]|\\.){${longestText + 1}}`,
);

const json = (rows: readonly unknown[]) => {
  const text = JSON.stringify(rows);
  return sql`${maybeUnstorable.test(text) ? JSON.stringify(rows, storable) : text}::jsonb`;
};

export class SqlLedgerTables implements LedgerTables {
  readonly #db: Kysely<DB>;
  readonly #options: LedgerTablesOptions;

  constructor(db: Kysely<DB>, options: LedgerTablesOptions) {
    this.#db = db;
    this.#options = options;
  }

  async place(node: string): Promise<LedgerPlace | null> {
    const row = await this.#db
      .selectFrom('ledgerCursors')
      .select(['file', 'byteOffset'])
      .where('node', '=', node)
      .executeTakeFirst();
    return row ?? null;
  }

  async apply(order: Parameters<LedgerTables['apply']>[0]): Promise<AppliedChanges> {
    try {
      return await this.#apply(order);
    } catch (thrown) {
      if (!isRefusedForGood(thrown)) throw thrown;
      throw new Fault('ledger/refused', sqlErrorReport(thrown)?.message ?? '', { cause: thrown });
    }
  }

  setAside(order: Parameters<LedgerTables['setAside']>[0]): Promise<void> {
    const { node, from, next, entry, reason } = order;
    const { file, byteOffset } = from ?? { file: '', byteOffset: 0 };
    const row = { node, file, byteOffset, entry: JSON.stringify(entry), reason };
    return this.#db.transaction().execute(async (trx) => {
      await movePlace(trx, node, from, next);
      await trx.insertInto('ledgerRefused').values(row).execute();
    });
  }

  #apply(order: Parameters<LedgerTables['apply']>[0]): Promise<AppliedChanges> {
    const { node, from, next, changes } = order;
    return this.#db.transaction().execute(async (trx) => {
      await movePlace(trx, node, from, next);
      await writeCalls(trx, node, changes);
      await writeLegs(trx, changes);
      await writeRecordings(trx, changes);
      const sealed = await writeSealed(trx, changes);
      const touched = await touchedBy(trx, changes);
      await writeOutcomes(trx, touched.ended, this.#options.outcomeOf);
      if (sealed.length > 0)
        await this.#options.jobs.enqueue(
          'finalise',
          sealed.map((recordingId) => ({ recordingId })),
          sessionOf(trx),
        );
      return touched;
    });
  }
}

const movePlace = async (
  trx: Trx,
  node: string,
  from: LedgerPlace | null,
  next: LedgerPlace,
): Promise<void> => {
  const row = { file: next.file, byteOffset: next.byteOffset, updatedAt: new Date() };
  const moved = from
    ? await trx
        .updateTable('ledgerCursors')
        .set(row)
        .where('node', '=', node)
        .where('file', '=', from.file)
        .where('byteOffset', '=', from.byteOffset)
        .executeTakeFirst()
        .then((result) => result.numUpdatedRows)
    : await trx
        .insertInto('ledgerCursors')
        .values({ node, ...row })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
        .then((result) => result.numInsertedOrUpdatedRows ?? 0n);
  if (moved !== 1n)
    throw new Fault('ledger/moved', 'Somebody else projects the ledger of this node', {
      facts: { node, from },
    });
};

const writeCalls = async (
  trx: Trx,
  node: string,
  { calls, callPatches }: LedgerChanges,
): Promise<void> => {
  if (calls.length > 0)
    await sql`
      insert into calls (id, tenant_id, node, call_type, direction, caller, callee, trunk_id, directory_version,
        started_at, outcome)
      select x.id, x."tenantId", ${node}, x."callType", x.direction, x.caller, x.callee, x."trunkId",
        x."directoryVersion", to_timestamp(x."startedAt" / 1000.0), 'inProgress'
      from jsonb_to_recordset(${json(calls)}) as x(id text, "tenantId" text, "callType" text, direction text,
        caller text, callee text, "trunkId" text, "directoryVersion" bigint, "startedAt" double precision)
      where exists (select from tenants where tenants.id = x."tenantId")
      on conflict do nothing`.execute(trx);
  if (callPatches.length > 0)
    await sql`
      update calls set
        queue_id = coalesce(x."queueId", calls.queue_id),
        queued_at = coalesce(calls.queued_at, to_timestamp(x."queuedAt" / 1000.0)),
        ringing_at = coalesce(calls.ringing_at, to_timestamp(x."ringingAt" / 1000.0)),
        answered_at = coalesce(calls.answered_at, to_timestamp(x."answeredAt" / 1000.0)),
        ended_at = case when known.ended_at is not null
          then greatest(known.ended_at, to_timestamp(x."heardUntil" / 1000.0)) end,
        got_media = calls.got_media or coalesce(x."gotMedia", false),
        end_status = case when known.is_told then x."endStatus" else calls.end_status end,
        hung_up_side = case when known.is_told then x."hungUpSide" else calls.hung_up_side end,
        cause = case when known.is_told then x.cause else calls.cause end,
        record = coalesce(x.record, calls.record),
        record_rule = coalesce(x."recordRule", calls.record_rule)
      from jsonb_to_recordset(${json(callPatches)}) as x(id text, "queueId" text, "queuedAt" double precision,
        "ringingAt" double precision, "answeredAt" double precision, "endedAt" double precision, "heardUntil" double precision, "gotMedia" boolean,
        "endStatus" text, "hungUpSide" text, cause text, record boolean, "recordRule" text)
      cross join lateral (
        -- The first end stands, but for one that was only assumed when the call's machine was given up.
        select x."endedAt" is not null and (ended_at is null or cause = ${callGivenUp}) as is_told,
          case when x."endedAt" is not null and (ended_at is null or cause = ${callGivenUp})
            then to_timestamp(x."endedAt" / 1000.0) else ended_at end as ended_at
        from calls as one where one.id = x.id) as known
      where calls.id = x.id`.execute(trx);
  // Its queue may be known later than an agent who took part.
  const queued = callPatches.filter(({ queueId }) => queueId !== undefined).map(({ id }) => id);
  if (queued.length > 0)
    await sql`
      update call_agents set queue_id = calls.queue_id
      from calls where calls.id = any(${queued}::text[]) and call_agents.call_id = calls.id
        and call_agents.queue_id is distinct from calls.queue_id`.execute(trx);
};

const writeLegs = async (
  trx: Trx,
  { legs, legPatches, happenings, callPatches }: LedgerChanges,
): Promise<void> => {
  if (legs.length > 0)
    await sql`
      insert into legs (id, call_id, tenant_id, direction, participant, participant_kind, endpoint_user, agent_id,
        sip_call_id, started_at)
      select x.id, calls.id, calls.tenant_id, x.direction, x.participant, x."participantKind", x."endpointUser",
        x."agentId", x."sipCallId", to_timestamp(x."startedAt" / 1000.0)
      from jsonb_to_recordset(${json(legs)}) as x(id text, "callId" text, direction text, participant integer,
        "participantKind" text, "endpointUser" text, "agentId" text, "sipCallId" text, "startedAt" double precision)
      join calls on calls.id = x."callId"
      on conflict do nothing`.execute(trx);
  if (legPatches.length > 0)
    await sql`
      update legs set
        ringing_at = coalesce(legs.ringing_at, to_timestamp(x."ringingAt" / 1000.0)),
        answered_at = coalesce(legs.answered_at, to_timestamp(x."answeredAt" / 1000.0)),
        ended_at = case when legs.ended_at is null or (legs.cause = ${callGivenUp} and x."endedAt" is not null)
          then to_timestamp(x."endedAt" / 1000.0) else legs.ended_at end,
        sip_status = coalesce(legs.sip_status, x."sipStatus"),
        cause = case when legs.cause is null or (legs.cause = ${callGivenUp} and x.cause is not null)
          then x.cause else legs.cause end
      from jsonb_to_recordset(${json(legPatches)}) as x(id text, "ringingAt" double precision,
        "answeredAt" double precision, "endedAt" double precision, "sipStatus" integer, cause text)
      where legs.id = x.id`.execute(trx);
  // The legs that a crash ended last as long as their call.
  const heard = callPatches.filter(({ heardUntil }) => heardUntil !== undefined);
  if (heard.length > 0)
    await sql`
      update legs set ended_at = calls.ended_at
      from calls where calls.id = any(${heard.map(({ id }) => id)}::text[]) and legs.call_id = calls.id
        and legs.ended_at < calls.ended_at and legs.cause = calls.cause`.execute(trx);
  // Who took part: an agent who was connected, or who began the call.
  const ids = [...legs, ...legPatches].map((leg) => leg.id);
  if (ids.length > 0)
    await sql`
      insert into call_agents (call_id, agent_id, tenant_id, started_at, queue_id, caller, callee)
      select distinct calls.id, legs.agent_id, calls.tenant_id, calls.started_at, calls.queue_id, calls.caller,
        calls.callee
      from legs join calls on calls.id = legs.call_id
      where legs.id = any(${ids}::text[]) and legs.agent_id is not null
        and (legs.answered_at is not null or legs.direction = 'in')
      on conflict do nothing`.execute(trx);
  // The entry itself is the key: a ledger that is read again tells nothing twice. Only one projector writes at a time (`movePlace`).
  if (happenings.length > 0)
    await sql`
      insert into call_events (call_id, tenant_id, position, at, kind, facts)
      select calls.id, calls.tenant_id,
        (select coalesce(max(position), 0) from call_events earlier where earlier.call_id = calls.id)
          + row_number() over (partition by calls.id order by x.position),
        to_timestamp(x.at / 1000.0), x.kind, x.facts
      from jsonb_to_recordset(${json(happenings.map((happening, position) => ({ ...happening, position })))})
        as x("callId" text, position integer, at double precision, kind text, facts jsonb)
      join calls on calls.id = x."callId"
      where not exists (select from call_events known where known.call_id = calls.id and known.kind = x.kind
        and known.at = to_timestamp(x.at / 1000.0)::timestamptz(3) and known.facts = x.facts)`.execute(
      trx,
    );
};

const writeRecordings = async (
  trx: Trx,
  { recordings, tracks, trackPatches }: LedgerChanges,
): Promise<void> => {
  if (recordings.length > 0)
    await sql`
      insert into recordings (id, tenant_id, call_id, segment, state, call_type, direction, caller, callee,
        endpoint_user, queue_id, started_at, started_at_mono_ns)
      select x.id, calls.tenant_id, calls.id, x.segment, 'capturing', calls.call_type, calls.direction, calls.caller,
        calls.callee, case calls.direction when 'in' then calls.caller else calls.callee end, calls.queue_id,
        to_timestamp(x."startedAt" / 1000.0), x."startedAtMonoNs"
      from jsonb_to_recordset(${json(recordings)}) as x(id text, "callId" text, segment integer,
        "startedAt" double precision, "startedAtMonoNs" text)
      join calls on calls.id = x."callId"
      on conflict do nothing`.execute(trx);
  if (tracks.length > 0) {
    await sql`
      insert into tracks (id, recording_id, call_id, tenant_id, leg_id, participant, participant_kind, endpoint_user,
        agent_id, path, started_at)
      select x.id, recordings.id, recordings.call_id, recordings.tenant_id, legs.id, x.participant,
        legs.participant_kind, legs.endpoint_user, legs.agent_id, x.path, to_timestamp(x."startedAt" / 1000.0)
      from jsonb_to_recordset(${json(tracks)}) as x(id text, "recordingId" text, "legId" text, participant integer,
        path text, "startedAt" double precision)
      join recordings on recordings.id = x."recordingId"
      join legs on legs.id = x."legId"
      on conflict do nothing`.execute(trx);
    await sql`
      insert into recording_agents (recording_id, agent_id, tenant_id, started_at, queue_id, caller, callee)
      select distinct recordings.id, tracks.agent_id, recordings.tenant_id, recordings.started_at,
        recordings.queue_id, recordings.caller, recordings.callee
      from tracks join recordings on recordings.id = tracks.recording_id
      where tracks.id = any(${tracks.map((track) => track.id)}::text[]) and tracks.agent_id is not null
      on conflict do nothing`.execute(trx);
  }
  if (trackPatches.length > 0)
    await sql`
      update tracks set
        sealed_at = to_timestamp(x."sealedAt" / 1000.0), frames = x.frames, lost_frames = x."lostFrames",
        bytes = x.bytes, first_packet_at_mono_ns = x."firstPacketAtMonoNs",
        last_packet_at_mono_ns = x."lastPacketAtMonoNs", salvaged = x.salvaged, failed_by = x."failedBy"
      from jsonb_to_recordset(${json(trackPatches)}) as x(id text, "sealedAt" double precision, frames bigint,
        "lostFrames" bigint, bytes bigint, "firstPacketAtMonoNs" text, "lastPacketAtMonoNs" text, salvaged boolean,
        "failedBy" text)
      where tracks.id = x.id and tracks.sealed_at is null`.execute(trx);
};

/** @returns the recordings that are sealed now and were not before */
const writeSealed = async (
  trx: Trx,
  { sealed, failed }: LedgerChanges,
): Promise<readonly string[]> => {
  const { rows } =
    sealed.length === 0
      ? { rows: [] }
      : await sql<{ id: string }>`
          update recordings set state = 'sealed', sealed_at = to_timestamp(x.at / 1000.0), failed_at = null, failure_reason = null,
            salvaged = exists (select from tracks where tracks.recording_id = recordings.id and tracks.salvaged)
          from jsonb_to_recordset(${json(sealed)}) as x(id text, at double precision)
          where recordings.id = x.id and (recordings.state in ('planned', 'capturing')
            or recordings.state = 'failed' and recordings.failure_reason = ${audioGivenUp})
          returning recordings.id`.execute(trx);
  if (failed.length > 0)
    await sql`
      update recordings set state = 'failed', failed_at = to_timestamp(x.at / 1000.0), failure_reason = x.reason
      from jsonb_to_recordset(${json(failed)}) as x(id text, at double precision, reason text)
      where recordings.id = x.id and recordings.state in ('planned', 'capturing', 'sealed')`.execute(
      trx,
    );
  return rows.map((row) => row.id).filter((id) => !failed.some((each) => each.id === id));
};

interface Touched extends AppliedChanges {
  /** Calls whose outcome may follow from this batch. */
  readonly ended: readonly string[];
}

const touchedBy = async (trx: Trx, changes: LedgerChanges): Promise<Touched> => {
  const { calls, callPatches, legs, legPatches, happenings } = changes;
  const recordingIds = [...changes.recordings, ...changes.sealed, ...changes.failed].map(
    (each) => each.id,
  );
  const recordings = await trx
    .selectFrom('recordings')
    .select(['id', 'tenantId', 'callId'])
    .where(sql<boolean>`id = any(${recordingIds}::text[])`)
    .execute();
  const named = [
    ...[...calls, ...callPatches].map((call) => call.id),
    ...[...legs, ...happenings].map((each) => each.callId),
    ...recordings.map((recording) => recording.callId),
  ];
  const rows = await trx
    .selectFrom('calls')
    .select(['id', 'tenantId', 'endedAt'])
    .where(
      sql<boolean>`id = any(${named}::text[])
        or id in (select call_id from legs where legs.id = any(${legPatches.map((leg) => leg.id)}::text[]))`,
    )
    .execute();
  const known = new Set(rows.map((row) => row.id));
  return {
    calls: rows.map(({ id, tenantId }) => ({ id: id as CallId, tenantId: tenantId as TenantId })),
    recordings: recordings.map(({ id, tenantId }) => ({
      id: id as RecordingId,
      tenantId: tenantId as TenantId,
    })),
    strangers: calls.filter((call) => !known.has(call.id)).map((call) => call.id as CallId),
    ended: rows.filter((row) => row.endedAt !== null).map((row) => row.id),
  };
};
