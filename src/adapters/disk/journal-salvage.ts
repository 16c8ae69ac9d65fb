import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JournalFacts } from '#audio/container/journal-format.ts';
import { JournalReader, type ReadingEnd } from '#audio/container/journal-reader.ts';
import { salvageEnd, TrackTally, type SalvagedSummary } from '#audio/container/journal-salvage.ts';
import { diskFault } from './disk-fault.ts';
import { syncFolder } from './journal-files.ts';
import {
  cipherOf,
  openJournalFile,
  readHeaderOf,
  readRecords,
  type JournalKeys,
} from './journal-source.ts';

export interface SalvagedJournal {
  readonly facts: JournalFacts;
  readonly summary: SalvagedSummary;
  /** Bytes behind the last whole block that were cut off. */
  readonly cutBytes: number;
  /** False: the journal was complete already and nothing was changed. */
  readonly changed: boolean;
  readonly flaw: ReadingEnd['flaw'];
  /** Stretches inside the file that were stepped over; they stay where they are. */
  readonly damages: number;
}

const salvage = async (
  handle: FileHandle,
  path: string,
  keys: JournalKeys,
): Promise<SalvagedJournal> => {
  const header = await readHeaderOf(handle, path);
  const cipher = cipherOf(header, keys);
  const reader = new JournalReader(cipher, header.bytes.length);
  const tally = new TrackTally();
  for await (const record of readRecords(handle, reader, header.bytes.length)) tally.take(record);
  const end = reader.end();
  const { size } = await handle.stat();
  const cutBytes = size - end.goodBytes;
  const changed = cutBytes > 0 || !end.ended;
  let bytes = end.goodBytes;
  if (changed) {
    await handle.truncate(end.goodBytes);
    if (!end.ended) {
      const block = salvageEnd(cipher, tally, end);
      await handle.write(block, 0, block.length, end.goodBytes);
      bytes += block.length;
    }
    await handle.datasync();
    await syncFolder(dirname(path));
  }
  return {
    facts: header.facts,
    summary: tally.summary(bytes),
    cutBytes,
    changed,
    flaw: end.flaw,
    damages: end.damages,
  };
};

/**
 * Makes the journal of a process that died complete again: cuts it behind its last whole block and writes `end: salvaged`. Streams, so
 * that memory does not grow with the call. Repeating it, or killing it at any point and repeating it, gives the same file.
 *
 * @throws {Fault} `journal/missing`, `journal/unreadable` (the header itself is torn: no audio can be there), `secrets/wrong-master-key`,
 * `secrets/damaged`, `disk/…`
 */
export const salvageJournalFile = async (
  path: string,
  keys: JournalKeys,
): Promise<SalvagedJournal> => {
  const handle = await openJournalFile(path, 'r+');
  try {
    return await salvage(handle, path, keys);
  } catch (thrown) {
    throw diskFault(thrown, path);
  } finally {
    await handle.close();
  }
};
