import { open, type FileHandle } from 'node:fs/promises';
import { Fault } from '#base/fault.ts';
import {
  factsLimitBytes,
  filePrefixBytes,
  readFileHeader,
  type BlockCipher,
  type JournalHeader,
} from '#audio/container/journal-format.ts';
import { JournalReader, type JournalRecord } from '#audio/container/journal-reader.ts';
import type { MakeBlockCipher } from '#ports/journal-files.ts';
import type { JournalReading, JournalSource } from '#ports/journal-source.ts';
import type { Sealer } from '#ports/sealer.ts';
import { diskFault } from './disk-fault.ts';

/** A dozen blocks: large enough that reading costs nothing, small enough that memory stays flat. */
const chunkBytes = 262_144;

/** How to get from a journal's facts to the key of its blocks. */
export interface JournalKeys {
  readonly sealer: Sealer;
  readonly makeBlockCipher: MakeBlockCipher;
}

export const openJournalFile = async (path: string, flags: 'r' | 'r+'): Promise<FileHandle> => {
  try {
    return await open(path, flags);
  } catch (thrown) {
    const fault = diskFault(thrown, path);
    if (fault.code !== 'disk/missing') throw fault;
    throw new Fault('journal/missing', `${path}: there is no such journal`, { cause: thrown });
  }
};

/** @throws {Fault} `journal/unreadable` with the broken rule in its facts */
export const readHeaderOf = async (handle: FileHandle, path: string): Promise<JournalHeader> => {
  const bytes = new Uint8Array(filePrefixBytes + factsLimitBytes);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  const header = readFileHeader(bytes.subarray(0, bytesRead));
  if (header.ok) return header.value;
  throw new Fault(
    'journal/unreadable',
    `${path}: the journal's header is damaged (${header.error})`,
    {
      facts: { path, rule: header.error },
    },
  );
};

/** The recording's key as it is sealed; undefined when the journal has gone, or its header is damaged. @throws {Fault} `disk/…` */
export const sealedKeyOf = async (path: string): Promise<string | undefined> => {
  let handle: FileHandle | undefined;
  try {
    handle = await openJournalFile(path, 'r');
    return (await readHeaderOf(handle, path)).facts.sealedKey;
  } catch (thrown) {
    const fault = diskFault(thrown, path);
    if (fault.code === 'journal/missing' || fault.code === 'journal/unreadable') return undefined;
    throw fault;
  } finally {
    await handle?.close();
  }
};

export const cipherOf = (header: JournalHeader, keys: JournalKeys): BlockCipher =>
  keys.makeBlockCipher(keys.sealer.open(header.facts.sealedKey), header.bytes);

/** Feeds the file behind its header to the reader and yields the records as they become whole. */
export const readRecords = async function* (
  handle: FileHandle,
  reader: JournalReader,
  from: number,
): AsyncGenerator<JournalRecord> {
  const chunk = new Uint8Array(chunkBytes);
  for (let at = from; ;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    reader.push(chunk.subarray(0, bytesRead));
    for (let record = reader.next(); record !== undefined; record = reader.next()) yield record;
    if (reader.isStopped) return;
  }
};

class DiskJournalReading implements JournalReading {
  readonly facts: JournalReading['facts'];
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #reader: JournalReader;
  readonly #headerBytes: number;

  constructor(path: string, handle: FileHandle, header: JournalHeader, cipher: BlockCipher) {
    this.facts = header.facts;
    this.#path = path;
    this.#handle = handle;
    this.#headerBytes = header.bytes.length;
    this.#reader = new JournalReader(cipher, this.#headerBytes);
  }

  async *records(): AsyncIterable<JournalRecord> {
    try {
      yield* readRecords(this.#handle, this.#reader, this.#headerBytes);
    } catch (thrown) {
      throw diskFault(thrown, this.#path);
    } finally {
      await this.close();
    }
  }

  end(): ReturnType<JournalReading['end']> {
    return this.#reader.end();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Journals on the local disk, opened with the installation's master key. */
export class DiskJournalSource implements JournalSource {
  readonly #keys: JournalKeys;

  constructor(keys: JournalKeys) {
    this.#keys = keys;
  }

  async open(path: string): Promise<JournalReading> {
    const handle = await openJournalFile(path, 'r');
    try {
      const header = await readHeaderOf(handle, path);
      return new DiskJournalReading(path, handle, header, cipherOf(header, this.#keys));
    } catch (thrown) {
      await handle.close();
      throw diskFault(thrown, path);
    }
  }
}
