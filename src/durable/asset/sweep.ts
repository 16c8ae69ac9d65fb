/** Files that no row knows: of uploads and deletions that the end of a process cut in two. */
import type { Clock } from '#ports/clock.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { PromptFiles, VoiceAssetRows } from '#ports/voice-assets.ts';
import { promptPrefix } from './preparing.ts';

/** An upload stores its file before its row; one that takes longer than this is none any more. */
const youngMs = 60 * 60_000;
const batch = 200;

export interface SweepOptions {
  readonly rows: VoiceAssetRows;
  readonly objects: ObjectStore;
  readonly prompts: PromptFiles;
  readonly clock: Clock;
}

const idOf = (key: string): string => /([^/]+)\.\w+$/.exec(key)?.[1] ?? '';

/** @returns how many files went */
export const sweepAssetFiles = async (options: SweepOptions): Promise<number> => {
  const { rows, objects, prompts, clock } = options;
  let swept = 0;
  const sweep = async (
    ids: readonly string[],
    remove: (id: string, index: number) => Promise<void>,
  ): Promise<void> => {
    const known = await rows.existing(ids);
    for (const [index, id] of ids.entries())
      if (!known.has(id)) {
        await remove(id, index);
        swept++;
      }
  };
  let keys: string[] = [];
  const sweepKeys = async (): Promise<void> => {
    const batchKeys = keys;
    keys = [];
    await sweep(batchKeys.map(idOf), (_id, index) => objects.delete(batchKeys[index] ?? ''));
  };
  for await (const { key, storedAtMs } of objects.list('assets/')) {
    if (clock.nowMs() - storedAtMs < youngMs) continue;
    keys.push(key);
    if (keys.length >= batch) await sweepKeys();
  }
  await sweepKeys();
  const names = await prompts.list(promptPrefix);
  for (let at = 0; at < names.length; at += batch) {
    const ids = names.slice(at, at + batch).map((name) => name.slice(promptPrefix.length));
    await sweep(ids, (id) => prompts.remove(`${promptPrefix}${id}`));
  }
  return swept;
};
