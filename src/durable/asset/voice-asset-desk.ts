/** The library of voice assets: upload → probe → store → row, rename, delete when unused. */
import { refuse, ok, type Result } from '#base/result.ts';
import { mostDurationMs } from '#core/asset/file-rules.ts';
import { adviceOn, type SoundFacts } from '#core/asset/sound.ts';
import type { VoiceAssetId } from '#core/ids.ts';
import type { AuditRow } from '#ports/admin-store.ts';
import type { Page, Principal, Refusal } from '#ports/administration.ts';
import type { Clock } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type {
  AssetOrder,
  AudioConverter,
  PromptFiles,
  StoredAudio,
  UploadedFile,
  UsedAssetRow,
  VoiceAssetDraft,
  VoiceAssetRow,
  VoiceAssetRows,
  VoiceAssets,
  VoiceAssetView,
} from '#ports/voice-assets.ts';
import { durationOf, judgeDraft, judgeWords, mayBeConverted } from './draft.ts';
import { promptNameOf, type AssetPreparing } from './preparing.ts';

/** The answer of an upload waits so long for the sound to be measured; a busy machine tells it later, by an event. */
const waitForSoundMs = 100;
/** So much more than is allowed is converted, to see that a recording is too long; up to so much of it is taken for padding. */
const longerMs = 500;
const paddingMs = 100;

export interface DeskOptions {
  readonly rows: VoiceAssetRows;
  readonly objects: ObjectStore;
  readonly prompts: PromptFiles;
  readonly preparing: AssetPreparing;
  readonly converter: AudioConverter;
  readonly changeFeed: ChangeFeed;
  readonly clock: Clock;
  readonly log: Log;
  /** Sorts by age. */
  readonly newId: () => string;
}

const viewOf = (row: UsedAssetRow): VoiceAssetView => ({
  id: row.id,
  name: row.name,
  description: row.description,
  format: row.format,
  sizeBytes: row.sizeBytes,
  durationMs: row.durationMs,
  sha256: row.sha256,
  prepared: row.prepared,
  sound: row.sound,
  advice: row.sound === null ? [] : adviceOn(row.sound),
  usedBy: row.usedBy,
  useCount: row.useCount,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  version: row.version,
});

const unknown: Refusal = { code: 'api/not-found' };

