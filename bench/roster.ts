/** How fast a roster is read: a million people from CSV into PostgreSQL, 100,000 from a workbook; with what memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openDiskObjectStore } from '#adapters/disk/object-store.ts';
import { openDatabase } from '#adapters/postgres/open-database.ts';
import { sqlRosterRows } from '#adapters/postgres/outbound/rosters.ts';
import { spreadsheets } from '#adapters/xlsx/spreadsheets.ts';
import type { RosterId, TenantId } from '#core/ids.ts';
import { RosterImporter } from '#durable/roster/import-roster.ts';
import { FakeFeed, FakeLog } from '../tests/rig/fake-call-world.ts';
import { openPostgresCluster } from '../tests/rig/postgres-cluster.ts';
import { addTestTenant } from '../tests/rig/test-database.ts';
import { benchRow, promisedRow, type BenchResult } from './result.ts';

export const name = 'roster';

const csvPeople = 1_000_000;
const sheetPeople = 100_000;

/** Forty prefixes of Indonesian mobile networks, subscribers without order, so that no number tells the next. */
const numberOf = (index: number): string => {
  const subscriber = (index * 7_368_787) % 100_000_000;
  return `08${10 + (index % 40)}${String(subscriber).padStart(8, '0')}`;
};

async function* csv(count: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from('number,name,timeZone,amount\n');
  for (let from = 0; from < count; from += 1000) {
    let text = '';
    for (let index = from; index < Math.min(count, from + 1000); index++)
      text += `${numberOf(index)},Person ${index},${index % 3 === 0 ? 'Asia/Makassar' : ''},${index % 977}\n`;
    yield Buffer.from(text);
  }
}

/** What is not collected would count as grown. */
const collect = (): void => {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
};

export const run = async (): Promise<BenchResult> => {
  const home = mkdtempSync(join(tmpdir(), 'bench-roster-'));
  const cluster = await openPostgresCluster();
  const database = await openDatabase({ url: cluster.url, folder: '' });
  try {
    await database.migrate();
    await addTestTenant(database);
    const objects = await openDiskObjectStore(home);
    const rows = sqlRosterRows(database.kysely);
    const log = new FakeLog();
    const importer = new RosterImporter({
      rows,
      objects,
      spreadsheets,
      changes: new FakeFeed(),
      log,
    });
    const measure = async (
      id: string,
      format: 'csv' | 'xlsx',
      body: Parameters<typeof objects.put>[1],
    ) => {
      const objectKey = `rosters/${id}.${format}`;
      const { sizeBytes } = await objects.put(objectKey, body);
      await rows.insert({
        id: id as RosterId,
        tenantId: 'tenant-a' as TenantId,
        name: id,
        description: '',
        fileName: `people.${format}`,
        format,
        onBadRows: 'keep-good',
        objectKey,
        sizeBytes,
        createdBy: null,
        createdAt: new Date(),
      });
      collect();
      const memory = process.memoryUsage().rss;
      let most = memory;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
      const begunAt = performance.now();
      await importer.import(id, new AbortController().signal);
      const seconds = (performance.now() - begunAt) / 1000;
      clearInterval(watch);
      collect();
      const heapMiB = process.memoryUsage().heapUsed / 2 ** 20;
      const view = await rows.find('tenant-a' as TenantId, id);
      return { seconds, people: view?.people ?? 0, grownMiB: (most - memory) / 2 ** 20, heapMiB };
    };
    // The first import warms up the code and the heap; the second says what a tenth of the million takes.
    await measure('warm', 'csv', csv(sheetPeople));
    const tenth = await measure('tenth', 'csv', csv(csvPeople / 10));
    const table = await measure('csv', 'csv', csv(csvPeople));
    const lines = Array.from({ length: sheetPeople }, (_, index) => [
      numberOf(index),
      `Person ${index}`,
    ]);
    const sheet = await measure('xlsx', 'xlsx', spreadsheets.write([['number', 'name'], ...lines]));
    return {
      rows: [
        promisedRow('CSV, rows read and stored', csvPeople / table.seconds, 'rows/s', {
          atLeast: 30_000,
        }),
        benchRow('CSV, memory grown by 100,000 rows', tenth.grownMiB, 'MiB'),
        benchRow('CSV, memory grown by a million rows', table.grownMiB, 'MiB'),
        benchRow('CSV, live heap after 100,000 rows', tenth.heapMiB, 'MiB'),
        benchRow('CSV, live heap after a million rows', table.heapMiB, 'MiB'),
        promisedRow('.xlsx, rows read and stored', sheetPeople / sheet.seconds, 'rows/s', {
          atLeast: 8000,
        }),
      ],
      complete: table.people === csvPeople && sheet.people === sheetPeople,
    };
  } finally {
    await database.close();
    await cluster.drop();
    rmSync(home, { recursive: true, force: true });
  }
};
