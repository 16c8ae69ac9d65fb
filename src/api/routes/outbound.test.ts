import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sineSamples, wavFile } from '../../../tests/rig/audio-files.ts';
import { type ApiRig, type Client, openApiRig } from '../../../tests/rig/api-rig.ts';
import { formOf } from '../../../tests/rig/form.ts';

let rig: ApiRig;
let client: Client;
const callerNumber = '+12025550199';

before(async () => {
  rig = await openApiRig();
  client = await rig.signedIn(rig.first, 'admin');
  const trunk = {
    name: 'Out',
    host: '127.0.0.1',
    allowedAddresses: [],
    callerNumbers: [callerNumber],
  };
  assert.equal((await client.request('POST', '/trunks', trunk)).status, 201);
});
after(() => rig.close());

const upload = async (
  text: string | Buffer,
  fields: Readonly<Record<string, string>> = {},
  fileName = 'people.csv',
) => {
  const parts = { name: `R ${Math.random()}`, ...fields, file: Buffer.from(text as string) };
  const { body, type } = formOf(parts, fileName);
  return client.request('POST', '/rosters', body, { 'content-type': type });
};

const addAsset = async (name: string): Promise<string> => {
  const { body, type } = formOf({ name, file: wavFile(sineSamples(1)) }, 'march.wav');
  const answer = await client.request('POST', '/voice-assets', body, { 'content-type': type });
  assert.equal(answer.status, 201, answer.text);
  return String(answer.body['id']);
};

const order = (parts: object) => ({
  kind: 'automatic',
  name: 'March reminder',
  timeZone: 'Asia/Jakarta',
  callerNumbers: [callerNumber],
  notBefore: new Date(Date.now() + 3_600_000).toISOString(),
  ...parts,
});

test('a roster is uploaded, its people and issues are read page by page, and it is deleted once no task calls it', async () => {
  const made = await upload('number,name\n+12025550161,Ani\n+12025550162,\nx,Budi\n', {
    description: 'valid until May',
  });
  assert.equal(made.status, 201, made.text);
  const path = `/rosters/${String(made.body['id'])}`;
  const { body: roster } = await client.request('GET', path);
  assert.deepEqual([roster['state'], roster['people'], roster['issues']], ['ready', 2, 1]);
  const people = await client.request('GET', `${path}/people?limit=1`);
  assert.match(people.text, /\+12025550161/u);
  assert.equal(typeof people.body['nextCursor'], 'string');
  const issues = await client.request('GET', `${path}/issues`);
  assert.match(issues.text, /"line":4,"reason":"not-a-number","value":"x"/u);
  const assetId = await addAsset('In use');
  const task = await client.request(
    'POST',
    '/outbound-tasks',
    order({ voiceAssetId: assetId, rosterId: made.body['id'] }),
  );
  assert.equal(task.status, 201, task.text);
  const refused = await client.request('DELETE', path);
  assert.deepEqual([refused.status, refused.body['code']], [409, 'roster/in-use']);
  const asset = await client.request('DELETE', `/voice-assets/${assetId}`);
  assert.equal(asset.status, 409);
  assert.equal(
    asset.body['detail'],
    'This recording file is currently in use and cannot be deleted.',
  );
  assert.match((await client.request('GET', `/voice-assets/${assetId}`)).text, /March reminder/u);
  const taskPath = `/outbound-tasks/${String(task.body['id'])}`;
  assert.equal((await client.request('DELETE', taskPath)).status, 204);
  assert.equal((await client.request('DELETE', path)).status, 204);
  assert.equal((await client.request('DELETE', `/voice-assets/${assetId}`)).status, 204);
});

test('a file that is no roster is refused at its field, and no roster is there', async () => {
  const count = async () =>
    ((await client.request('GET', '/rosters')).body['items'] as object[]).length;
  const before = await count();
  for (const [answer, field, code] of [
    [await upload('number\n1\n', {}, 'people.pdf'), 'file', 'roster/format'],
    [await upload(''), 'file', 'roster/empty'],
    [await upload('PK?', {}, 'people.xlsx'), 'file', 'roster/not-a-spreadsheet'],
    [await upload('number\n1\n', { name: '  ' }), 'name', 'empty'],
    [await upload('number\n1\n', { onBadRows: 'whatever' }), 'onBadRows', 'invalid'],
  ] as const) {
    assert.ok(answer.status === 422 || answer.status === 400, answer.text);
    const [error] = answer.body['errors'] as { field: string; code: string }[];
    assert.deepEqual([error?.field, error?.code], [field, code]);
  }
  const { body, type } = formOf({ name: 'No file' });
  const none = await client.request('POST', '/rosters', body, { 'content-type': type });
  assert.match(none.text, /choose a file/u);
  assert.equal(await count(), before);
});

