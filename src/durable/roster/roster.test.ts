import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { openDiskObjectStore } from '#adapters/disk/object-store.ts';
import { sqlDoNotCallRows } from '#adapters/postgres/outbound/do-not-call.ts';
import { sqlRosterRows } from '#adapters/postgres/outbound/rosters.ts';
import { spreadsheets } from '#adapters/xlsx/spreadsheets.ts';
import { writeWorkbook, zipOf } from '#adapters/xlsx/write-workbook.ts';
import { Fault } from '#base/fault.ts';
import type { AuditNote, Principal } from '#ports/administration.ts';
import type { Jobs } from '#ports/jobs.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { NewRoster, RosterView, SheetRow } from '#ports/rosters.ts';
import { FakeFeed, FakeLog, StillClock } from '../../../tests/rig/fake-call-world.ts';
import { adminOf } from '../../../tests/rig/principal.ts';
import {
  addTestTenant,
  openTestDatabase,
  type TestDatabase,
} from '../../../tests/rig/test-database.ts';
import { csvRows } from './csv.ts';
import { RosterImporter } from './import-roster.ts';
import { createDoNotCallList, createRosters } from './roster-desk.ts';
import { requeueImports, sweepRosterFiles } from './tidy-rosters.ts';

const who = adminOf('tenant-a');
const other = adminOf('tenant-b');

let db: TestDatabase;
let folder: string;
let objects: ObjectStore;
const jobs: string[] = [];
const audited: AuditNote[] = [];

before(async () => {
  db = await openTestDatabase();
  await addTestTenant(db.database);
  await addTestTenant(db.database, 'tenant-b', 2);
  folder = mkdtempSync(join(tmpdir(), 'rosters-'));
  objects = await openDiskObjectStore(folder);
});
after(async () => {
  await db.drop();
  rmSync(folder, { recursive: true, force: true });
});

const world = (more: { jobs?: Pick<Jobs, 'enqueue'> } = {}) => {
  const rows = sqlRosterRows(db.database.kysely);
  const options = {
    rows,
    doNotCall: sqlDoNotCallRows(db.database.kysely),
    objects,
    spreadsheets,
    jobs: {
      enqueue: async (_name: string, items: readonly object[]) => {
        for (const item of items as { rosterId: string }[]) jobs.push(item.rosterId);
      },
    },
    audit: async (_who: Principal, note: AuditNote) => void audited.push(note),
    countryOf: async () => ({ country: 'ID', emergencyNumbers: ['112'] }),
    changes: new FakeFeed(),
    clock: new StillClock(),
    ...more,
  };
  const importer = new RosterImporter({ ...options, log: new FakeLog() });
  return { rows, importer, desk: createRosters(options), list: createDoNotCallList(options) };
};

const bodyOf = async function* (file: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(file as string);
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
};

const draft = (file: string | Uint8Array, facts: Partial<NewRoster> = {}): NewRoster => ({
  name: `Roster ${Math.random()}`,
  description: '',
  onBadRows: 'keep-good',
  fileName: 'people.csv',
  body: bodyOf(file),
  ...facts,
});

/** Uploads and reads the rows, as the job would. */
const imported = async (file: string | Uint8Array, facts: Partial<NewRoster> = {}) => {
  const { desk, importer } = world();
  const created = await desk.create(who, draft(file, facts));
  assert.ok(created.ok, JSON.stringify(created));
  await importer.import(created.value.id, new AbortController().signal);
  const view = await desk.find(who, created.value.id);
  assert.ok(view);
  return { view, desk };
};

const refusalOf = async (file: string | Uint8Array, facts: Partial<NewRoster> = {}) => {
  const created = await world().desk.create(who, draft(file, facts));
  assert.ok(!created.ok);
  return created.error;
};

const issuesOf = async (view: RosterView) =>
  (await world().desk.issues(who, view.id, { limit: 200, cursor: null }))?.items.map(
    ({ line, reason }) => `${line} ${reason}`,
  );

