/** What the server's ledger says at this moment, read from its files as they grow: faster and nearer to the truth than any question over HTTP. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeLine } from '#adapters/disk/ledger-line.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';

/** Every whole entry, oldest first. */
export const readLedger = (dataDir: string): LedgerEntry[] => {
  const folder = join(dataDir, 'ledger');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ldg'))
    .sort()
    .flatMap((name) =>
      readFileSync(join(folder, name), 'latin1')
        .split('\n')
        .map((line) => decodeLine(Buffer.from(line, 'latin1'))),
    )
    .filter((entry) => entry !== undefined);
};

export const entriesOf = (dataDir: string, callId: string): LedgerEntry[] =>
  readLedger(dataDir).filter((entry) => entry.callId === callId);

/** Looks without a pause until the call has such an entry; other events of this process run between the looks. */
export const untilEntry = async (
  dataDir: string,
  callId: string,
  kind: LedgerEntry['kind'],
  deadlineMs = 10_000,
): Promise<void> => {
  const endsAt = performance.now() + deadlineMs;
  while (!entriesOf(dataDir, callId).some((entry) => entry.kind === kind)) {
    if (performance.now() > endsAt)
      throw new Error(`no ${kind} of call ${callId} in the ledger within ${deadlineMs} ms`);
    await new Promise((resolve) => setImmediate(resolve));
  }
};
