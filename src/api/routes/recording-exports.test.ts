import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fromBuffer } from 'yauzl';
import { Fault } from '#base/fault.ts';
import { openApiRig, type ApiRig, type Client } from '../../../tests/rig/api-rig.ts';
import { addRecordings } from '../../../tests/rig/recording-rows.ts';

let rig: ApiRig;
let admin: Client;

before(async () => {
  rig = await openApiRig();
  admin = await rig.signedIn(rig.first, 'admin');
  await addRecordings(rig.database.database, rig.first, 450);
  const { kysely } = rig.database.database;
  await kysely
    .updateTable('recordings')
    .set({ caller: '=cmd|calc', state: 'failed', failureReason: 'disk/full' })
    .where('id', '=', 'recording-3')
    .execute();
  for (const n of [1, 2]) rig.audio.set(`recording-${n}-mixed.mp3`, Buffer.alloc(70_000, `${n}`));
});
after(() => rig.close());

const order = async (body: object, who = admin): Promise<Record<string, unknown>> => {
  const answer = await who.request('POST', '/recording-exports', body);
  assert.equal(answer.status, 201, answer.text);
  return (await who.request('GET', `/recording-exports/${String(answer.body['id'])}`)).body;
};
const fileOf = ({ id }: Record<string, unknown>, headers = {}, who = admin) =>
  who.request('GET', `/recording-exports/${String(id)}/file`, undefined, headers);

/** Names and texts, as a second program's reader sees them. */
const opened = (zip: Buffer): Promise<Map<string, Buffer>> =>
  new Promise((resolve, reject) => {
    const files = new Map<string, Buffer>();
    fromBuffer(zip, { lazyEntries: true }, (error, archive) => {
      if (error) {
        reject(error);
        return;
      }
      archive.on('end', () => resolve(files));
      archive.on('error', reject);
      archive.on('entry', (entry: { fileName: string }) =>
        archive.openReadStream(entry as never, (problem, stream) => {
          if (problem) {
            reject(problem);
            return;
          }
          void stream.toArray().then((pieces: Buffer[]) => {
            files.set(entry.fileName, Buffer.concat(pieces));
            archive.readEntry();
          }, reject);
        }),
      );
      archive.readEntry();
    });
  });

const ids = ['recording-1', 'recording-2', 'recording-3', 'recording-4'];

test('a list of all that the filter shows has a line each, over several pages, and runs nothing in a spreadsheet', async () => {
  const exported = await order({ kind: 'csv' });
  assert.deepEqual([exported['state'], exported['total'], exported['done']], ['ready', 450, 450]);
  const { text, headers } = await fileOf(exported);
  const lines = text.trimEnd().split('\r\n');
  assert.equal(lines.length, 451);
  assert.equal(new Set(lines).size, 451);
  assert.match(
    String(headers['content-disposition']),
    /^attachment; filename="recordings-\d+\.csv"$/,
  );
  assert.ok(text.includes(",'=cmd|calc,"), 'a formula became text');
});

test('an archive holds the chosen recordings word for word, and its manifest says why one is missing', async () => {
  const exported = await order({ kind: 'zip', ids });
  assert.deepEqual([exported['state'], exported['total'], exported['missing']], ['ready', 4, 2]);
  const files = await opened((await fileOf(exported)).bytes);
  assert.deepEqual([...files.keys()].sort(), [
    'call-call-1.mp3',
    'call-call-2.mp3',
    'manifest.csv',
  ]);
  assert.deepEqual(files.get('call-call-2.mp3'), Buffer.alloc(70_000, '2'));
  const manifest = files.get('manifest.csv')?.toString() ?? '';
  assert.match(manifest, /,disk\/full,recording-3,/);
  assert.match(manifest, /,not-ready,recording-4,/);
  assert.match(manifest, /call-call-1\.mp3,,recording-1,/);
});

test('a recording that is not in the data folder is missing from an archive and keeps none of the others out', async () => {
  rig.away.set('recording-1', new Fault('recording/not-in-folder', 'not here'));
  const exported = await order({ kind: 'zip', ids });
  rig.away.clear();
  assert.deepEqual([exported['state'], exported['total'], exported['missing']], ['ready', 4, 3]);
  const files = await opened((await fileOf(exported)).bytes);
  const manifest = files.get('manifest.csv')?.toString() ?? '';
  assert.match(manifest, /,recording\/not-in-folder,recording-1,/);
});

test('a download that broke off goes on where it was, and only in the same file', async () => {
  const exported = await order({ kind: 'zip', ids });
  const whole = await fileOf(exported);
  const etag = String(whole.headers['etag']);
  const rest = await fileOf(exported, { range: 'bytes=1000-', 'if-range': etag });
  assert.equal(rest.status, 206);
  assert.deepEqual(rest.bytes, whole.bytes.subarray(1000));
  const other = await fileOf(exported, { range: 'bytes=1000-', 'if-range': '"another"' });
  assert.equal(other.status, 200);
  await admin.request('DELETE', `/recording-exports/${String(exported['id'])}`);
  assert.equal((await fileOf(exported)).status, 404);
});

test('each recording that leaves the house stands in the audit log by name of the export', async () => {
  const exported = await order({ kind: 'zip', ids: ['recording-1'] });
  const { body } = await admin.request(
    'GET',
    '/audit-log?action=recording.download&subjectId=recording-1',
  );
  const items = body['items'] as { detail: { exportId: string } }[];
  assert.ok(items.some(({ detail }) => detail.exportId === exported['id']));
});

test('an agent may not export, a supervisor of no queue finds nothing, a colleague does not see the file', async () => {
  const agent = await rig.signedIn(rig.first, 'agent');
  assert.equal((await agent.request('POST', '/recording-exports', { kind: 'csv' })).status, 403);
  const supervisor = await rig.signedIn(rig.first, 'supervisor', { queueIds: [] });
  const refused = await supervisor.request('POST', '/recording-exports', { kind: 'csv' });
  assert.equal(refused.body['code'], 'export/nothing');
  const mine = await order({ kind: 'csv' });
  const colleague = await rig.signedIn(rig.first, 'admin');
  assert.equal((await fileOf(mine, {}, colleague)).status, 404);
});

test('the eleventh export of a person is refused until one is removed', async () => {
  const auditor = await rig.signedIn(rig.first, 'auditor');
  for (let n = 0; n < 10; n++) await order({ kind: 'csv', ids: ['recording-1'] }, auditor);
  const eleventh = await auditor.request('POST', '/recording-exports', { kind: 'csv' });
  assert.equal(eleventh.body['code'], 'export/too-many');
});

test('an order is refused while the disk has no room but what is kept for calls', async () => {
  rig.disk.hasRoom = false;
  const answer = await admin.request('POST', '/recording-exports', { kind: 'csv' });
  assert.deepEqual([answer.status, answer.body['code']], [507, 'disk/low']);
  rig.disk.hasRoom = true;
  assert.equal((await admin.request('POST', '/recording-exports', { kind: 'csv' })).status, 201);
});
