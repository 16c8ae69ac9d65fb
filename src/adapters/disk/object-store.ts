import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Fault } from '#base/fault.ts';
import { SharedRuns } from '#base/shared-run.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import type { ByteRange, ObjectFacts, ObjectStore, StoredObject } from '#ports/object-store.ts';
import { diskFault } from './disk-fault.ts';

/** A name that ends so is an object in the making; never listed, swept when the store opens. */
const unfinished = '.unfinished';
/** Longest file name of ext4, xfs and apfs is 255 bytes; room is left for the ending of an unfinished one. */
const longestSegment = 200;

/** Nothing that is still being written has stood untouched for so long. */
const abandonedMs = 3_600_000;

const isAbandoned = async (file: string): Promise<boolean> => {
  const facts = await stat(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  return facts !== null && Date.now() - facts.mtimeMs > abandonedMs;
};

/**
 * Opens the store in `root` (created with mode 0700; files are 0600) and sweeps what a killed process left half written.
 *
 * @param isAlone whether no other process writes here: otherwise only what is an hour old is swept, since the others are at work
 * @throws {Fault} `disk/…` when the folder cannot be made
 */
export const openDiskObjectStore = async (root: string, isAlone = true): Promise<ObjectStore> => {
  await translated(root, async () => {
    await mkdir(root, { recursive: true, mode: 0o700 });
    for await (const file of walk(root))
      if (file.endsWith(unfinished) && (isAlone || (await isAbandoned(file))))
        await rm(file, { force: true });
  });
  return new DiskObjectStore(root);
};

class DiskObjectStore implements ObjectStore {
  readonly #root: string;
  /** Objects that come into one folder at once are flushed there together. */
  readonly #folders = new SharedRuns(syncFolder);

  constructor(root: string) {
    this.#root = root;
  }

  async put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<ObjectFacts> {
    const path = this.#path(key);
    return translated(key, async () => {
      const temporary = `${path}.${randomBytes(6).toString('hex')}${unfinished}`;
      let made: string | undefined;
      try {
        const file = await openNew(temporary, async () => {
          made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        });
        await writeWhole(file, body);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      // A folder made just now is an entry of its parent: without syncing that one too, a power cut takes the object along.
      const highest = made === undefined ? dirname(path) : dirname(made);
      for (let folder = dirname(path); folder.length >= highest.length; folder = dirname(folder))
        await this.#folders.run(folder);
      return this.#facts(key, path);
    });
  }

  async get(
    key: string,
    range?: ByteRange,
  ): Promise<Result<StoredObject, 'unknown-object' | 'range-not-satisfiable'>> {
    const facts = await this.head(key);
    if (facts === null) return refuse('unknown-object');
    const end = facts.sizeBytes - 1;
    const first = range?.first ?? 0;
    const last = Math.min(range?.last ?? end, end);
    if (range !== undefined && (first < 0 || first > last)) return refuse('range-not-satisfiable');
    const body = last < first ? nothing() : readRange(this.#path(key), key, first, last);
    return ok({ facts, range: { first, last }, body });
  }

  async head(key: string): Promise<ObjectFacts | null> {
    const path = this.#path(key);
    try {
      return await this.#facts(key, path);
    } catch (error) {
      if (isAbsent(error)) return null;
      throw diskFault(error, key);
    }
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key);
    try {
      await rm(path, { force: true });
      await this.#folders.run(dirname(path));
    } catch (error) {
      if (!isAbsent(error)) throw diskFault(error, key);
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectFacts> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const start = folder === '' ? this.#root : this.#path(folder.slice(0, -1));
    for await (const path of walk(start)) {
      const key = relative(this.#root, path).split(sep).join('/');
      if (!key.startsWith(prefix) || key.endsWith(unfinished)) continue;
      const facts = await this.head(key);
      if (facts !== null) yield facts;
    }
  }

  async #facts(key: string, path: string): Promise<ObjectFacts> {
    const found = await stat(path);
    // A folder is no object, just as no object lies "under" another one.
    if (!found.isFile()) throw Object.assign(new Error('not an object'), { code: 'ENOENT' });
    return { key, sizeBytes: found.size, storedAtMs: found.mtimeMs };
  }

  #path(key: string): string {
    if (!isSafeKey(key))
      throw new Fault('object-store/invalid-key', 'an object key is a path of plain segments', {
        facts: { key },
      });
    return join(this.#root, ...key.split('/'));
  }
}

const isSafeKey = (key: string): boolean =>
  key
    .split('/')
    .every(
      (segment) =>
        /^[A-Za-z0-9@_+=,.-]+$/.test(segment) &&
        segment.length <= longestSegment &&
        !segment.startsWith('.') &&
        !segment.endsWith(unfinished),
    );

/** The folder is there but for the first time: nobody is asked before. */
const openNew = async (path: string, makeFolder: () => Promise<void>): Promise<FileHandle> => {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    await makeFolder();
    return open(path, 'wx', 0o600);
  }
};

const writeWhole = async (
  file: FileHandle,
  body: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> => {
  try {
    if (body instanceof Uint8Array) await writeAll(file, body);
    else for await (const piece of body) await writeAll(file, piece);
    await file.sync();
  } finally {
    await file.close();
  }
};

const writeAll = async (file: FileHandle, bytes: Uint8Array): Promise<void> => {
  for (let done = 0; done < bytes.length;)
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
};

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

async function* readRange(
  path: string,
  key: string,
  start: number,
  end: number,
): AsyncIterable<Uint8Array> {
  try {
    for await (const piece of createReadStream(path, { start, end })) yield piece as Uint8Array;
  } catch (error) {
    throw diskFault(error, key);
  }
}

async function* nothing(): AsyncIterable<Uint8Array> {}

/** Every file below `folder` in order of its key; a folder that is not there, or goes meanwhile, holds none. */
async function* walk(folder: string): AsyncIterable<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw diskFault(error, folder);
  });
  // Keys are compared as whole texts, where '/' sorts after '-' and '.': so a folder counts with its slash.
  const named = entries.map((entry) => ({
    entry,
    order: entry.isDirectory() ? `${entry.name}/` : entry.name,
  }));
  named.sort((a, b) => (a.order < b.order ? -1 : 1));
  for (const { entry } of named) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));

const translated = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    // What a caller's own body throws is not the disk's.
    throw error instanceof Error && 'errno' in error ? diskFault(error, key) : error;
  }
};
