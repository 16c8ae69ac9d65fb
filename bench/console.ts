/**
 * What a person waits for in the console, in Debian's Chromium before the real server: the first rows of the recordings with nothing
 * in the browser's cache, the scripts that takes, and the waves of a stereo recording of half an hour.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { openDiskObjectStore } from '#adapters/disk/object-store.ts';
import { openDiskRenderFolders } from '#adapters/disk/render-folders.ts';
import { readMasterKey } from '#adapters/disk/master-key.ts';
import { FinaliseWorkers } from '#adapters/threads/finalise-workers.ts';
import { openDatabase } from '#adapters/postgres/open-database.ts';
import { SqlRecordingRows } from '#adapters/postgres/recordings/finalise-rows.ts';
import { encodeG711 } from '#audio/g711.ts';
import type { RecordingId } from '#core/ids.ts';
import { outcomeOf } from '#core/recording/outcome.ts';
import { Finaliser } from '#durable/finalise/finalise.ts';
import { FinaliseWaits } from '#durable/finalise/waits.ts';
import { openBrowser, visit } from '../tests/rig/browser.ts';
import { buildConsole } from '../tests/rig/console.ts';
import { MemoryAlarms } from '../tests/rig/finalise.ts';
import { testKeys, writeJournal } from '../tests/rig/journals.ts';
import { adminEmail, adminPassword, makeServer, type Server } from '../tests/rig/server.ts';
import { silentLog, silentMetrics } from '../tests/rig/silent.ts';
import { promisedRow, benchRow, type BenchResult } from './result.ts';

export const name = 'console';

const promised = { firstRowsMs: 1000, scriptBytes: 300_000, waveMs: 300 };
const rounds = 7;
const recordingsInList = 20_000;
const minutes = 30;
const longId = 'long' as RecordingId;

const median = (figures: readonly number[]): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Infinity;

/** Half a minute of a voice: bursts of a tone that grow and fade, so that every bar of a wave has a height of its own. */
const voiceOf = (hz: number): Uint8Array => {
  const samples = Int16Array.from({ length: 240_000 }, (_, at) => {
    const loudness = Math.max(0, Math.sin((2 * Math.PI * at) / 36_000));
    return Math.round(12_000 * loudness * Math.sin((2 * Math.PI * hz * at) / 8000));
  });
  const bytes = new Uint8Array(samples.length);
  encodeG711('PCMU', samples, bytes);
  return bytes;
};

