import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalFolder } from '#ports/recovery.ts';
import type { JournalFacts } from '#audio/container/journal-format.ts';
import { diskFault } from './disk-fault.ts';
import { salvageJournalFile } from './journal-salvage.ts';
import { DiskJournalSource, type JournalKeys } from './journal-source.ts';

const ending = '.crj';

const list = async (folder: string, kind: 'file' | 'folder'): Promise<readonly string[]> => {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    // What somebody else left here (an editor's copy, `.DS_Store`) is no call's, and must not stop the start.
    return entries
      .filter((entry) => (kind === 'file' ? entry.isFile() : entry.isDirectory()))
      .map(({ name }) => name)
      .sort();
  } catch (thrown) {
    const fault = diskFault(thrown, folder);
    if (fault.code === 'disk/missing') return [];
    throw fault;
  }
};

/** @param root the data folder, absolute */
export const callIdsIn = (root: string): Promise<readonly string[]> =>
  list(join(root, 'journals'), 'folder');

/** @returns paths below `root` */
export const journalsOf = async (root: string, callId: string): Promise<readonly string[]> => {
  const names = await list(join(root, 'journals', callId), 'file');
  return names.filter((name) => name.endsWith(ending)).map((name) => `journals/${callId}/${name}`);
};

/** `DATA_DIR/journals/{callId}/{trackId}.crj`. */
export class DiskJournalFolder implements JournalFolder {
  readonly #root: string;
  readonly #keys: JournalKeys;

  /** @param root the data folder, absolute */
  constructor(root: string, keys: JournalKeys) {
    this.#root = root;
    this.#keys = keys;
  }

  callIds(): Promise<readonly string[]> {
    return callIdsIn(this.#root);
  }

  journalsOf(callId: string): Promise<readonly string[]> {
    return journalsOf(this.#root, callId);
  }

  async facts(path: string): Promise<JournalFacts> {
    const reading = await new DiskJournalSource(this.#keys).open(join(this.#root, path));
    await reading.close();
    return reading.facts;
  }

  async salvage(path: string): ReturnType<JournalFolder['salvage']> {
    return salvageJournalFile(join(this.#root, path), this.#keys);
  }
}
