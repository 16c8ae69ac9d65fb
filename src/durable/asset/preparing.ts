/** Turns an uploaded file into what a call plays, once: µ-law in the folder of the prompts, and what it sounds like in the row. */
import { asFault, Fault } from '#base/fault.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import type { SoundFacts } from '#core/asset/sound.ts';
import type { TenantId, VoiceAssetId } from '#core/ids.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type {
  AssetPrompt,
  AssetPrompts,
  AudioPreparer,
  PreparedAudio,
  PromptFiles,
  VoiceAssetRow,
  VoiceAssetRows,
} from '#ports/voice-assets.ts';

export const promptPrefix = 'asset-';
export const promptNameOf = (id: string): string => `${promptPrefix}${id}`;

export interface PreparingOptions {
  readonly rows: VoiceAssetRows;
  readonly objects: ObjectStore;
  readonly prompts: PromptFiles;
  readonly preparer: AudioPreparer;
  readonly changeFeed: ChangeFeed;
  readonly log: Log;
}

/** Assets that may wait for their turn; one more is prepared when it is next wanted. */
const mostWaiting = 1000;

type Subject = Pick<VoiceAssetRow, 'id' | 'tenantId' | 'format' | 'objectKey'>;

export class AssetPreparing implements AssetPrompts {
  readonly #options: PreparingOptions;
  /** One at a time for each asset: a second wish waits for the first one's work. */
  readonly #running = new Map<string, Promise<SoundFacts | null>>();
  /** Assets are prepared one after the other, so that the bytes of one alone lie in memory. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: PreparingOptions) {
    this.#options = options;
  }

  /** Whether something is being prepared now. */
  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /**
   * Never rejects: what goes wrong is logged, and tried again when the asset is next wanted or the process starts.
   *
   * @param first what this waits for when its turn has come: uploads that somebody waits for
   * @returns what it sounds like when a call can play it now, else null
   */
  prepare(asset: Subject, first?: Promise<unknown>): Promise<SoundFacts | null> {
    const running = this.#running.get(asset.id);
    if (running) return running;
    const work = this.#inTurn(async () => {
      await first;
      return this.#prepare(asset);
    })
      .catch((thrown: unknown) => {
        const { code, message } = asFault(thrown, 'asset/preparer-died');
        this.#options.log.error('asset.not-prepared', { assetId: asset.id, code, message });
        return null;
      })
      .finally(() => this.#running.delete(asset.id));
    this.#running.set(asset.id, work);
    return work;
  }

  async prompt(
    tenantId: TenantId,
    assetId: VoiceAssetId,
  ): Promise<Result<AssetPrompt, 'unknown' | 'unplayable'>> {
    const { rows, prompts } = this.#options;
    const row = await rows.find(tenantId, assetId);
    if (!row) return refuse('unknown');
    const promptName = promptNameOf(row.id);
    const made = await prompts.find(promptName);
    const isThere = made !== null && row.prepared === 'ready';
    if (!isThere && !(await this.prepare(row))) return refuse('unplayable');
    const file = isThere ? made : await prompts.find(promptName);
    if (!file) return refuse('unplayable');
    return ok({ promptName, path: file.path, durationMs: file.bytes / 8 });
  }

  /** After a start: what was being prepared when the process ended. */
  async resume(signal: AbortSignal): Promise<void> {
    for (const { id, tenantId } of await this.#options.rows.pending()) {
      if (signal.aborted) return;
      const row = await this.#options.rows.find(tenantId, id);
      if (row) await this.prepare(row);
    }
  }

  /** Resolves when nothing is being prepared. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running.size >= mostWaiting)
      return Promise.reject(
        new Fault('asset/preparer-full', 'too many uploads wait to be decoded', { retry: 'later' }),
      );
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #prepare(asset: Subject): Promise<SoundFacts | null> {
    const { rows, prompts, preparer, changeFeed } = this.#options;
    const bytes = await this.#read(asset.objectKey);
    const made = bytes && (await preparer.prepare(asset.format, bytes));
    await this.#keep(asset, made);
    const isThere = await rows.prepared(asset.id, made?.sound ?? null);
    // It may have been deleted meanwhile: then nothing may be left of it.
    if (!isThere) await prompts.remove(promptNameOf(asset.id));
    changeFeed.publish({ tenantId: asset.tenantId, topic: 'voice-assets', id: asset.id });
    return made?.sound ?? null;
  }

  async #keep(asset: Subject, made: PreparedAudio | null): Promise<void> {
    const { prompts, log } = this.#options;
    if (made) await prompts.write(promptNameOf(asset.id), made.ulaw);
    else log.warn('asset.not-decodable', { assetId: asset.id, format: asset.format });
  }

  async #read(key: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const found = await this.#options.objects.get(key);
    if (!found.ok) return null;
    // Memory of its own, that can be handed over to the thread as it is.
    const bytes = new Uint8Array(found.value.facts.sizeBytes);
    let taken = 0;
    for await (const piece of found.value.body) {
      bytes.set(piece, taken);
      taken += piece.length;
    }
    return bytes;
  }
}
