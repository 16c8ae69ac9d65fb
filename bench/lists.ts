/**
 * Lists of calls and recordings and the search at a million rows, on both databases, through the API's own handlers: rights, filters,
 * cursor, schema and JSON; only the socket is left out. Each filter alone, first page and one half-way down; then every combination.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqlLibrary } from '#adapters/postgres/library/library.ts';
import { openDatabase, type DatabaseOptions } from '#adapters/postgres/open-database.ts';
import { openApiRig, type ApiRig, type Client } from '../tests/rig/api-rig.ts';
import { openPostgresCluster } from '../tests/rig/postgres-cluster.ts';
import { fill, indexesOf } from './lists/fill.ts';
import {
  asking,
  combinationsOf,
  middleMs,
  ofCalls,
  ofRecordings,
  ownAgent,
  ownQueues,
  searches,
  type Asking,
} from './lists/questions.ts';
import { benchRow, promisedRow, type BenchResult, type BenchRow } from './result.ts';

export const name = 'lists';

const fullSize = 1_000_000;
/** Fewer while one works on it: quick, and then no figure counts. */
const rowCount = Number(process.env['BENCH_LISTS_ROWS'] ?? fullSize);
const isFull = rowCount === fullSize;
/**
 * A PostgreSQL database and a folder of the embedded one that are filled once and kept, while one works on the questions; beside either of
 * them the other database is left out, unless it is named as well.
 */
const kept = {
  url: process.env['BENCH_LISTS_URL'],
  folder: process.env['BENCH_LISTS_FOLDER'],
};
const isKept = kept.url !== undefined || kept.folder !== undefined;
const promised = { atMost: 50 };
const rounds = isFull ? 40 : 4;
const lists = ['recordings', 'calls'] as const;
type List = (typeof lists)[number];

const deepCursor = `${middleMs}_${'8'.repeat(36)}`;

const p95 = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] ?? Infinity;

const startedAt = performance.now();
const say = (text: string): void =>
  console.log(`  ${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}`);

type People = Readonly<Record<Asking, Client>>;

interface Place {
  readonly title: string;
  readonly rig: ApiRig;
  readonly people: People;
}

interface Asked {
  readonly ms: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const ask = async (client: Client, path: string): Promise<Asked> => {
  const begunAt = performance.now();
  const { status, body, text } = await client.request('GET', path);
  const ms = performance.now() - begunAt;
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return { ms, body };
};

const itemsOf = ({ body }: Asked, key: string): readonly { readonly id: string }[] =>
  body[key] as readonly { readonly id: string }[];

const pathOf = (
  list: List,
  query: Readonly<Record<string, string>>,
  page: 'first' | 'deep',
): string =>
  `/${list}?${String(new URLSearchParams({ ...query, ...(page === 'deep' && { cursor: deepCursor }) }))}`;

const pageOfRound = (round: number): 'first' | 'deep' => (round % 2 === 0 ? 'first' : 'deep');

/** A server has answered before: what is measured is not how Node compiles the handlers. */
const warmUp = async ({ people }: Place): Promise<void> => {
  for (let round = 0; round < rounds; round++)
    for (const list of lists) await ask(people.admin, pathOf(list, {}, pageOfRound(round)));
};

/** Each list by each filter, then by some together. */
const askLists = async ({ title, people }: Place, all: number[]): Promise<BenchRow[]> => {
  const rows: BenchRow[] = [];
  for (const list of lists)
    for (const { name: what, query, who = 'admin', isEmpty } of list === 'calls'
      ? ofCalls
      : ofRecordings) {
      const times: number[] = [];
      let found = 0;
      for (let round = 0; round < rounds; round++) {
        const asked = await ask(people[who], pathOf(list, query, pageOfRound(round)));
        times.push(asked.ms);
        found = Math.max(found, itemsOf(asked, 'items').length);
      }
      if (isFull && (found === 0) !== (isEmpty === true))
        throw new Error(`${list} ${what}: ${found} rows`);
      all.push(...times);
      rows.push(promisedRow(`${title}: ${list} ${what}, p95`, p95(times), 'ms', promised));
      say(`${list} ${what}: p95 ${p95(times).toFixed(1)} ms`);
    }
  return rows;
};

const askSearch = async ({ title, people }: Place, all: number[]): Promise<BenchRow[]> => {
  const idOf = async (list: List): Promise<string> =>
    itemsOf(await ask(people.admin, pathOf(list, {}, 'deep')), 'items')[0]?.id ?? '';
  const ids = [await idOf('calls'), await idOf('recordings')] as const;
  const rows: BenchRow[] = [];
  for (const { name: what, text, who = 'admin', finds } of searches) {
    const path = `/search?${String(new URLSearchParams({ q: text(...ids) }))}`;
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const asked = await ask(people[who], path);
      times.push(asked.ms);
      for (const kind of ['calls', 'recordings', 'agents'] as const)
        if (isFull && itemsOf(asked, kind).length > 0 !== finds.includes(kind))
          throw new Error(`search ${what}: ${itemsOf(asked, kind).length} ${kind}`);
    }
    all.push(...times);
    rows.push(promisedRow(`${title}: search ${what}, p95`, p95(times), 'ms', promised));
    say(`search ${what}: p95 ${p95(times).toFixed(1)} ms`);
  }
  return rows;
};