test('good rows are kept, each bad one is named with its line, and a number that comes again is a duplicate', async () => {
  const csv = [
    'Number;Name;timeZone;Amount',
    '0812 3456 7890;Ani;;"1;5"',
    'nonsense;Budi',
    '+6281234567890;Ani again',
    '112;Fire',
    ';Nobody',
    '0813-1111-2222;"Citra ""C""";Asia/Jayapura;7',
    '0813-1111-2223;Dewi;Mars/Base',
    '0813-1111-2224;=1+1',
    '',
  ].join('\r\n');
  const { view, desk } = await imported(`\uFEFF${csv}`);
  assert.equal(view.state, 'ready');
  assert.deepEqual([view.people, view.issues, view.duplicates], [2, 6, 1]);
  assert.deepEqual(await issuesOf(view), [
    '3 not-a-number',
    '4 duplicate',
    '5 emergency-number',
    '6 no-number',
    '8 unknown-time-zone',
    '9 formula',
  ]);
  const people = await desk.people(who, view.id, { limit: 1, cursor: null });
  assert.deepEqual(people?.items, [
    {
      number: '+6281234567890',
      line: 2,
      name: 'Ani',
      timeZone: null,
      variables: { Amount: '1;5' },
    },
  ]);
  const next = await desk.people(who, view.id, { limit: 1, cursor: people.nextCursor });
  assert.deepEqual(next?.items[0]?.name, 'Citra "C"');
  assert.equal(next.nextCursor, null);
  assert.equal(await desk.people(other, view.id, { limit: 1, cursor: null }), null);
  assert.deepEqual(
    readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.csv')),
    [],
  );
});

test('a file with one bad row is refused as a whole when that was asked for, and nobody of it is kept', async () => {
  const { view, desk } = await imported('number\n081234567890\nx\n', { onBadRows: 'refuse-all' });
  assert.equal(view.state, 'failed');
  assert.equal(view.failure?.code, 'roster/bad-rows');
  assert.equal((await desk.people(who, view.id, { limit: 5, cursor: null }))?.items.length, 0);
  assert.deepEqual(await issuesOf(view), ['3 not-a-number']);
});

test('an import that was broken off is done again from its beginning', async () => {
  const { desk, importer, rows } = world();
  const created = await desk.create(who, draft('number\n081234567890\n081234567891\n'));
  assert.ok(created.ok);
  const roster = await rows.toImport(created.value.id);
  assert.ok(roster);
  const person = { number: '+6281234567890', line: 2, name: null, timeZone: null, variables: {} };
  await rows.add(roster, { people: [person], issues: [], readBytes: 9 });
  await importer.import(created.value.id, new AbortController().signal);
  await importer.import(created.value.id, new AbortController().signal);
  const view = await desk.find(who, created.value.id);
  assert.deepEqual([view?.state, view?.people, view?.duplicates], ['ready', 2, 0]);
});

test('the spreadsheet template can be filled in and read back; numbers stored as numbers are read as shown', async () => {
  const { desk } = world();
  const { view } = await imported(desk.template('xlsx'), { fileName: 'Template.XLSX' });
  assert.deepEqual([view.state, view.people, view.issues], ['ready', 1, 0]);
  const numeric = rezip(writeWorkbook([['number']]), (xml) =>
    xml.replace('</sheetData>', '<row><c><v>8.1234567890E10</v></c></row></sheetData>'),
  );
  const rows: SheetRow[] = [];
  for await (const portion of spreadsheets.rows(numeric)) rows.push(...portion);
  assert.deepEqual(rows.at(-1), { line: 2, cells: ['81234567890'] });
});

const sheetPart = 'xl/worksheets/sheet1.xml';

/** The same workbook with one part changed. */
const rezip = (zip: Uint8Array, change: (xml: string) => string): Uint8Array => {
  const parts = unzip(zip);
  return zipOf({ ...parts, [sheetPart]: change(parts[sheetPart] ?? '') });
};

