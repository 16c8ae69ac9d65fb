/**
 * Makes the file of an export: page by page out of the library, straight into the object store. Broken off, it begins again from the
 * first recording; the store shows a file only when it is whole.
 */
import { byteOrderMark, csvLine } from '#base/csv.ts';
import { asFault, Fault, type FaultCode } from '#base/fault.ts';
import { refuse } from '#base/result.ts';
import type { ExportId } from '#core/ids.ts';
import { fileName } from '#core/recording/renditions.ts';
import type { Administration } from '#ports/administration.ts';
import type { Clock } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Library, PageCursor, RecordingSummary } from '#ports/library.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type {
  ArchivedFile,
  ArchiveWriter,
  ExportRows,
  ExportWork,
} from '#ports/recording-exports.ts';
import type { RenditionMaker } from '#ports/renditions.ts';
import { exportKey } from './export-desk.ts';
import { hashed } from './hashed.ts';

const PAGE = 200;
/** How often it says how far it is, and looks whether it is still wanted. */
const PROGRESS_MS = 1000;
/** A browser takes it in one piece, and the disk has to hold it beside everything else. */
const MOST_BYTES = 50 * 2 ** 30;

export interface ExportMakerOptions {
  readonly rows: ExportRows;
  readonly library: Library;
  readonly renditions: RenditionMaker;
  readonly objects: ObjectStore;
  readonly archive: ArchiveWriter;
  readonly audit: Pick<Administration['audit'], 'note'>;
  readonly changeFeed: ChangeFeed;
  readonly clock: Clock;
}

const heads = [
  'recordingId',
  'callId',
  'segment',
  'startedAt',
  'type',
  'direction',
  'caller',
  'callee',
  'queueId',
  'agentIds',
  'durationSeconds',
  'state',
  'tags',
] as const;

const cellsOf = (row: RecordingSummary): (string | number | null)[] => [
  row.recordingId,
  row.callId,
  row.segment,
  new Date(row.startedAtMs).toISOString(),
  row.callType,
  row.direction,
  row.caller,
  row.callee,
  row.queueId,
  row.agentIds.join(' '),
  row.durationMs === null ? null : row.durationMs / 1000,
  row.state,
  row.tags.join(', '),
];

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One export on its way. */
class Making {
  readonly #options: ExportMakerOptions;
  readonly #work: ExportWork;
  readonly #signal: AbortSignal;
  /** Of recordings without a file: as many as the archive has at most. */
  readonly #missing = new Map<string, string>();
  /** A broken-off run wrote these down already. */
  readonly #noted: number;
  /** It was removed meanwhile: no failure, only the way out of the stream. */
  isUnwanted = false;
  #done = 0;
  #toldAtMs = 0;

  constructor(options: ExportMakerOptions, work: ExportWork, signal: AbortSignal) {
    this.#options = options;
    this.#work = work;
    this.#signal = signal;
    this.#noted = work.done;
  }

  get missing(): number {
    return this.#missing.size;
  }

  body(): AsyncIterable<Uint8Array> {
    const { content } = this.#work;
    return content.kind === 'csv' ? this.#list() : this.#options.archive(this.#files(content));
  }

