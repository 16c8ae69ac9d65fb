/** Recordings that tasks play: what the API and the dialler ask of the library of voice assets, and what that asks of the world. */
import type { Result } from '#base/result.ts';
import type { SoundAdvice, SoundFacts } from '#core/asset/sound.ts';
import type { TenantId, VoiceAssetId } from '#core/ids.ts';
import type { AuditRow } from './admin-store.ts';
import type { Page, PageOrder, Principal, Refusal } from './administration.ts';

export type AssetFormat = 'mp3' | 'wav';

export interface VoiceAssetView {
  readonly id: VoiceAssetId;
  readonly name: string;
  readonly description: string;
  readonly format: AssetFormat;
  readonly sizeBytes: number;
  readonly durationMs: number;
  /** Lower-case hex of the file as it was uploaded. */
  readonly sha256: string;
  /** Whether a call can play it: pending for a moment after the upload. */
  readonly prepared: 'pending' | 'ready' | 'failed';
  /** Null until it is prepared. */
  readonly sound: SoundFacts | null;
  readonly advice: readonly SoundAdvice[];
  /** Tasks that refer to it, in any state: the first few, and how many there are. */
  readonly usedBy: readonly AssetUse[];
  readonly useCount: number;
  /** ISO 8601, like every instant here. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Grows with every change of name and description. */
  readonly version: number;
}

export interface AssetUse {
  readonly id: string;
  readonly name: string;
}

export type AssetSort = 'name' | 'duration' | 'size' | 'created';

export interface AssetOrder extends PageOrder {
  /** Part of the name or the description, in any case; empty = all. */
  readonly search: string;
  readonly sort: AssetSort;
  readonly direction: 'asc' | 'desc';
}