test('formulas, macros, zip bombs, other files and empty ones are refused before anything is kept', async () => {
  const workbook = writeWorkbook([['number'], ['081234567890']]);
  const xlsx = { fileName: 'people.xlsx' };
  const formula = rezip(workbook, (xml) =>
    xml.replace('</sheetData>', '<row r="3"><c r="A3"><f>1+1</f><v>2</v></c></row></sheetData>'),
  );
  const macro = zipOf({ ...unzip(workbook), 'xl/vbaProject.bin': 'x' });
  const bomb = zipOf({ ...unzip(workbook), 'xl/sharedStrings.xml': ' '.repeat(50 * 2 ** 20) });
  for (const [file, facts, code] of [
    [formula, xlsx, 'roster/formula'],
    [macro, xlsx, 'roster/macro'],
    [bomb, xlsx, 'roster/zip-bomb'],
    ['not a zip', xlsx, 'roster/not-a-spreadsheet'],
    [workbook.subarray(0, 300), xlsx, 'roster/not-a-spreadsheet'],
    ['', {}, 'roster/empty'],
    ['number\n', { fileName: 'people.pdf' }, 'roster/format'],
  ] as const) {
    const refusal = await refusalOf(file, facts);
    assert.equal(refusal.code, code);
    assert.equal(refusal.errors?.[0]?.field, 'file', code);
  }
  assert.equal((await refusalOf('number\n', { name: '  ' })).errors?.[0]?.field, 'name');
  assert.deepEqual(
    readdirSync(folder, { recursive: true }).filter((name) => /\.(csv|xlsx)/u.test(String(name))),
    [],
  );
  const { view } = await imported(Buffer.from([0xff, 0xfe, 0x41, 0x00]));
  assert.deepEqual([view.state, view.failure?.code], ['failed', 'roster/not-a-table']);
});

const storedFiles = (): readonly string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.(csv|xlsx)$/u.test(name))
    .sort();

test('an upload whose reading cannot be ordered leaves no roster and no file, and its name is free', async () => {
  const before = storedFiles();
  const away = world({
    jobs: {
      enqueue: async () => {
        throw new Fault('database/away', 'the server has gone', { retry: 'later' });
      },
    },
  });
  const facts = { name: 'Cut in two' };
  await assert.rejects(away.desk.create(who, draft('number\n081234567890\n', facts)), {
    code: 'database/away',
  });
  assert.deepEqual(storedFiles(), before);
  const again = await world().desk.create(who, draft('number\n081234567890\n', facts));
  assert.ok(again.ok, JSON.stringify(again));
  assert.ok((await world().desk.remove(who, again.value.id)).ok);
});

test('a roster that waits for its reading gets its job at a start, and of old files only those that are awaited stay', async () => {
  const { desk, rows } = world();
  const waiting = await desk.create(who, draft('number\n081234567890\n'));
  assert.ok(waiting.ok);
  const ordered: unknown[] = [];
  const enqueue = async (_name: string, items: readonly object[]) => void ordered.push(...items);
  await requeueImports({ rows, jobs: { enqueue } });
  assert.deepEqual(ordered, [{ rosterId: waiting.value.id }]);
  const { view: read } = await imported('number\n081234567890\n');
  const kept = storedFiles();
  const left = ['nobody.csv', `${read.id}.xlsx`, 'young.csv'].map((n) => `rosters/tenant-a/${n}`);
  for (const key of left) await objects.put(key, Buffer.from('081234567890'));
  const longAgo = Date.now() / 1000 - 3700;
  for (const key of [...left.slice(0, 2), ...kept]) utimesSync(join(folder, key), longAgo, longAgo);
  const swept = await sweepRosterFiles({ rows, objects, clock: systemClock });
  assert.equal(swept, 2);
  assert.deepEqual(storedFiles(), [...kept, 'rosters/tenant-a/young.csv'].sort());
  await objects.delete('rosters/tenant-a/young.csv');
  assert.ok((await desk.remove(who, waiting.value.id)).ok);
});

test('of a roster that goes before it is read, or is given up, the uploaded numbers go too', async () => {
  const { desk, importer } = world();
  const stored = (): readonly string[] =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => /\.(csv|xlsx)$/u.test(name));
  const before = stored();
  const removed = await desk.create(who, draft('number\n081234567890\n', { name: 'Removed' }));
  assert.ok(removed.ok);
  assert.equal(stored().length, before.length + 1, 'kept until it is read');
  assert.ok((await desk.remove(who, removed.value.id)).ok);
  assert.deepEqual(stored(), before);
  const givenUp = await desk.create(who, draft('number\n081234567890\n', { name: 'Given up' }));
  assert.ok(givenUp.ok);
  await importer.giveUp(givenUp.value.id, 'the disk is full');
  assert.deepEqual(stored(), before);
});

