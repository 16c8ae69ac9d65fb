/** Which installation a data folder belongs to, whatever the machine is called. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileOf = (ledgerFolder: string): string => join(ledgerFolder, 'node');

/** Changes nothing. @returns null in a data folder that no process with calls has owned */
export const readNode = (ledgerFolder: string): string | null => {
  try {
    return readFileSync(fileOf(ledgerFolder), 'utf8').trim();
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown;
    return null;
  }
};

/**
 * For the process that owns the folder.
 *
 * @param ledgerFolder absolute; made when it is not there
 * @returns a UUID, drawn once and kept in the folder
 */
export const nodeOf = (ledgerFolder: string): string => {
  const known = readNode(ledgerFolder);
  if (known !== null) return known;
  mkdirSync(ledgerFolder, { recursive: true, mode: 0o700 });
  const node = randomUUID();
  writeFileSync(fileOf(ledgerFolder), node, { mode: 0o600, flag: 'wx', flush: true });
  return node;
};
