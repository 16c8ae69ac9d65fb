/** One line of a ledger file: CRC-32 of the JSON text in eight hex digits, a space, the JSON text, a line feed. */
import { crc32 } from 'node:zlib';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';

const prefixBytes = 9;
export const lineFeed = 0x0a;
const space = 0x20;

const sumDigits = 8;
/** Nearly every entry fits: it is put together here and copied once, at its exact length. */
const bench = Buffer.allocUnsafe(8192);

export const encodeLine = (entry: LedgerEntry): Buffer => {
  const text = JSON.stringify(entry);
  // A character takes at most three bytes.
  const needed = prefixBytes + text.length * 3 + 1;
  const line = needed <= bench.length ? bench : Buffer.allocUnsafe(needed);
  const end = prefixBytes + line.write(text, prefixBytes);
  const sum = crc32(line.subarray(prefixBytes, end));
  line.write(sum.toString(16).padStart(sumDigits, '0'), 0, sumDigits, 'latin1');
  line[sumDigits] = space;
  line[end] = lineFeed;
  return Buffer.from(line.subarray(0, end + 1));
};

/** @param line without its line feed @returns undefined when it is damaged */
export const decodeLine = (line: Buffer): LedgerEntry | undefined => {
  if (line.length <= prefixBytes || line[prefixBytes - 1] !== 0x20) return undefined;
  const sum = line.toString('latin1', 0, prefixBytes - 1);
  if (!/^[0-9a-f]{8}$/.test(sum)) return undefined;
  const text = line.subarray(prefixBytes);
  if (crc32(text) !== parseInt(sum, 16)) return undefined;
  // The check sum says that these bytes are what `encodeLine` made.
  return JSON.parse(text.toString('utf8')) as LedgerEntry;
};