test('two rosters cannot have one name, another tenant may, and a stranger finds neither', async () => {
  const { desk } = world();
  const first = await desk.create(who, draft('number\n081234567890\n', { name: 'March' }));
  assert.ok(first.ok);
  assert.equal((await refusalOf('number\n1\n', { name: 'march ' })).code, 'roster/name-taken');
  assert.ok((await desk.create(other, draft('number\n1\n', { name: 'March' }))).ok);
  assert.equal(await desk.find(other, first.value.id), null);
  assert.equal((await desk.remove(other, first.value.id)).ok, false);
  assert.equal((await desk.change(other, first.value.id, { name: 'x' })).ok, false);
  assert.ok((await desk.change(who, first.value.id, { description: 'in use' })).ok);
  assert.ok((await desk.remove(who, first.value.id)).ok);
  assert.ok(audited.some((note) => note.action === 'roster.delete'));
});

test('of two people who edit one roster the second is told, also when both save at one moment', async () => {
  const { desk } = world();
  const made = await desk.create(who, draft('number\n081234567890\n', { name: 'Edited' }));
  assert.ok(made.ok);
  const { id, version } = made.value;
  const first = await desk.change(who, id, { description: 'mine' }, version);
  assert.ok(first.ok);
  const second = await desk.change(who, id, { description: 'yours' }, version);
  assert.equal(!second.ok && second.error.code, 'api/changed-meanwhile');
  assert.equal((await desk.find(who, id))?.description, 'mine');
  const both = await Promise.all(
    ['a', 'b'].map((description) => desk.change(who, id, { description }, first.value.version)),
  );
  assert.deepEqual(both.map(({ ok }) => ok).sort(), [false, true]);
});

test('numbers are put on the do-not-call list in E.164, each wrong one is named, and they can be taken off again', async () => {
  const { list } = world();
  assert.deepEqual(
    await list.add(who, ['0812 1111 2222', '+62 812 1111 2222', '0812 1111 2223'], ''),
    {
      ok: true,
      value: { added: 2 },
    },
  );
  const wrong = await list.add(who, ['0812 1111 2224', 'abc', '112'], '');
  assert.deepEqual(!wrong.ok && wrong.error.errors?.map(({ field }) => field), [
    'numbers.1',
    'numbers.2',
  ]);
  const page = await list.list(who, { limit: 10, cursor: null }, '2222');
  assert.deepEqual(
    page.items.map(({ number, source }) => [number, source]),
    [['+6281211112222', 'person']],
  );
  assert.equal((await list.list(other, { limit: 10, cursor: null }, '')).items.length, 0);
  assert.equal((await list.remove(other, '+6281211112222')).ok, false);
  assert.equal((await list.remove(who, '+6281211112222')).ok, true);
});

test('CSV is read the same however its bytes are cut, with quotes over lines and any line end', async () => {
  const text = 'a,b\r\n"1\n2","say ""x"""\nlast,é';
  const whole = Buffer.from(text);
  for (const size of [1, 2, 3, 7, 100]) {
    const rows: SheetRow[] = [];
    const pieces = (async function* () {
      for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
    })();
    for await (const portion of csvRows(pieces)) rows.push(...portion.rows);
    assert.deepEqual(rows, [
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1\n2', 'say "x"'] },
      { line: 4, cells: ['last', 'é'] },
    ]);
  }
});

const unzip = (bytes: Uint8Array): Record<string, string> => {
  const zip = Buffer.from(bytes);
  const parts: Record<string, string> = {};
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
    const packed = zip.readUInt32LE(at + 18);
    const from = at + 30 + zip.readUInt16LE(at + 26);
    const body = inflateRawSync(zip.subarray(from, from + packed));
    parts[zip.toString('utf8', at + 30, from)] = body.toString();
    at = from + packed;
  }
  return parts;
};
