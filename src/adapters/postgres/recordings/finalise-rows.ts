/** The rows of one recording for finalising. The call's outcome follows in the same transaction. */
import type { Kysely, Transaction } from 'kysely';
import type { FaultCode } from '#base/fault.ts';
import type { CallId, RecordingId, TenantId, TrackId } from '#core/ids.ts';
import type { OutcomeRule } from '#core/recording/outcome.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type {
  ReadyFacts,
  RecordingRows,
  RecordingSources,
  WaitingRows,
} from '#ports/recording-rows.ts';
import type { StoredRendition } from '#ports/renditions.ts';
import { writeOutcomes } from '../ledger/outcome-row.ts';
import { readRendition } from '../library/read-rows.ts';
import type { DB } from '../schema.ts';
import { endUserChannelOf } from './end-user-channel.ts';

export interface FinaliseRowsOptions {
  readonly outcomeOf: OutcomeRule;
  readonly changes: ChangeFeed;
}

/** As the outcome of the call names it: the first in the order of the alphabet. */
const failedByOf = (codes: readonly (string | null)[]): FaultCode | null =>
  (codes.filter((code) => code !== null).toSorted()[0] ?? null) as FaultCode | null;

export class SqlRecordingRows implements RecordingRows, WaitingRows {
  readonly #db: Kysely<DB>;
  readonly #options: FinaliseRowsOptions;

  constructor(db: Kysely<DB>, options: FinaliseRowsOptions) {
    this.#db = db;
    this.#options = options;
  }

  async sources(recordingId: RecordingId): Promise<RecordingSources | null> {
    const row = await this.#db
      .selectFrom('recordings')
      .innerJoin('calls', 'calls.id', 'recordings.callId')
      .select([
        'recordings.tenantId',
        'recordings.callId',
        'recordings.segment',
        'recordings.state',
        'recordings.startedAt',
        'recordings.startedAtMonoNs',
        'calls.node',
      ])
      .where('recordings.id', '=', recordingId)
      .executeTakeFirst();
    if (!row) return null;
    const tracks = await this.#db
      .selectFrom('tracks')
      .select(['id', 'participant', 'participantKind', 'path', 'bytes', 'failedBy'])
      .where('recordingId', '=', recordingId)
      .orderBy('participant')
      .orderBy('startedAt')
      .orderBy('id')
      .execute();
    // Of a track with no byte there is no journal: the process stopped, or the disk refused, before its first block.
    const withJournal = tracks.filter(({ bytes }) => bytes === null || bytes > 0);
    return {
      recordingId,
      node: row.node,
      tenantId: row.tenantId as TenantId,
      callId: row.callId as CallId,
      segment: row.segment,
      state: row.state,
      startedAtMs: row.startedAt.getTime(),
      startedAtMonoNs: row.startedAtMonoNs,
      endUserChannel: await endUserChannelOf(this.#db, row.callId),
      captureFailedBy: failedByOf(tracks.map(({ failedBy }) => failedBy)),
      tracks: withJournal.map(({ id, participant, participantKind, path, failedBy }) => ({
        trackId: id as TrackId,
        participant,
        kind: participantKind,
        path,
        failedBy: failedBy as FaultCode | null,
      })),
    };
  }

  async waiting(
    node: string,
    sealedBeforeMs: number,
    atMost: number,
  ): Promise<readonly RecordingId[]> {
    const rows = await this.#db
      .selectFrom('recordings')
      .innerJoin('calls', 'calls.id', 'recordings.callId')
      .select('recordings.id')
      // Few rows are sealed and no more: an index of its own has them.
      .where('recordings.state', '=', 'sealed')
      .where('recordings.sealedAt', '<', new Date(sealedBeforeMs))
      .where('calls.node', '=', node)
      .orderBy('recordings.sealedAt')
      .limit(atMost)
      .execute();
    return rows.map((row) => row.id as RecordingId);
  }

  async renditions(recordingId: RecordingId): Promise<readonly StoredRendition[]> {
    const rows = await this.#db
      .selectFrom('renditions')
      .selectAll()
      .where('recordingId', '=', recordingId)
      .orderBy('rendition')
      .orderBy('format')
      .execute();
    return rows.map(readRendition);
  }

  async storeRendition(recordingId: RecordingId, stored: StoredRendition): Promise<void> {
    const { rendition, format, ...file } = stored;
    const changed = { ...file, madeAt: new Date() };
    await this.#db
      .insertInto('renditions')
      .columns([
        'recordingId',
        'tenantId',
        'rendition',
        'format',
        'objectKey',
        'sizeBytes',
        'sha256',
        'durationMs',
        'frames',
        'channels',
        'peaksKey',
        'madeAt',
      ])
      .expression((eb) =>
        eb
          .selectFrom('recordings')
          .select((each) => [
            'recordings.id',
            'recordings.tenantId',
            each.val(rendition).as('rendition'),
            each.val(format).as('format'),
            each.val(changed.objectKey).as('objectKey'),
            each.cast<number>(each.val(changed.sizeBytes), 'bigint').as('sizeBytes'),
            each.val(changed.sha256).as('sha256'),
            each.cast<number>(each.val(changed.durationMs), 'bigint').as('durationMs'),
            each.cast<number>(each.val(changed.frames), 'bigint').as('frames'),
            each.cast<number>(each.val(changed.channels), 'integer').as('channels'),
            each.val(changed.peaksKey).as('peaksKey'),
            each.cast<Date>(each.val(changed.madeAt), 'timestamptz').as('madeAt'),
          ])
          .where('recordings.id', '=', recordingId),
      )
      .onConflict((conflict) =>
        conflict.columns(['recordingId', 'rendition', 'format']).doUpdateSet(changed),
      )
      .execute();
  }

  async markReady(recordingId: RecordingId, facts: ReadyFacts): Promise<void> {
    const media = {
      durationMs: facts.durationMs,
      frames: facts.frames,
      timeline: JSON.stringify(facts.timeline),
    };
    await this.#change(recordingId, async (trx) => {
      await trx
        .updateTable('recordings')
        .set({ state: 'ready', readyAt: new Date(), failureReason: null })
        .where('id', '=', recordingId)
        .where('state', '=', 'sealed')
        .execute();
      await trx
        .updateTable('recordings')
        .set(media)
        .where('id', '=', recordingId)
        .where('state', 'in', ['ready', 'delivered', 'purged', 'expired'])
        .execute();
    });
  }

  async markFailed(recordingId: RecordingId, reason: string): Promise<void> {
    await this.#change(recordingId, async (trx) => {
      await trx
        .updateTable('recordings')
        .set({ state: 'failed', failedAt: new Date(), failureReason: reason })
        .where('id', '=', recordingId)
        .where('state', '=', 'sealed')
        .execute();
    });
  }

  async #change(
    recordingId: RecordingId,
    work: (trx: Transaction<DB>) => Promise<void>,
  ): Promise<void> {
    const row = await this.#db.transaction().execute(async (trx) => {
      await work(trx);
      const touched = await trx
        .selectFrom('recordings')
        .select(['tenantId', 'callId'])
        .where('id', '=', recordingId)
        .executeTakeFirst();
      if (touched) await writeOutcomes(trx, [touched.callId], this.#options.outcomeOf);
      return touched;
    });
    if (!row) return;
    const tenantId = row.tenantId as TenantId;
    this.#options.changes.publish({ tenantId, topic: 'recordings', id: recordingId });
    this.#options.changes.publish({ tenantId, topic: 'calls', id: row.callId });
  }
}