/** The list's rows, and the long call as capture leaves it: sealed journals and their rows. */
const fill = async (dataDir: string, tenantId: string): Promise<void> => {
  const masterKey = readMasterKey(join(dataDir, 'secrets'), null);
  const keys = testKeys(masterKey);
  const database = await openDatabase({ folder: join(dataDir, 'db') });
  const common = `'${tenantId}'`;
  const at = `timestamptz '2026-11-01' - i * interval '2 minutes'`;
  await database.executeSql(`
    insert into calls (id, tenant_id, node, call_type, direction, caller, callee, directory_version, started_at, answered_at,
        ended_at, got_media, record, record_rule, outcome)
      select 'c' || i, ${common}, 'bench', 'inbound', 'in', '+62812' || (1000000 + i), '1000', 1, ${at}, ${at},
        ${at} + interval '3 minutes', true, true, 'inbound', 'ready' from generate_series(1, ${recordingsInList}) i;
    insert into recordings (id, tenant_id, call_id, segment, state, call_type, direction, caller, callee, endpoint_user, started_at,
        started_at_mono_ns, sealed_at, ready_at, duration_ms, frames, timeline)
      select 'r' || i, ${common}, 'c' || i, 1, 'ready', 'inbound', 'in', '+62812' || (1000000 + i), '1000', '+62812', ${at}, '0',
        ${at}, ${at}, 180000, 1440000, '[]' from generate_series(1, ${recordingsInList}) i;
    insert into calls (id, tenant_id, node, call_type, direction, caller, callee, directory_version, started_at, answered_at,
        ended_at, got_media, record, record_rule, outcome)
      values ('${longId}', ${common}, 'bench', 'inbound', 'in', '+6281999', '1000', 1, now(), now(), now(), true, true, 'inbound',
        'inProgress');
    insert into legs (id, call_id, tenant_id, direction, participant, participant_kind, endpoint_user, sip_call_id, started_at)
      values ('leg-0', '${longId}', ${common}, 'in', 1, 'customer', '+6281999', 'a', now()),
        ('leg-1', '${longId}', ${common}, 'out', 2, 'agent', 'agent@example.org', 'b', now());
    insert into recordings (id, tenant_id, call_id, segment, state, call_type, direction, caller, callee, endpoint_user, started_at,
        started_at_mono_ns, sealed_at)
      values ('${longId}', ${common}, '${longId}', 1, 'sealed', 'inbound', 'in', '+6281999', '1000', '+6281999', now(), '5000000000',
        now());`);
  mkdirSync(join(dataDir, 'journals', longId));
  for (const [index, hz] of [700, 1150].entries()) {
    const path = `journals/${longId}/${index}.crj`;
    const voice = voiceOf(hz);
    const participantKind = index === 0 ? 'customer' : 'agent';
    const facts = { participant: index + 1, participantKind, trackId: `t${index}` } as const;
    const summary = await writeJournal({ path: join(dataDir, path), keys, facts }, (writer) => {
      for (let packet = 0; packet < minutes * 3000; packet++) {
        const heardAtUs = 5_000_000 + (packet + 1) * 20_000;
        writer.write(packet * 160, heardAtUs, 'PCMU', voice, (packet * 160) % voice.length, 160);
        if (packet % 25 === 24) writer.tick();
      }
    });
    await database.executeSql(`
      insert into tracks (id, recording_id, call_id, tenant_id, leg_id, participant, participant_kind, endpoint_user, path, started_at,
          sealed_at, bytes, frames)
        values ('t${index}', '${longId}', '${longId}', ${common}, 'leg-${index}', ${index + 1}, '${participantKind}', 'x', '${path}',
          now(), now(), ${summary.bytes}, ${summary.frames})`);
  }
  const workers = new FinaliseWorkers({
    threadUrl: new URL('../src/threads/finalise.ts', import.meta.url),
    threadData: { masterKey },
    count: 1,
  });
  const finaliser = new Finaliser({
    rows: new SqlRecordingRows(database.kysely, {
      outcomeOf,
      changes: { publish: () => undefined, subscribe: () => () => undefined },
    }),
    renderer: workers,
    folders: await openDiskRenderFolders(join(dataDir, 'rendering')),
    store: await openDiskObjectStore(join(dataDir, 'objects')),
    journalPath: (relative) => join(dataDir, relative),
    waits: new FinaliseWaits({ alarms: new MemoryAlarms(), ownNode: () => null }),
    log: silentLog(),
    metrics: silentMetrics(),
  });
  const outcome = await finaliser.finalise(longId);
  if (outcome !== 'ready') throw new Error(`the long recording is ${outcome}`);
  await workers.close();
  await database.executeSql('analyze');
  await database.close();
};

const scriptBytes = (): number => {
  const dist = join(import.meta.dirname, '..', 'console', 'dist');
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  return [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].reduce(
    (sum, [, file = '']) => sum + gzipSync(readFileSync(join(dist, file))).length,
    0,
  );
};

/** A person's window with an empty cache, signed in before a page was ever asked for. */
const signedInWindow = async (browser: Browser, server: Server): Promise<Page> => {
  const { page } = await visit(browser, { url: server.url });
  const answer = await page.request.post('/api/v1/sessions', {
    data: { email: adminEmail, password: adminPassword },
  });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
  return page;
};

const told = 'six rows painted at';