export class VoiceAssetDesk implements VoiceAssets {
  readonly #options: DeskOptions;
  /** Uploads that are being stored. */
  readonly #storing = new Set<Promise<void>>();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  async list(who: Principal, order: AssetOrder): Promise<Page<VoiceAssetView>> {
    const { items, nextCursor } = await this.#options.rows.list(who.tenantId, order);
    return { items: items.map(viewOf), nextCursor };
  }

  async find(who: Principal, id: string): Promise<VoiceAssetView | null> {
    const row = await this.#options.rows.find(who.tenantId, id);
    return row && viewOf(row);
  }

  async create(who: Principal, draft: VoiceAssetDraft): Promise<Result<VoiceAssetView, Refusal>> {
    const judged = judgeDraft(draft);
    if (!judged.ok) return judged;
    const { file, name, description } = judged.value;
    const id = this.#options.newId() as VoiceAssetId;
    const now = new Date(this.#options.clock.nowMs());
    const { bytes, ...facts } = file;
    const row: VoiceAssetRow = {
      ...facts,
      id,
      tenantId: who.tenantId,
      name,
      description,
      sizeBytes: bytes.length,
      objectKey: `assets/${who.tenantId}/${id}.${file.format}`,
      prepared: 'pending',
      sound: null,
      createdBy: who.kind === 'system' ? null : who.id,
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    await this.#store(who, row, bytes);
    const sound = await this.#soundOf(row);
    const prepared = sound === null ? 'pending' : 'ready';
    return ok(viewOf({ ...row, prepared, sound, usedBy: [], useCount: 0 }));
  }

  async change(
    who: Principal,
    id: string,
    change: { readonly name?: string | undefined; readonly description?: string | undefined },
    version?: number,
  ): Promise<Result<VoiceAssetView, Refusal>> {
    const judged = judgeWords(change);
    if (!judged.ok) return judged;
    const { rows } = this.#options;
    const before = await rows.find(who.tenantId, id);
    if (!before) return refuse(unknown);
    if (version !== undefined && version !== before.version)
      return refuse({ code: 'api/changed-meanwhile' });
    const updatedAt = new Date(this.#options.clock.nowMs());
    const after = { ...before, ...judged.value, updatedAt, version: before.version + 1 };
    const changed = Object.fromEntries(
      (['name', 'description'] as const)
        .filter((field) => before[field] !== after[field])
        .map((field) => [field, [before[field], after[field]]]),
    );
    const audit = this.#audit(who, 'update', before.id, { changed });
    if (!(await rows.rename(after, audit)))
      return refuse(
        (await rows.find(who.tenantId, id)) ? { code: 'api/changed-meanwhile' } : unknown,
      );
    this.#publish(who, before.id);
    return ok(viewOf(after));
  }

  async remove(who: Principal, id: string): Promise<Result<null, Refusal>> {
    const { rows, objects, prompts, log } = this.#options;
    const row = await rows.find(who.tenantId, id);
    if (!row) return refuse(unknown);
    const { name, durationMs, sizeBytes, sha256 } = row;
    const audit = this.#audit(who, 'delete', row.id, { name, durationMs, sizeBytes, sha256 });
    const outcome = await rows.remove(who.tenantId, id, audit);
    if (outcome === 'unknown') return refuse(unknown);
    if (outcome === 'in-use') return refuse({ code: 'asset/in-use' });
    try {
      await prompts.remove(promptNameOf(row.id));
      await objects.delete(row.objectKey);
    } catch (thrown) {
      // The row is gone, so nobody can reach the files; the sweep of the next start takes them.
      log.warn('asset.files-left', { assetId: row.id, error: String(thrown) });
    }
    this.#publish(who, row.id);
    return ok(null);
  }

  async audio(who: Principal, id: string): Promise<StoredAudio | null> {
    const row = await this.#options.rows.find(who.tenantId, id);
    if (!row) return null;
    const { objectKey, sizeBytes, sha256, format, name } = row;
    return { objectKey, sizeBytes, sha256, format, name };
  }

  conversionMissing(): Promise<string | null> {
    return this.#options.converter.missing();
  }

  async convert(_who: Principal, file: UploadedFile): Promise<Result<UploadedFile, Refusal>> {
    const { converter } = this.#options;
    const missing = await converter.missing();
    if (missing !== null) return refuse({ code: 'asset/conversion-unavailable', detail: missing });
    if (!mayBeConverted(file)) return refuse({ code: 'asset/not-convertible' });
    const first = await this.#converted(file, mostDurationMs + longerMs);
    if (!first.ok || first.value.overMs <= 0)
      return first.ok ? this.#judged(first.value.file) : first;
    // Codecs fill their last frame: a minute of sound may come back some milliseconds longer.
    const isPadding = first.value.overMs <= paddingMs;
    const second = isPadding ? await this.#converted(file, mostDurationMs) : first;
    return second.ok ? this.#judged(second.value.file) : second;
  }

  async #converted(
    file: UploadedFile,
    keepMs: number,
  ): Promise<Result<{ readonly file: UploadedFile; readonly overMs: number }, Refusal>> {
    const made = await this.#options.converter.convert(file.bytes, { keepMs });
    if (!made.ok)
      return made.error === 'busy'
        ? refuse({ code: 'asset/conversion-busy', retryAfterSeconds: 5 })
        : refuse({ code: 'asset/not-convertible' });
    const name = `${file.name.replace(/\.[^.]*$/, '').slice(0, 100) || 'converted'}.mp3`;
    const converted: UploadedFile = { name, bytes: made.value, isWhole: true };
    return ok({ file: converted, overMs: durationOf(made.value) - mostDurationMs });
  }

  /** What comes of another program is judged like what comes of a stranger. */
  #judged(file: UploadedFile): Result<UploadedFile, Refusal> {
    const judged = judgeDraft({ name: 'converted', description: '', file });
    return judged.ok ? ok(file) : refuse({ ...judged.error, code: 'asset/not-convertible' });
  }

  /** @param bytes not touched any more when this is done: the memory may be another upload's by then */
  async #store(who: Principal, row: VoiceAssetRow, bytes: Uint8Array): Promise<void> {
    const storing = this.#write(who, row, bytes);
    this.#storing.add(storing);
    try {
      await storing;
    } finally {
      this.#storing.delete(storing);
    }
  }

  async #write(who: Principal, row: VoiceAssetRow, bytes: Uint8Array): Promise<void> {
    const { rows, objects } = this.#options;
    await objects.put(row.objectKey, bytes);
    const { name, description, format, sizeBytes, durationMs, sha256 } = row;
    const detail = { name, description, format, sizeBytes, durationMs, sha256 };
    try {
      await rows.insert(row, this.#audit(who, 'create', row.id, detail));
    } catch (thrown) {
      await objects.delete(row.objectKey);
      throw thrown;
    }
    this.#publish(who, row.id);
  }

  /**
   * Of many uploads none waits for its sound, and none is decoded before those that are being stored now: somebody waits for these.
   *
   * @returns null when it takes longer than the answer can wait
   */
  async #soundOf(row: VoiceAssetRow): Promise<SoundFacts | null> {
    const { preparing, clock } = this.#options;
    if (this.#storing.size > 0 || preparing.isBusy) {
      void preparing.prepare(row, Promise.allSettled(this.#storing));
      return null;
    }
    const preparation = preparing.prepare(row);
    return new Promise((resolve) => {
      const timer = clock.setTimer(waitForSoundMs, () => resolve(null));
      void preparation.then((sound) => {
        timer.cancel();
        resolve(sound);
      });
    });
  }

  #publish({ tenantId }: Principal, id: VoiceAssetId): void {
    this.#options.changeFeed.publish({ tenantId, topic: 'voice-assets', id });
  }

  #audit(
    who: Principal,
    verb: 'create' | 'update' | 'delete',
    subjectId: string,
    detail: Readonly<Record<string, unknown>>,
  ): AuditRow {
    return {
      id: this.#options.newId(),
      tenantId: who.tenantId,
      at: new Date(this.#options.clock.nowMs()),
      actorKind: who.kind,
      actorId: who.kind === 'system' ? null : who.id,
      actorName: who.name,
      action: `voice-asset.${verb}`,
      subjectKind: 'voice-asset',
      subjectId,
      detail,
      address: who.address,
    };
  }
}
