/** Reads ledger files line by line, a chunk at a time. */
import { open } from 'node:fs/promises';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import { decodeLine, lineFeed } from './ledger-line.ts';

const chunkBytes = 256 * 1024;

export interface LinesRead {
  readonly entries: LedgerEntry[];
  /** Byte just after the last whole line that was read. */
  readonly byteOffset: number;
  readonly damaged: number;
  /** Where the first damaged line begins, when there is one. */
  readonly firstDamageAt: number | undefined;
}

/** Whole lines of `path` from `byteOffset` on, until `maxEntries` or `endOffset` (a torn last line stays unread). */
export const readLines = async (
  path: string,
  byteOffset: number,
  limits: { readonly maxEntries: number; readonly endOffset: number },
): Promise<LinesRead> => {
  const entries: LedgerEntry[] = [];
  let damaged = 0;
  let firstDamageAt: number | undefined;
  let at = byteOffset;
  let rest = Buffer.alloc(0);
  const file = await open(path, 'r');
  try {
    while (entries.length < limits.maxEntries) {
      const from = at + rest.length;
      const length = Math.min(chunkBytes, limits.endOffset - from);
      if (length <= 0) break;
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, from);
      if (bytesRead === 0) break;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      let lineStart = 0;
      for (
        let end = rest.indexOf(lineFeed, lineStart);
        end >= 0 && entries.length < limits.maxEntries;
        end = rest.indexOf(lineFeed, lineStart)
      ) {
        const entry = decodeLine(rest.subarray(lineStart, end));
        if (entry) entries.push(entry);
        else {
          damaged++;
          firstDamageAt ??= at + lineStart;
        }
        lineStart = end + 1;
      }
      at += lineStart;
      rest = rest.subarray(lineStart);
    }
  } finally {
    await file.close();
  }
  return { entries, byteOffset: at, damaged, firstDamageAt };
};