  async *#rows(): AsyncGenerator<RecordingSummary> {
    const { scope, filter } = this.#work;
    let after: PageCursor | null = null;
    do {
      this.#signal.throwIfAborted();
      const page = await this.#options.library.recordings(scope, filter, { limit: PAGE, after });
      yield* page.items;
      after = page.next;
    } while (after !== null);
  }

  async *#list(): AsyncGenerator<Uint8Array> {
    yield utf8(`${byteOrderMark}${csvLine(heads)}`);
    for await (const row of this.#rows()) {
      yield utf8(csvLine(cellsOf(row)));
      await this.#step();
    }
  }

  async *#files(
    content: Extract<ExportWork['content'], { kind: 'zip' }>,
  ): AsyncGenerator<ArchivedFile> {
    for await (const row of this.#rows()) {
      const file = await this.#fileOf(row, content);
      if (file) yield file;
      await this.#step();
    }
    const atMs = this.#work.createdAtMs;
    yield { name: 'manifest.csv', atMs, body: this.#manifest(content) };
  }

  async #fileOf(
    row: RecordingSummary,
    { rendition, format }: Extract<ExportWork['content'], { kind: 'zip' }>,
  ): Promise<ArchivedFile | null> {
    const { renditions, objects } = this.#options;
    const { recordingId, callId, startedAtMs } = row;
    const lack = (reason: string): null => {
      this.#missing.set(recordingId, reason);
      return null;
    };
    if (row.state === 'failed') return lack(row.failureReason ?? 'failed');
    const made = await renditions
      .make(recordingId, rendition, format)
      .catch((thrown: unknown) => refuse(orThrow(thrown)));
    if (!made.ok) return lack(made.error === 'unknown' ? 'no-such-participant' : made.error);
    const { objectKey, sizeBytes } = made.value;
    const stored = await objects.get(objectKey);
    if (!stored.ok) return lack(notHere);
    // Before its first byte: what cannot be written down is not taken away.
    if (this.#done >= this.#noted)
      await this.#options.audit.note(this.#work.requestedBy, {
        action: 'recording.download',
        subjectKind: 'recording',
        subjectId: recordingId,
        detail: { rendition, format, callId, exportId: this.#work.exportId, sizeBytes },
      });
    return { name: nameOf(row, this.#work), atMs: startedAtMs, body: stored.value.body };
  }

  async *#manifest(
    content: Extract<ExportWork['content'], { kind: 'zip' }>,
  ): AsyncGenerator<Uint8Array> {
    yield utf8(`${byteOrderMark}${csvLine(['file', 'missingBecause', ...heads])}`);
    for await (const row of this.#rows()) {
      const missing = this.#missing.get(row.recordingId) ?? null;
      const file = missing === null ? nameOf(row, { content }) : null;
      yield utf8(csvLine([file, missing, ...cellsOf(row)]));
    }
  }

  async #step(): Promise<void> {
    this.#done++;
    const { clock, rows, changeFeed } = this.#options;
    const nowMs = clock.nowMs();
    if (nowMs - this.#toldAtMs < PROGRESS_MS) return;
    this.#signal.throwIfAborted();
    this.#toldAtMs = nowMs;
    const { exportId, requestedBy } = this.#work;
    const done = Math.min(this.#done, this.#work.total);
    if (!(await rows.progress(exportId, done, this.missing))) {
      this.isUnwanted = true;
      throw new Fault('export/expired', 'nobody wants the file any more');
    }
    changeFeed.publish({ tenantId: requestedBy.tenantId, topic: 'exports', id: exportId });
  }
}

/** A recording that is not here leaves the others of the export alone. */
const notHere = 'recording/not-in-folder';
const orThrow = (thrown: unknown): typeof notHere => {
  if (thrown instanceof Fault && thrown.code === notHere) return notHere;
  throw thrown;
};

const nameOf = (
  { callId, segment }: RecordingSummary,
  { content }: Pick<ExportWork, 'content'>,
): string =>
  content.kind === 'csv'
    ? ''
    : fileName({ ...content, callId, segment: segment > 1 ? segment : null });

export const makeExport = async (
  options: ExportMakerOptions,
  exportId: ExportId,
  signal: AbortSignal,
): Promise<void> => {
  const { rows, objects, changeFeed } = options;
  const work = await rows.begin(exportId);
  if (!work) return;
  const { tenantId } = work.requestedBy;
  const key = exportKey(tenantId, work);
  const making = new Making(options, work, signal);
  const digest = hashed(making.body(), MOST_BYTES);
  try {
    await objects.put(key, digest.body);
  } catch (thrown) {
    if (making.isUnwanted) return;
    const fault = asFault(thrown, 'export/archive');
    if (fault.code === 'export/too-large' || fault.code === 'disk/low') {
      await giveUpExport(options, exportId, fault.code);
      return;
    }
    throw signal.aborted
      ? new Fault('jobs/failed', 'the export was broken off', { retry: 'later', cause: thrown })
      : fault;
  }
  const { sizeBytes, sha256 } = digest.result();
  const isWanted = await rows.finish(exportId, { sizeBytes, sha256, missing: making.missing });
  if (!isWanted) await objects.delete(key);
  changeFeed.publish({ tenantId, topic: 'exports', id: exportId });
};

/** After the last try, or when another one would not help. */
export const giveUpExport = async (
  { rows, changeFeed }: Pick<ExportMakerOptions, 'rows' | 'changeFeed'>,
  exportId: ExportId,
  failure: FaultCode,
): Promise<void> => {
  const tenantId = await rows.fail(exportId, failure);
  if (tenantId !== null) changeFeed.publish({ tenantId, topic: 'exports', id: exportId });
};

/** @returns how many files went */
export const expireExports = async ({
  rows,
  objects,
  clock,
  changeFeed,
}: Pick<ExportMakerOptions, 'rows' | 'objects' | 'clock' | 'changeFeed'>): Promise<number> => {
  const gone = await rows.expire(clock.nowMs());
  for (const { tenantId, exported } of gone) {
    await objects.delete(exportKey(tenantId, exported));
    changeFeed.publish({ tenantId, topic: 'exports', id: exported.exportId });
  }
  return gone.length;
};