/** A file as it came over the wire. */
export interface UploadedFile {
  readonly name: string;
  /** The whole file, or its beginning when it was larger than is taken. */
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

export interface VoiceAssetDraft {
  readonly name: string;
  readonly description: string;
  /** Null when none was sent. */
  readonly file: UploadedFile | null;
}

export interface StoredAudio {
  readonly objectKey: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly format: AssetFormat;
  /** The asset's name, for a download. */
  readonly name: string;
}

/** What a call plays. */
export interface AssetPrompt {
  /** Name for `PlaySource` of kind `prompt`. */
  readonly promptName: string;
  /** G.711 µ-law at 8,000 Hz, no header. */
  readonly path: string;
  /** Exact: bytes of the file ÷ 8. */
  readonly durationMs: number;
}

export interface VoiceAssets {
  list(who: Principal, order: AssetOrder): Promise<Page<VoiceAssetView>>;
  /** Null when the tenant has none of this id. */
  find(who: Principal, id: string): Promise<VoiceAssetView | null>;
  /** @returns `asset/invalid` or `asset/too-large` with every rule that name, description and file break */
  create(who: Principal, draft: VoiceAssetDraft): Promise<Result<VoiceAssetView, Refusal>>;
  /**
   * Name and description only: the audio of an asset never changes.
   *
   * @param version the one the change was made to; without it the change is made to whatever is there
   * @returns `api/changed-meanwhile` when another one is in force
   */
  change(
    who: Principal,
    id: string,
    change: { readonly name?: string | undefined; readonly description?: string | undefined },
    version?: number,
  ): Promise<Result<VoiceAssetView, Refusal>>;
  /** @returns `asset/in-use` while any task refers to it, in whatever state */
  remove(who: Principal, id: string): Promise<Result<null, Refusal>>;
  audio(who: Principal, id: string): Promise<StoredAudio | null>;
  /**
   * Any audio as a file that may be uploaded; nothing is kept of either.
   *
   * @returns the file, or `asset/not-convertible`, `asset/conversion-unavailable`, `asset/conversion-busy`
   */
  convert(who: Principal, file: UploadedFile): Promise<Result<UploadedFile, Refusal>>;
  /** Null when files can be converted here, else why not in one sentence. */
  conversionMissing(): Promise<string | null>;
}

/** For whoever plays assets to people. */
export interface AssetPrompts {
  /**
   * The asset ready to be played; made again from the file when it was lost.
   *
   * @returns `unknown` when the tenant has no such asset; `unplayable` when its file cannot be decoded
   */
  prompt(
    tenantId: TenantId,
    assetId: VoiceAssetId,
  ): Promise<Result<AssetPrompt, 'unknown' | 'unplayable'>>;
}

export interface VoiceAssetRow {
  readonly id: VoiceAssetId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly description: string;
  readonly format: AssetFormat;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly durationMs: number;
  readonly frames: number;
  readonly objectKey: string;
  readonly prepared: 'pending' | 'ready' | 'failed';
  readonly sound: SoundFacts | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

export interface UsedAssetRow extends VoiceAssetRow {
  readonly usedBy: readonly AssetUse[];
  readonly useCount: number;
}

/** Each write stands or falls together with its line in the audit log. */
export interface VoiceAssetRows {
  list(tenantId: TenantId, order: AssetOrder): Promise<Page<UsedAssetRow>>;
  find(tenantId: TenantId, id: string): Promise<UsedAssetRow | null>;
  insert(row: VoiceAssetRow, audit: AuditRow): Promise<void>;
  /**
   * @param row with the version it shall have; the one before must be in force
   * @returns false when another one is, or the asset is gone
   */
  rename(
    row: Pick<VoiceAssetRow, 'id' | 'tenantId' | 'name' | 'description' | 'updatedAt' | 'version'>,
    audit: AuditRow,
  ): Promise<boolean>;
  remove(
    tenantId: TenantId,
    id: string,
    audit: AuditRow,
  ): Promise<'removed' | 'unknown' | 'in-use'>;
  /** @returns false when it was deleted meanwhile */
  prepared(id: VoiceAssetId, sound: SoundFacts | null): Promise<boolean>;
  /** Of all tenants. */
  pending(): Promise<readonly Pick<VoiceAssetRow, 'id' | 'tenantId'>[]>;
  /** Those of the ids that exist, in whatever tenant. */
  existing(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface PreparedAudio {
  /** G.711 µ-law at 8,000 Hz. */
  readonly ulaw: Uint8Array;
  readonly sound: SoundFacts;
}

/** Decodes on a thread of its own: it takes tens of milliseconds, and hostile bytes may take for ever. */
export interface AudioPreparer {
  /**
   * @param bytes all of their buffer; handed over, so that they are gone for whoever gave them
   * @returns null when the bytes cannot be decoded
   * @throws {Fault} `asset/preparer-died`, `asset/preparer-stuck`, `asset/preparer-full`
   */
  prepare(format: AssetFormat, bytes: Uint8Array<ArrayBuffer>): Promise<PreparedAudio | null>;
}

/** Prepared audio where the media threads look for it. */
export interface PromptFiles {
  /** @throws {Fault} `disk/…` */
  write(name: string, ulaw: Uint8Array): Promise<void>;
  /** Null when there is none, or an empty one. */
  find(name: string): Promise<{ readonly path: string; readonly bytes: number } | null>;
  remove(name: string): Promise<void>;
  /** Names that begin with `prefix`. */
  list(prefix: string): Promise<readonly string[]>;
}

/** An outside program that reads any audio. */
export interface AudioConverter {
  /** Null when it can be used, else why not in one sentence. */
  missing(): Promise<string | null>;
  /**
   * @returns MP3 8 kHz mono of at most the first `keepMs`; `unreadable` when there is no audio in the bytes, `busy` when too many wait
   */
  convert(
    bytes: Uint8Array,
    options: { readonly keepMs: number },
  ): Promise<Result<Uint8Array, 'unreadable' | 'busy' | 'timed-out'>>;
}
