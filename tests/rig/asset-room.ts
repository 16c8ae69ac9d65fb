/** The library of voice assets over a real database and the real decoder; prompts lie in memory, the converter is a stand-in. */
import type { Kysely } from 'kysely';
import type { DB } from '../../src/adapters/postgres/schema.ts';
import { PreparerThread } from '../../src/adapters/threads/preparer-thread.ts';
import { voiceAssetRows } from '../../src/adapters/postgres/assets/voice-assets.ts';
import { newId } from '../../src/admin/secrets.ts';
import { AssetPreparing } from '../../src/durable/asset/preparing.ts';
import { VoiceAssetDesk } from '../../src/durable/asset/voice-asset-desk.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ChangeFeed } from '../../src/ports/events.ts';
import type { Log } from '../../src/ports/log.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { AudioConverter, PromptFiles } from '../../src/ports/voice-assets.ts';

const memoryPrompts = (files: Map<string, Uint8Array>): PromptFiles => ({
  write: async (name, ulaw) => void files.set(name, ulaw),
  find: async (name) => {
    const file = files.get(name);
    return file ? { path: `/prompts/${name}.ulaw`, bytes: file.length } : null;
  },
  remove: async (name) => void files.delete(name),
  list: async (prefix) => [...files.keys()].filter((name) => name.startsWith(prefix)),
});

export interface AssetRoom {
  readonly desk: VoiceAssetDesk;
  readonly preparing: AssetPreparing;
  readonly prompts: Map<string, Uint8Array>;
  /** What `convert` answers; a test may put another in its place. */
  converter: AudioConverter;
  close(): Promise<void>;
}

export const openAssetRoom = (parts: {
  readonly kysely: Kysely<DB>;
  readonly objects: ObjectStore;
  readonly changeFeed: ChangeFeed;
  readonly clock: Clock;
  readonly log: Log;
}): AssetRoom => {
  const { kysely, ...shared } = parts;
  const prompts = new Map<string, Uint8Array>();
  const preparer = new PreparerThread({
    threadUrl: new URL('../../src/threads/prepare.ts', import.meta.url),
  });
  const rows = voiceAssetRows(kysely);
  const files = memoryPrompts(prompts);
  const preparing = new AssetPreparing({ ...shared, rows, prompts: files, preparer });
  const room: Omit<AssetRoom, 'desk'> = {
    preparing,
    prompts,
    converter: {
      missing: async () => 'There is no converter in this test.',
      convert: async () => ({ ok: false, error: 'unreadable' }),
    },
    close: async () => {
      await preparing.settled();
      await preparer.close();
    },
  };
  const desk = new VoiceAssetDesk({
    ...shared,
    rows,
    prompts: files,
    preparing,
    converter: {
      missing: () => room.converter.missing(),
      convert: (bytes, options) => room.converter.convert(bytes, options),
    },
    newId,
  });
  return Object.assign(room, { desk });
};
