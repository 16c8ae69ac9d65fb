/** The library of voice assets. Wiring only. */
import { join } from 'node:path';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { PreparerThread } from '#adapters/threads/preparer-thread.ts';
import { DiskPromptFiles } from '#adapters/disk/prompt-files.ts';
import { FfmpegConverter } from '#adapters/ffmpeg/converter.ts';
import { voiceAssetRows } from '#adapters/postgres/assets/voice-assets.ts';
import { newId } from '#admin/secrets.ts';
import { AssetPreparing } from '#durable/asset/preparing.ts';
import { sweepAssetFiles } from '#durable/asset/sweep.ts';
import { VoiceAssetDesk } from '#durable/asset/voice-asset-desk.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { Closers } from './closers.ts';
import type { Opened } from './opened.ts';

export const startVoiceAssets = async (
  {
    config,
    folder,
    database,
    changeFeed,
    log,
    objects,
  }: Opened & { readonly objects: ObjectStore },
  closers: Closers,
) => {
  const clock = systemClock;
  const preparer = new PreparerThread({
    threadUrl: new URL('../threads/prepare.ts', import.meta.url),
  });
  const rows = voiceAssetRows(database.kysely);
  const prompts = new DiskPromptFiles(folder.prompts);
  const preparing = new AssetPreparing({ rows, objects, prompts, preparer, changeFeed, log });
  const isOwner = config.roles.includes('call');
  const converter = new FfmpegConverter({
    folder: join(folder.root, isOwner ? 'converting' : `converting-${process.pid}`),
    log,
  });
  await converter.sweep();
  closers.add('conversions', () => converter.sweep());

  // Beside the start, not before it: whoever needs an asset at once prepares it then.
  const stop = new AbortController();
  const tidying = (async () => {
    try {
      if (isOwner) await sweepAssetFiles({ rows, objects, prompts, clock });
      await preparing.resume(stop.signal);
    } catch (error) {
      log.error('asset.not-tidied', { error: String(error) });
    }
  })();
  closers.add('voice assets', async () => {
    stop.abort();
    await preparer.close();
    await tidying;
    await preparing.settled();
  });
  const desk = new VoiceAssetDesk({
    rows,
    objects,
    prompts,
    preparing,
    converter,
    changeFeed,
    clock,
    log,
    newId,
  });
  return { desk, assetPrompts: preparing };
};
