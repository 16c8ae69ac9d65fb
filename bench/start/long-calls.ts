/** A data folder as a crash leaves it in the middle of long conversations: calls without an end, journals torn in mid-block. */
import { copyFileSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerFile } from '#adapters/disk/ledger-file.ts';
import { createSealer, readMasterKey } from '#adapters/disk/master-key.ts';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { openDatabase } from '#adapters/postgres/open-database.ts';
import type { TenantId } from '#core/ids.ts';
import { callEntries } from '../../tests/rig/call-entries.ts';
import { writeJournal } from '../../tests/rig/journals.ts';
import { silentLog, silentMetrics } from '../../tests/rig/silent.ts';

/** Bytes that a crash took from the last block. */
const tornBytes = 30;

const tenantOf = async (dataDir: string): Promise<TenantId> => {
  const database = await openDatabase({ folder: join(dataDir, 'db') });
  try {
    const { rows } = await database.executeSql(
      'select id from tenants order by created_at limit 1',
    );
    const [tenant] = rows as { id: string }[];
    if (!tenant) throw new Error('there is no tenant');
    return tenant.id as TenantId;
  } finally {
    await database.close();
  }
};

/** Of a server that does not run. Each call has two voices of so many minutes. */
export const leaveCallsUp = async (
  dataDir: string,
  { calls, minutes }: { readonly calls: number; readonly minutes: number },
): Promise<void> => {
  const tenantId = await tenantOf(dataDir);
  const sealer = createSealer(readMasterKey(join(dataDir, 'secrets'), null));
  const model = join(dataDir, 'model.crj');
  const voice = Uint8Array.from({ length: 160 }, (_, i) => (i * 37) % 256);
  await writeJournal({ path: model, keys: { sealer, makeBlockCipher } }, (writer) => {
    for (let packet = 0; packet < minutes * 3000; packet++) {
      writer.write(packet * 160, 5_000_000 + packet * 20_000, 'PCMU', voice, 0, 160);
      if (packet % 25 === 24) writer.tick();
    }
  });
  truncateSync(model, statSync(model).size - tornBytes);
  const [log, metrics] = [silentLog(), silentMetrics()];
  const ledger = await LedgerFile.open({ folder: join(dataDir, 'ledger'), log, metrics });
  for (let call = 0; call < calls; call++) {
    const callId = `long-${call}`;
    const story = callEntries({ callId, tenantId, agentId: 'agent-1' });
    const untilSealed = story.slice(
      0,
      story.findIndex(({ kind }) => kind === 'trackSealed'),
    );
    mkdirSync(join(dataDir, 'journals', callId));
    for (const entry of untilSealed) {
      ledger.append(entry);
      if (entry.kind === 'trackStarted') copyFileSync(model, join(dataDir, entry.path));
    }
  }
  await ledger.close();
};

/** @returns calls that have their end, and recordings that are sealed or further */
export const countSaved = async (
  dataDir: string,
): Promise<{ readonly ended: number; readonly sealed: number }> => {
  const database = await openDatabase({ folder: join(dataDir, 'db') });
  try {
    const { rows } = await database.executeSql(
      `select (select count(*) from calls where id like 'long-%' and ended_at is not null) as ended,
              (select count(*) from recordings where call_id like 'long-%' and sealed_at is not null) as sealed`,
    );
    const [{ ended, sealed } = { ended: 0, sealed: 0 }] = rows as Record<string, unknown>[];
    return { ended: Number(ended), sealed: Number(sealed) };
  } finally {
    await database.close();
  }
};
