/** One line of a ledger file: CRC-32 of the JSON text in eight hex digits, a space, the JSON text, a line feed. */
import { crc32 } from 'node:zlib';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';

const prefixBytes = 9;
export const lineFeed = 0x0a;

export const encodeLine = (entry: LedgerEntry): Buffer => {
  const text = JSON.stringify(entry);
  const line = Buffer.allocUnsafe(prefixBytes + Buffer.byteLength(text) + 1);
  line.write(text, prefixBytes);
  line[line.length - 1] = lineFeed;
  const sum = crc32(line.subarray(prefixBytes, line.length - 1));
  line.write(`${sum.toString(16).padStart(8, '0')} `, 0, 'latin1');
  return line;
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