test('a roster sent again under one key is one roster; another file, name or choice under it is refused', async () => {
  const send = (file: string, fields: Readonly<Record<string, string>>, boundary?: string) => {
    const form = formOf({ ...fields, file: Buffer.from(file) }, 'people.csv');
    const ours = form.type.split('boundary=')[1] ?? '';
    const other = boundary ?? ours;
    const body = Buffer.from(form.body.toString().replaceAll(ours, other));
    const type = `multipart/form-data; boundary=${other}`;
    return client.request('POST', '/rosters', body, {
      'content-type': type,
      'idempotency-key': 'roster-1',
    });
  };
  const file = 'number\n+12025550171\n';
  const fields = { name: 'Sent twice', onBadRows: 'keep-good' };
  const refused = await send('', fields);
  assert.equal(refused.status, 422, 'a refusal may be mended under the same key');
  const first = await send(file, fields);
  assert.equal(first.status, 201, first.text);
  const again = await send(file, fields, 'another-boundary');
  assert.deepEqual([again.status, again.body], [201, first.body]);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  for (const another of [
    await send('number\n+12025550172\n', fields),
    await send(`${file}+12025550172\n`, fields),
    await send(file, { ...fields, name: 'Another' }),
    await send(file, { ...fields, onBadRows: 'refuse-all' }),
  ])
    assert.deepEqual(
      [another.status, another.body['code']],
      [422, 'api/idempotency-mismatch'],
      another.text,
    );
});

test('the templates can be uploaded as they are', async () => {
  for (const format of ['xlsx', 'csv']) {
    const template = await client.request('GET', `/rosters/template?format=${format}`);
    assert.match(String(template.headers['content-disposition']), new RegExp(`\\.${format}"`, 'u'));
    const made = await upload(template.bytes, {}, `t.${format}`);
    const { body } = await client.request('GET', `/rosters/${String(made.body['id'])}`);
    // The example is a number of Indonesia; whether it can be dialled is the tenant's country's affair.
    assert.equal(Number(body['people']) + Number(body['issues']), 1, JSON.stringify(body));
  }
});

test('an order with wrong fields names each, an action that makes no sense is a conflict with its reason', async () => {
  const roster = await upload('number\n+12025550161\n');
  const parts = { voiceAssetId: await addAsset('Message'), rosterId: roster.body['id'] };
  const wrong = await client.request(
    'POST',
    '/outbound-tasks',
    order({
      ...parts,
      name: 'a@b',
      callerNumbers: ['+12025550100'],
      windows: [{ days: [], from: '9', until: '1' }],
    }),
  );
  assert.equal(wrong.status, 422);
  const fields = (wrong.body['errors'] as { field: string; code: string }[]).map(
    ({ field, code }) => [field, code],
  );
  assert.deepEqual(fields, [
    ['name', 'name-signs'],
    ['windows.0', 'window-no-days'],
    ['callerNumbers', 'task/caller-number'],
  ]);
  const shape = await client.request('POST', '/outbound-tasks', order({ ...parts, tries: 4 }));
  const [tries] = shape.body['errors'] as { field: string; code: string; facts?: object }[];
  assert.deepEqual(
    [shape.status, tries?.field, tries?.code, tries?.facts],
    [400, 'tries', 'too_big', { origin: 'number', maximum: 3 }],
  );
  const made = await client.request('POST', '/outbound-tasks', order({ ...parts, name: 'Right' }));
  const path = `/outbound-tasks/${String(made.body['id'])}/actions`;
  const paused = await client.request('POST', path, { action: 'pause' });
  assert.deepEqual([paused.status, paused.body['code']], [409, 'task/not-running']);
  const stopped = await client.request('POST', path, { action: 'stop' });
  assert.equal(stopped.body['state'], 4);
});

