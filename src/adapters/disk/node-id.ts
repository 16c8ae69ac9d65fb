/** Which installation a data folder belongs to, whatever the machine is called. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param ledgerFolder absolute; made when it is not there @returns a UUID, drawn once and kept in the folder */
export const nodeOf = (ledgerFolder: string): string => {
  const file = join(ledgerFolder, 'node');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown;
  }
  mkdirSync(ledgerFolder, { recursive: true, mode: 0o700 });
  const node = randomUUID();
  writeFileSync(file, node, { mode: 0o600, flag: 'wx', flush: true });
  return node;
};