/** Every combination of filters, by everybody, first and deep page. */
const askCombinations = async (
  { title, people }: Place,
  list: List,
  all: number[],
): Promise<BenchRow[]> => {
  const slow: { readonly ms: number; readonly what: string }[] = [];
  const times: number[] = [];
  let tried = 0;
  for (const who of asking)
    for (const query of combinationsOf(list))
      for (const page of ['first', 'deep'] as const) {
        if (!isFull && tried++ % 20 !== 0) continue;
        const path = pathOf(list, query, page);
        const { ms } = await ask(people[who], path);
        times.push(ms);
        if (ms <= promised.atMost) continue;
        // Twice slow is slow, once may be the machine.
        const again = await ask(people[who], path);
        const best = Math.min(ms, again.ms);
        slow.push({ ms: best, what: `${who} ${page} ${JSON.stringify(query)}` });
      }
  slow.sort((a, b) => b.ms - a.ms);
  const over = slow.filter(({ ms }) => ms > promised.atMost);
  say(
    `${list}, ${times.length} combinations: p95 ${p95(times).toFixed(1)} ms, over: ${over.length}`,
  );
  for (const { ms, what } of over.slice(0, 12)) say(`    ${ms.toFixed(0)} ms  ${what}`);
  all.push(...times);
  const figure = `${title}: ${list} by every combination of filters (${times.length})`;
  return [
    promisedRow(`${figure}, p95`, p95(times), 'ms', promised),
    benchRow(`${figure}, that took longer than 50 ms twice`, over.length, ''),
    benchRow(`${figure}, slowest of them`, slow[0]?.ms ?? Math.max(...times), 'ms'),
  ];
};

/** As an export asks: 200 a page, and once how many there are. */
const askExports = async ({ title, rig }: Place): Promise<BenchRow[]> => {
  const library = new SqlLibrary(rig.database.database.kysely);
  const scope = { tenantId: rig.first, only: null };
  const rows: BenchRow[] = [];
  for (const page of ['first', 'deep'] as const) {
    const after = page === 'deep' ? { atMs: middleMs, id: '8' } : null;
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const begunAt = performance.now();
      const { items } = await library.recordings(scope, {}, { limit: 200, after });
      times.push(performance.now() - begunAt);
      if (items.length !== 200) throw new Error(`export: ${items.length} rows on a ${page} page`);
    }
    rows.push(promisedRow(`${title}: ${page} page of an export, p95`, p95(times), 'ms', promised));
  }
  for (const [what, filter] of [
    ['all', {}],
    ['of the busy number', { number: '1000' }],
    ['of a common tag', { tag: 'checked' }],
  ] as const) {
    const begunAt = performance.now();
    const found = await library.countRecordings(scope, filter, 1_000_000);
    const ms = performance.now() - begunAt;
    say(`export counts ${found} ${what}: ${ms.toFixed(0)} ms`);
    rows.push(benchRow(`${title}: an export counts ${found} recordings ${what}`, ms, 'ms'));
  }
  return rows;
};

const measure = async (title: string, options: DatabaseOptions): Promise<BenchRow[]> => {
  say(title);
  const database = await openDatabase(options);
  await database.migrate();
  const rig = await openApiRig({
    database: { database, options, drop: () => database.close() },
  });
  try {
    await fill(database, { tenantId: rig.first, rowCount, say });
    // Of an earlier run on the same rows.
    await database.executeSql(`delete from users where role <> 'owner'`);
    const people = {
      admin: await rig.signedIn(rig.first, 'admin'),
      supervisor: await rig.signedIn(rig.first, 'supervisor', { queueIds: ownQueues }),
      agent: await rig.signedIn(rig.first, 'agent', { agentId: ownAgent }),
    };
    const place = { title, rig, people };
    await warmUp(place);
    const all: number[] = [];
    const rows = [...(await askLists(place, all)), ...(await askSearch(place, all))];
    const slowest = rows.toSorted((a, b) => b.value - a.value)[0];
    if (slowest)
      rows.unshift(
        promisedRow(`${slowest.figure}: the slowest question`, slowest.value, 'ms', promised),
      );
    rows.unshift(promisedRow(`${title}: lists and search together, p95`, p95(all), 'ms', promised));
    for (const list of lists) rows.push(...(await askCombinations(place, list, [])));
    rows.push(...(await askExports(place)));
    const indexes = await indexesOf(database);
    for (const table of lists)
      rows.push(
        benchRow(
          `${title}: indexes of ${table}`,
          indexes.filter((each) => each.table === table).length,
          '',
        ),
      );
    return rows;
  } finally {
    await rig.close();
  }
};

const measurePostgres = async (): Promise<BenchRow[]> => {
  if (kept.url !== undefined) return measure('PostgreSQL', { url: kept.url, folder: '' });
  const cluster = await openPostgresCluster();
  try {
    return await measure('PostgreSQL', { url: cluster.url, folder: '' });
  } finally {
    await cluster.drop();
  }
};

const measureEmbedded = async (): Promise<BenchRow[]> => {
  if (kept.folder !== undefined) return measure('embedded', { folder: kept.folder });
  const folder = mkdtempSync(join(tmpdir(), 'bench-lists-'));
  try {
    return await measure('embedded', { folder: join(folder, 'db') });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const run = async (): Promise<BenchResult> => {
  const rows: BenchRow[] = [];
  if (!isKept || kept.url !== undefined) rows.push(...(await measurePostgres()));
  if (!isKept || kept.folder !== undefined) rows.push(...(await measureEmbedded()));
  return { rows, complete: isFull && !isKept };
};
