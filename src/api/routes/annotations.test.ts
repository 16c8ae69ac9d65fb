import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openApiRig, type Answer, type ApiRig, type Client } from '../../../tests/rig/api-rig.ts';
import { addRecordings } from '../../../tests/rig/recording-rows.ts';

let rig: ApiRig;
let admin: Client;
let supervisor: Client;
let auditor: Client;

before(async () => {
  rig = await openApiRig();
  admin = await rig.signedIn(rig.first, 'admin');
  auditor = await rig.signedIn(rig.first, 'auditor');
  await addRecordings(rig.database.database, rig.first, 6);
  const queue = await admin.request('POST', '/queues', { name: 'Service' });
  const queueId = String(queue.body['id']);
  await rig.database.database.kysely.updateTable('recordings').set({ queueId }).execute();
  supervisor = await rig.signedIn(rig.first, 'supervisor', { queueIds: [queueId] });
});
after(() => rig.close());

const path = '/recordings/recording-1';
const write = (client: Client, text: string, momentMs: number | null = null) =>
  client.request('POST', `${path}/notes`, { text, momentMs });
interface NoteAnswer {
  readonly id: string;
  readonly text: string;
  readonly version: number;
  readonly momentMs: number | null;
  readonly mayEdit: boolean;
  readonly mayRemove: boolean;
}
const notesOf = async (client: Client): Promise<readonly NoteAnswer[]> =>
  (await client.request('GET', `${path}/notes`)).body['items'] as NoteAnswer[];
const listed = async (query: string): Promise<readonly string[]> => {
  const { body } = await admin.request('GET', `/recordings?${query}`);
  return (body['items'] as { id: string }[]).map(({ id }) => id);
};

test('a note is kept word for word with its moment, oldest first, and others read who wrote it', async () => {
  assert.equal((await write(supervisor, ' <b>Refund</b> promised ', 83_000)).status, 201);
  assert.equal((await write(admin, 'Done')).status, 201);
  const notes = await notesOf(auditor);
  assert.deepEqual(
    notes.map(({ text, momentMs, mayEdit, mayRemove }) => [text, momentMs, mayEdit, mayRemove]),
    [
      ['<b>Refund</b> promised', 83_000, false, false],
      ['Done', null, false, false],
    ],
  );
});

test('people edit their own notes only; an administrator may remove those of others; an auditor writes none', async () => {
  const [first, second] = await notesOf(supervisor);
  assert.ok(first && second);
  assert.deepEqual([first.mayEdit, first.mayRemove, second.mayRemove], [true, true, false]);
  const edit = { text: 'Refund paid' };
  assert.equal((await admin.request('PATCH', `${path}/notes/${first.id}`, edit)).status, 403);
  assert.equal((await supervisor.request('PATCH', `${path}/notes/${first.id}`, edit)).status, 200);
  assert.equal((await supervisor.request('DELETE', `${path}/notes/${second.id}`)).status, 403);
  assert.equal((await write(auditor, 'No')).status, 403);
  assert.equal((await admin.request('DELETE', `${path}/notes/${first.id}`)).status, 204);
  assert.deepEqual(
    (await notesOf(admin)).map(({ text }) => text),
    ['Done'],
  );
});

test('whoever edits a text of a note that is no longer in force is told', async () => {
  const { id, version } = JSON.parse((await write(supervisor, 'First')).text) as NoteAnswer;
  const edit = (text: string, seen: number): Promise<Answer> =>
    supervisor.request('PATCH', `${path}/notes/${id}`, { text, version: seen });
  const first = await edit('Of one window', version);
  assert.deepEqual([first.status, first.body['version']], [200, version + 1]);
  const second = await edit('Of another window', version);
  assert.deepEqual([second.status, second.body['code']], [409, 'api/changed-meanwhile']);
  assert.equal((await notesOf(supervisor)).find((note) => note.id === id)?.text, 'Of one window');
  assert.equal((await supervisor.request('DELETE', `${path}/notes/${id}`)).status, 204);
});