/** In the page, before its own scripts: says when the sixth row had been painted, in milliseconds since the address was opened. */
const watchRows = `(() => {
  const look = () => {
    if (document.querySelectorAll('tbody tr').length < 6) return;
    observer.disconnect();
    // The second frame begins when the first, with the rows in it, has been drawn.
    requestAnimationFrame(() => requestAnimationFrame(() => console.info('${told}', performance.now())));
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true });
})()`;

const firstRows = async (browser: Browser, server: Server): Promise<number> => {
  const page = await signedInWindow(browser, server);
  await page.addInitScript(watchRows);
  // Told by the page: whatever asks it from outside puts scripts of its own in while the page loads.
  const telling = page.waitForEvent('console', (message) => message.text().startsWith(told));
  await page.goto('/recordings', { waitUntil: 'commit' });
  const message = await telling;
  await page.context().close();
  return Number(message.text().slice(told.length));
};

/** In the page: from the click on the row until both lanes have the ink of their louder bars. */
const untilDrawn = `(async () => {
  const link = document.querySelector('a[href^="/recordings/${longId}"]');
  const begunAt = performance.now();
  link.click();
  const isDrawn = (canvas) => {
    if (canvas.width === 0 || canvas.height === 0) return false;
    // A line through the louder bars: reading the whole picture each time would be a part of what is measured.
    const line = canvas.getContext('2d').getImageData(0, Math.round(canvas.height / 4), canvas.width, 1).data;
    let ink = 0;
    for (let at = 3; at < line.length; at += 4) if (line[at] > 0) ink++;
    return ink > canvas.width * 0.1;
  };
  for (;;) {
    const canvases = [...document.querySelectorAll('main canvas')];
    if (canvases.length >= 2 && canvases.every(isDrawn)) return performance.now() - begunAt;
    if (performance.now() - begunAt > 15000) return Infinity;
    await new Promise(requestAnimationFrame);
  }
})()`;

const waves = async (browser: Browser, server: Server): Promise<number> => {
  const page = await signedInWindow(browser, server);
  // The page of recordings is loaded once before, as at any desk; the recording itself is new to it.
  await page.goto('/recordings/r1');
  await page.locator('main h1').waitFor();
  await page.goto('/recordings');
  await page.locator(`a[href^="/recordings/${longId}"]`).first().waitFor();
  const tookMs = await page.evaluate<number>(untilDrawn);
  await page.context().close();
  return tookMs;
};

const repeat = async (figure: () => Promise<number>): Promise<number[]> => {
  const figures: number[] = [];
  for (let round = 0; round < rounds; round++) figures.push(await figure());
  return figures;
};

export const run = async (): Promise<BenchResult> => {
  buildConsole();
  const folder = mkdtempSync(join(tmpdir(), 'bench-console-'));
  const server = await makeServer({ folder, deadlineMs: 600_000 });
  const browser = await openBrowser();
  try {
    await server.start();
    const { items } = await server.request<{ items: { id: string }[] }>('GET', '/tenants');
    await server.stop();
    await fill(server.dataDir, items[0]?.id ?? '');
    await server.start();
    const rows = await repeat(() => firstRows(browser, server));
    const drawn = await repeat(() => waves(browser, server));
    return {
      rows: [
        promisedRow('first rows, empty cache, median', median(rows), 'ms', {
          atMost: promised.firstRowsMs,
        }),
        benchRow('first rows, empty cache, slowest', Math.max(...rows), 'ms'),
        promisedRow('scripts of the first page, compressed', scriptBytes() / 1000, 'kB', {
          atMost: promised.scriptBytes / 1000,
        }),
        promisedRow('click → waves of 30 minutes in stereo, median', median(drawn), 'ms', {
          atMost: promised.waveMs,
        }),
        benchRow('click → waves, slowest', Math.max(...drawn), 'ms'),
      ],
      complete: [...rows, ...drawn].every(Number.isFinite),
    };
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