test('results are exported as CSV that no spreadsheet computes', async () => {
  const roster = await upload('number,name\n+12025550161,Ani\n');
  const made = await client.request(
    'POST',
    '/outbound-tasks',
    order({ name: 'Export', voiceAssetId: await addAsset('Export'), rosterId: roster.body['id'] }),
  );
  const taskId = String(made.body['id']);
  await rig.database.database.kysely
    .insertInto('outboundCallees')
    .values({
      taskId,
      position: 2,
      tenantId: rig.first,
      number: '+12025550161',
      name: '=HYPERLINK("x"),y',
      timeZone: 'UTC',
      variables: null,
      dueAt: new Date(),
      callOrder: 1,
      endStatus: 'ok',
    })
    .execute();
  await rig.database.database.kysely
    .insertInto('outboundAttempts')
    .values({
      id: 'session-1',
      taskId,
      tenantId: rig.first,
      position: 2,
      attempt: 1,
      node: 'n',
      number: '+12025550161',
      callerNumber,
      startedAt: new Date(0),
      endedAt: new Date(5000),
      answeredAt: new Date(1000),
      endStatus: 'ok',
      playedMs: 4000,
      playCompleted: true,
      disposition: 'message',
      agentId: null,
      agentAfterMs: null,
    })
    .execute();
  const csv = await client.request('GET', `/outbound-tasks/${taskId}/results`);
  assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8');
  const [, line] = csv.text.split('\r\n');
  assert.equal(
    line,
    'session-1,+12025550161,"\'=HYPERLINK(""x""),y",1,+12025550199,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.000Z,' +
      '1970-01-01T00:00:05.000Z,ok,1,4000,true,false,message,,',
  );
  const abandoned = await client.request('GET', `/outbound-tasks/${taskId}/results?only=abandoned`);
  assert.equal(abandoned.text.trim().split('\r\n').length, 1);
  const outcomes = await client.request('GET', `/outbound-tasks/${taskId}/outcomes`);
  assert.deepEqual(outcomes.body['items'], [
    { from: '1970-01-01T00:00:05.000Z', answered: 1, unanswered: 0, abandoned: 0 },
  ]);
});

test('numbers go on the do-not-call list and off it', async () => {
  const added = await client.request('POST', '/do-not-call', {
    numbers: ['+1 202-555-0133'],
    note: 'asked',
  });
  assert.deepEqual(added.body, { added: 1 });
  const wrong = await client.request('POST', '/do-not-call', { numbers: ['+12025550134', 'x'] });
  assert.deepEqual(
    [wrong.status, (wrong.body['errors'] as { field: string }[])[0]?.field],
    [422, 'numbers.1'],
  );
  assert.match((await client.request('GET', '/do-not-call?search=0133')).text, /\+12025550133/u);
  assert.equal((await client.request('DELETE', '/do-not-call/%2B12025550133')).status, 204);
  assert.equal((await client.request('DELETE', '/do-not-call/%2B12025550133')).status, 404);
});

test('a dial pad asks whether a number is on the do-not-call list, however it is written; a call to it goes out with a warning', async () => {
  const listed = '+12025550142';
  await client.request('POST', '/do-not-call', { numbers: [listed], note: 'asked on 3 May' });
  const ask = (number: string) =>
    client.request('GET', `/do-not-call/${encodeURIComponent(number)}`);
  for (const written of [listed, '+1 (202) 555-0142']) {
    const answer = await ask(written);
    assert.deepEqual(
      [answer.status, answer.body['number'], answer.body['note']],
      [200, listed, 'asked on 3 May'],
      written,
    );
  }
  for (const other of ['+12025550143', '112', 'nobody'])
    assert.equal((await ask(other)).status, 404);
  const agent = await client.request('POST', '/agents', {
    email: 'dial@first.test',
    name: 'Ani',
    agentId: 'D1',
    sipUsername: 'dial1',
    sipPassword: 'correct horse battery',
  });
  const dial = (to: string) =>
    client.request('POST', '/calls', { type: 'AgentOutbound', to, agentId: agent.body['id'] });
  const warned = await dial(listed);
  assert.deepEqual([warned.status, warned.body['warnings']], [201, ['do-not-call']], warned.text);
  const plain = await dial('+12025550143');
  assert.deepEqual([plain.status, plain.body['warnings']], [201, []]);
});