test('a note of nothing and a note of 4,001 characters are refused by field', async () => {
  for (const text of ['  ', 'x'.repeat(4001)]) {
    const { status, body } = await write(admin, text);
    assert.equal(status, 400);
    assert.equal((body['errors'] as { field: string }[])[0]?.field, 'text');
  }
});

test('tags are spelled one way, stand in the list, and find their recordings newest first', async () => {
  const tags = ['Complaint', ' complaint ', 'VIP  guest'];
  const { status, body } = await admin.request('PUT', `${path}/tags`, { tags, version: 0 });
  assert.equal(status, 200);
  assert.deepEqual(body, { tags: ['complaint', 'vip guest'], tagsVersion: 1 });
  await admin.request('PUT', '/recordings/recording-4/tags', { tags: ['complaint'] });
  assert.deepEqual(await listed('tag=COMPLAINT'), ['recording-4', 'recording-1']);
  assert.deepEqual(await listed('tag=complaint&number=%2B12025550101&limit=1'), ['recording-4']);
  assert.deepEqual(await listed('tag=vip'), []);
  const one = await admin.request('GET', path);
  assert.deepEqual(one.body['tags'], ['complaint', 'vip guest']);
  const known = await admin.request('GET', '/recording-tags?prefix=C');
  assert.deepEqual(known.body['tags'], ['complaint']);
});

test('pages of a tag join without a gap for a supervisor of its queue', async () => {
  const first = await supervisor.request('GET', '/recordings?tag=complaint&limit=1');
  const cursor = String(first.body['nextCursor']);
  const second = await supervisor.request(
    'GET',
    `/recordings?tag=complaint&limit=1&cursor=${cursor}`,
  );
  const ids = [first, second].map(({ body }) => (body['items'] as { id: string }[])[0]?.id);
  assert.deepEqual(ids, ['recording-4', 'recording-1']);
});

test('the second of two people who change the tags is told, and nothing of the first is lost', async () => {
  const answer = await supervisor.request('PUT', `${path}/tags`, { tags: ['other'], version: 0 });
  assert.equal(answer.status, 409);
  assert.equal(answer.body['code'], 'api/changed-meanwhile');
  assert.deepEqual((await admin.request('GET', path)).body['tags'], ['complaint', 'vip guest']);
});

test('a view keeps a filter under a name of its own for its owner alone', async () => {
  const order = { list: 'recordings', name: 'Failed', filter: { state: 'failed' } };
  const made = await admin.request('POST', '/saved-views', order);
  assert.equal(made.status, 201);
  const again = await admin.request('POST', '/saved-views', { ...order, name: 'FAILED' });
  assert.equal(again.body['code'], 'view/name-taken');
  assert.equal(
    (await admin.request('POST', '/saved-views', { ...order, list: 'calls' })).status,
    400,
  );
  const own = `/saved-views/${String(made.body['id'])}`;
  assert.equal((await supervisor.request('PATCH', own, { name: 'Mine' })).status, 404);
  assert.deepEqual((await supervisor.request('GET', '/saved-views')).body['items'], []);
  assert.equal((await admin.request('PATCH', own, { name: 'Lost' })).status, 200);
  const { body } = await admin.request('GET', '/saved-views?list=recordings');
  assert.deepEqual(
    (body['items'] as { name: string; filter: unknown }[]).map(({ name, filter }) => [
      name,
      filter,
    ]),
    [['Lost', { state: 'failed' }]],
  );
  assert.equal((await admin.request('DELETE', own)).status, 204);
});

test('the fifty-first view of a list is refused', async () => {
  for (let n = 0; n < 50; n++)
    await supervisor.request('POST', '/saved-views', { list: 'calls', name: `V${n}`, filter: {} });
  const order = { list: 'calls', name: 'One more', filter: {} };
  const answer = await supervisor.request('POST', '/saved-views', order);
  assert.equal(answer.body['code'], 'view/too-many');
});
