import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { Statements } from './statements.ts';

let engine: PGlite;
let statements: Statements;

before(async () => {
  engine = new PGlite();
  await engine.waitReady;
});
after(() => engine.close());

beforeEach(async () => {
  await engine.exec(`
    deallocate all;
    drop table if exists things;
    create table things (
      id text primary key, small int, large bigint, at timestamptz, facts jsonb, words text[], is_on boolean, bytes bytea,
      share double precision, price numeric
    )`);
  statements = new Statements(engine, { mostKnown: 3 });
});

const row = (id: string): readonly unknown[] => [
  id,
  7,
  2 ** 40,
  new Date('2026-01-02T03:04:05.678Z'),
  JSON.stringify({ a: [1, null, 'ü'] }),
  ['one', 'two, "three"'],
  true,
  new Uint8Array([0, 1, 255]),
  0.25,
];
const insert =
  'insert into things (id, small, large, at, facts, words, is_on, bytes, share) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)';
const byId = 'select * from things where id = $1';

const prepared = async (): Promise<readonly string[]> => {
  const { rows } = await engine.query<{ statement: string }>(
    'select statement from pg_prepared_statements where statement like $1 order by statement',
    ['%things%'],
  );
  return rows.map(({ statement }) => statement).filter((text) => !text.includes('pg_prepared'));
};

test('answers as PGlite itself does, the first time and every other', async () => {
  for (const id of ['first', 'again', 'once more']) {
    const written = await statements.run(insert, row(id));
    assert.equal(written.affectedRows, 1);
    assert.equal(written.command, 'INSERT');
    const { rows, command } = await statements.run(byId, [id]);
    const theirs = await engine.query(byId, [id]);
    assert.deepEqual(rows, theirs.rows);
    assert.equal(command, 'SELECT');
  }
  const nothing = [null, null, undefined, null, null, null, null, null];
  await statements.run(insert, ['empty', ...nothing]);
  assert.deepEqual(
    (await statements.run(byId, ['empty'])).rows,
    (await engine.query(byId, ['empty'])).rows,
  );
  assert.deepEqual((await statements.run(byId, ['nobody'])).rows, []);
  const changed = await statements.run(
    'update things set small = small + $1 where small = $2 returning id',
    [1, 7],
  );
  assert.equal(changed.affectedRows, 3);
  assert.deepEqual(changed.rows.map((each) => (each as { id: string }).id).sort(), [
    'again',
    'first',
    'once more',
  ]);
});

test('what searches is planned for what it asks, and what is as long as its values is not kept', async () => {
  await statements.run(byId, ['x']);
  await statements.run('select id from things order by id limit $1', [2]);
  await statements.run('select count(*) from things where at > $1', [new Date()]);
  await statements.run('select count(*) from things group by small', []);
  await statements.run(`select '${'x'.repeat(5000)}' as things`, []);
  assert.deepEqual(await prepared(), [byId]);
});

test('no more is kept than was said, and what was used last is', async () => {
  const texts = ['small', 'large', 'at', 'facts'].map(
    (column) => `select ${column} from things where id = $1`,
  );
  for (const text of texts.slice(0, 3)) await statements.run(text, ['x']);
  await statements.run(texts[0] ?? '', ['x']);
  await statements.run(texts[3] ?? '', ['x']);
  assert.deepEqual(await prepared(), [texts[0], texts[2], texts[3]].sort());
});

test('a table that changes is read as it is now', async () => {
  await statements.run(insert, row('a'));
  await statements.run(byId, ['a']);
  await statements.run('alter table things add column more text default $$new$$', []);
  assert.deepEqual(await prepared(), []);
  const { rows } = await statements.run(byId, ['a']);
  assert.equal((rows[0] as { more: string }).more, 'new');
});

test('a change that was rolled back, or hidden in a function, costs its reader nothing', async () => {
  await statements.run(insert, row('a'));
  await statements.run('start transaction', []);
  await statements.run('alter table things add column more text', []);
  await statements.run(byId, ['a']);
  await statements.run('rollback', []);
  assert.ok(!('more' in ((await statements.run(byId, ['a'])).rows[0] as object)));

  await statements.script(`
    create or replace function change_things() returns void language plpgsql as
      $$ begin alter table things add column later text; end $$`);
  await statements.run(byId, ['a']);
  await statements.run('select change_things()', []);
  assert.ok('later' in ((await statements.run(byId, ['a'])).rows[0] as object));
});

test('in a transaction a plan that does not fit is refused once, and the next try is answered', async () => {
  await statements.run(byId, ['a']);
  await engine.exec('alter table things add column more text');
  await statements.run('start transaction', []);
  await assert.rejects(statements.run(byId, ['a']), { code: '0A000' });
  await statements.run('rollback', []);
  assert.deepEqual((await statements.run(byId, ['a'])).rows, []);
});

test('what is said without parameters, by the job queue twice a second, lets nothing be forgotten', async () => {
  await statements.run(byId, ['a']);
  for (const text of [
    "with next as (select id from things where id = 'a' for update skip locked) update things set small = 1 from next where things.id = next.id returning things.id",
    'select 1',
    'checkpoint',
    'set local statement_timeout = 0',
    "insert into things (id) values ('created') on conflict do nothing",
  ])
    await statements.script(text);
  assert.deepEqual(await prepared(), [byId]);
  await statements.script('create table if not exists other (id text); drop table other');
  assert.deepEqual(await prepared(), []);
});

test('what PostgreSQL refuses is thrown by its code, and the session goes on', async () => {
  await statements.run(insert, row('a'));
  for (let round = 0; round < 2; round++) {
    await assert.rejects(statements.run(insert, row('a')), { code: '23505' });
    await assert.rejects(statements.run('select * from nowhere where id = $1', ['a']), {
      code: '42P01',
    });
    await assert.rejects(statements.run('select 1 / $1::int as things', [0]), { code: '22012' });
    assert.equal((await statements.run(byId, ['a'])).rows.length, 1);
  }
});

test('numbers of a type that has no writer are written as they read', async () => {
  for (const price of [10n, 2.5, NaN, '3.25']) {
    const { rows } = await statements.run('select $1::numeric::text as things', [price]);
    assert.equal((rows[0] as { things: string }).things, String(price));
  }
});

test('a transaction that failed refuses everything until it is rolled back, known or new, and nothing of it stays', async () => {
  await statements.run(byId, ['a']);
  await statements.run('start transaction', []);
  await statements.run(insert, row('a'));
  await assert.rejects(statements.run(insert, row('a')), { code: '23505' });
  await assert.rejects(statements.run(byId, ['a']), { code: '25P02' });
  await assert.rejects(statements.run('select small from things where id = $1', ['a']), {
    code: '25P02',
  });
  await statements.run('rollback', []);
  assert.deepEqual((await statements.run(byId, ['a'])).rows, []);
  assert.deepEqual(
    (await statements.run('select small from things where id = $1', ['a'])).rows,
    [],
  );
});

test('a notice of the database is heard while known statements run', async () => {
  const heard: string[] = [];
  await engine.listen('things', (payload) => heard.push(payload));
  for (const word of ['one', 'two'])
    await statements.run('select pg_notify($1, $2)', ['things', word]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(heard, ['one', 'two']);
});
