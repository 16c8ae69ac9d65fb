import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fault } from '#base/fault.ts';
import type { CallId } from '#core/ids.ts';
import { openApiRig, testPassword, type ApiRig, type Client } from '../../tests/rig/api-rig.ts';
import { liveCallOf } from '../../tests/rig/live-call.ts';
import { addRecordedCall } from '../../tests/rig/recording-rows.ts';
import { cookieName } from './authentication.ts';
import { readRange } from './byte-range.ts';

let rig: ApiRig;
let admin: Client;
before(async () => {
  rig = await openApiRig();
  admin = await rig.signedIn(rig.first, 'admin');
});
after(() => rig.close());

const signIn = (email: string, password: string) =>
  rig.anonymous().request('POST', '/sessions', { email, password });

test('signing in sets a cookie that scripts cannot read and other sites do not send', async () => {
  const answer = await signIn('owner@first.test', testPassword);
  assert.equal(answer.status, 201);
  const cookie = String(answer.headers['set-cookie']);
  assert.match(cookie, /^callreel_session=[\w-]{43}; .*HttpOnly/);
  assert.match(cookie, /SameSite=Strict/);
  assert.match(cookie, /Path=\//);
  assert.equal(typeof answer.body['csrfToken'], 'string');
});

test('two servers on one machine leave each other’s session alone: the cookie carries the port', () => {
  assert.equal(cookieName('http://127.0.0.1:8080'), 'callreel_session_8080');
  assert.equal(cookieName('http://127.0.0.1:8081'), 'callreel_session_8081');
  assert.equal(cookieName('https://calls.example'), '__Host-callreel_session');
  assert.equal(cookieName('https://calls.example:8443'), '__Host-callreel_session_8443');
});

test('neither the answer nor its code tells whether the e-mail or the password was wrong', async () => {
  const noUser = await signIn('nobody@first.test', testPassword);
  const wrong = await signIn('owner@first.test', 'wrong');
  for (const answer of [noUser, wrong]) {
    assert.equal(answer.status, 401);
    assert.equal(answer.body['code'], 'session/wrong-credentials');
  }
  assert.equal(noUser.body['detail'], wrong.body['detail']);
});

test('after ten wrong passwords the account waits, even with the right one', async () => {
  await rig.signedIn(rig.first, 'auditor');
  const email = `guessed@first.test`;
  const made = await admin.request('POST', '/users', {
    email,
    password: testPassword,
    role: 'auditor',
  });
  assert.equal(made.status, 201);
  for (let n = 0; n < 10; n++) assert.equal((await signIn(email, 'wrong')).status, 401);
  const limited = await signIn(email, testPassword);
  assert.equal(limited.status, 429);
  assert.ok(Number(limited.headers['retry-after']) > 60);
  assert.equal(limited.body['detail'], 'Too many attempts. Try again in 15 minutes.');
  assert.equal((await signIn('owner@first.test', testPassword)).status, 201);
});

test('signing out ends the session, and so does disabling the user', async () => {
  const leaving = await rig.signedIn(rig.first, 'admin');
  assert.equal((await leaving.request('GET', '/sessions')).status, 200);
  assert.equal((await leaving.request('DELETE', '/sessions')).status, 204);
  assert.equal((await leaving.request('GET', '/sessions')).status, 401);

  const removed = await rig.signedIn(rig.first, 'auditor');
  const me = (await removed.request('GET', '/sessions')).body['user'] as { id: string };
  const answer = await admin.request('PATCH', `/users/${me.id}`, { disabled: true });
  assert.equal(answer.status, 200);
  assert.equal((await removed.request('GET', '/sessions')).status, 401);
});

test('a write with the cookie but without the CSRF token is refused; a read is not', async () => {
  const answer = await signIn('owner@first.test', testPassword);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  const bare = rig.anonymous();
  const post = (headers: Record<string, string>) =>
    bare.request('POST', '/queues', { name: `Q ${Math.random()}` }, { cookie, ...headers });
  assert.equal((await post({})).body['code'], 'api/csrf');
  assert.equal((await post({ 'x-csrf-token': 'x'.repeat(43) })).status, 403);
  assert.equal((await post({ 'x-csrf-token': String(answer.body['csrfToken']) })).status, 201);
  assert.equal((await bare.request('GET', '/queues', undefined, { cookie })).status, 200);
});

test('every broken field is named in one problem answer', async () => {
  const answer = await admin.request('POST', '/trunks', {
    name: '',
    host: 'bad host',
    port: 70_000,
    allowedAddresses: ['10.0.0.1', '10.0.0.0/33', 'example'],
    surprise: true,
  });
  assert.equal(answer.status, 400);
  assert.match(String(answer.headers['content-type']), /application\/problem\+json/);
  const errors = answer.body['errors'] as { field: string; code: string }[];
  const told = Object.fromEntries(errors.map(({ field, code }) => [field, code]));
  // Each with a code that any language has a sentence for.
  assert.deepEqual(told, {
    '': 'unrecognized_keys',
    'allowedAddresses.1': 'not-a-source-address',
    'allowedAddresses.2': 'not-a-source-address',
    host: 'not-a-host',
    name: 'too_small',
    port: 'too_big',
  });
});

test('names of more than one line, and addresses with a zone, are refused at their field', async () => {
  const refused = async (path: string, body: object): Promise<unknown[]> => {
    const answer = await admin.request('POST', path, body);
    assert.equal(answer.status, 400);
    const errors = answer.body['errors'] as { field: string; code: string }[];
    return errors.map(({ field, code }) => `${field} ${code}`);
  };
  assert.deepEqual(await refused('/queues', { name: 'Sales\r\nX-Evil: yes' }), [
    'name not-one-line',
  ]);
  const trunk = {
    name: 'Carrier',
    host: 'fe80::1%eth0',
    username: 'a\nb',
    allowedAddresses: ['fe80::1', 'fe80::1%eth0', '[fe80::1%eth0]:5060', 'fe80::%eth0/64'],
  };
  assert.deepEqual((await refused('/trunks', trunk)).toSorted(), [
    'allowedAddresses.1 not-a-source-address',
    'allowedAddresses.2 not-a-source-address',
    'allowedAddresses.3 not-a-source-address',
    'host not-a-host',
    'username not-one-line',
  ]);
  for (const host of ['999.1.1.1', '10.0.0', '256.0.0.1'])
    assert.deepEqual(
      await refused('/trunks', { ...trunk, host, username: 'a', allowedAddresses: [] }),
      ['host not-a-host'],
    );
  const wide = {
    ...trunk,
    host: 'a.example',
    username: 'a',
    allowedAddresses: ['10.0.0.0/0', '10.0.0.0/8', '::/64'],
  };
  assert.deepEqual(await refused('/trunks', wide), [
    'allowedAddresses.0 too-wide-a-range',
    'allowedAddresses.2 too-wide-a-range',
  ]);
});

test('broken JSON, a body of another type and one that is too large are refused by name', async () => {
  const raw = (payload: string, type = 'application/json') =>
    rig.api.inject({
      method: 'POST',
      url: '/api/v1/sessions',
      headers: { 'content-type': type },
      payload,
    });
  assert.equal((await raw('{"a')).json<{ code: string }>().code, 'api/invalid-request');
  assert.equal((await raw('a=b', 'text/plain')).statusCode, 415);
  assert.equal((await raw(`"${'x'.repeat(300_000)}"`)).statusCode, 413);
  const nowhere = await rig.anonymous().request('GET', '/nowhere');
  assert.equal(nowhere.body['code'], 'api/not-found');
});

test('a repeated POST with the same Idempotency-Key is done once and answered twice, password included', async () => {
  const body = { email: 'i@x.test', name: 'I', agentId: '77', sipUsername: 'idem77' };
  const key = { 'idempotency-key': 'k-1' };
  const first = await admin.request('POST', '/agents', body, key);
  const second = await admin.request('POST', '/agents', body, key);
  assert.equal(first.status, 201);
  assert.equal(second.status, 201);
  assert.equal(second.headers['idempotency-replayed'], 'true');
  assert.deepEqual(second.body, first.body);
  assert.equal(String(first.body['sipPassword']).length, 20);
  const other = await admin.request('POST', '/agents', { ...body, name: 'J' }, key);
  assert.equal(other.body['code'], 'api/idempotency-mismatch');
  const stored = await rig.database.database.kysely
    .selectFrom('idempotencyKeys')
    .select('response')
    .execute();
  assert.ok(stored.every((row) => !row.response?.includes(String(first.body['sipPassword']))));
});

test('a refused POST may be mended and sent again under the same Idempotency-Key', async () => {
  const key = { 'idempotency-key': 'k-2' };
  const body = { number: '4711', target: { kind: 'queue', id: 'missing' } };
  assert.equal((await admin.request('POST', '/numbers', body, key)).status, 422);
  const queue = await admin.request('POST', '/queues', { name: 'For 4711' });
  const mended = { ...body, target: { kind: 'queue', id: queue.body['id'] } };
  assert.equal((await admin.request('POST', '/numbers', mended, key)).status, 201);
});

test('SIP and trunk passwords go in and never come out', async () => {
  const agent = await admin.request('POST', '/agents', {
    email: 's@x.test',
    name: 'S',
    agentId: '88',
    sipUsername: 'secret88',
    sipPassword: 'hunter2hunter2',
  });
  const trunk = await admin.request('POST', '/trunks', {
    name: 'Secret',
    host: '10.1.1.1',
    username: 'u',
    password: 'hunter2hunter2',
  });
  assert.equal(trunk.body['hasPassword'], true);
  const { kysely } = rig.database.database;
  const seen = [
    agent.text,
    trunk.text,
    (await admin.request('GET', '/agents')).text,
    (await admin.request('GET', '/trunks')).text,
    (await admin.request('GET', '/audit-log?limit=200')).text,
    JSON.stringify(await kysely.selectFrom('agents').selectAll().execute()),
    JSON.stringify(await kysely.selectFrom('trunks').selectAll().execute()),
    rig.log.join(''),
  ].join('\n');
  assert.doesNotMatch(seen, /hunter2/);
});

test('lists come page by page, each thing once, and a made-up cursor is refused', async () => {
  for (let n = 0; n < 7; n++) await admin.request('POST', '/queues', { name: `Page ${n}` });
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = await admin.request('GET', `/queues?limit=3${query}`);
    seen.push(...(page.body['items'] as { id: string }[]).map(({ id }) => id));
    cursor = page.body['nextCursor'] as string | null;
  }
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.length >= 7);
  const bad = await admin.request('GET', '/queues?cursor=%27%3B--');
  assert.equal(bad.body['code'], 'api/invalid-cursor');
  assert.equal((await admin.request('GET', '/recordings?cursor=x')).status, 400);
  assert.equal((await admin.request('GET', '/queues?limt=3')).status, 400);
});

test('what calls are recorded merges field by field, and a stale version is a conflict', async () => {
  const path = '/settings/call-recording';
  const start = await admin.request('GET', path);
  assert.deepEqual(start.body, {
    version: 0,
    useCallRecording: false,
    inbound: { record: false },
    callback: { record: false },
    agentOut: { record: false },
    dualChannel: false,
    endUserChannel: 'left',
  });
  const on = { useCallRecording: true, inbound: { record: true } };
  assert.equal((await admin.request('PUT', path, on)).body['version'], 1);
  const stale = await admin.request('PUT', path, { version: 0, dualChannel: true });
  assert.equal(stale.body['code'], 'settings/version-conflict');
  const next = await admin.request('PUT', path, { version: 1, dualChannel: true });
  assert.deepEqual(next.body['inbound'], { record: true });
  assert.equal(next.body['dualChannel'], true);
});

/** A recording of ten bytes, with its call. */
const addRecording = async (id: string, state: 'ready' | 'sealed' | 'failed'): Promise<void> => {
  const call = { id: `call-${id}`, tenantId: rig.first, outcome: 'inProgress' } as const;
  const failureReason = state === 'failed' ? 'disk/full' : null;
  const unmeasured = { durationMs: null, frames: null };
  await addRecordedCall(rig.database.database, call, { id, state, failureReason, ...unmeasured });
  if (state === 'ready') rig.audio.set(`${id}-mixed.mp3`, Buffer.from('0123456789'));
};

const uses = async (action: string, id: string): Promise<number> => {
  const rows = await rig.database.database.kysely
    .selectFrom('auditLog')
    .select('id')
    .where('action', '=', action)
    .where('subjectId', '=', id)
    .execute();
  return rows.length;
};

test('a player seeks by byte ranges, and one listening is one line in the audit log', async () => {
  await addRecording('r1', 'ready');
  const path = '/recordings/r1/renditions/mixed/audio';
  const whole = await admin.request('GET', path);
  assert.equal(whole.text, '0123456789');
  assert.equal(whole.headers['accept-ranges'], 'bytes');
  assert.equal(whole.headers['content-type'], 'audio/mpeg');
  const get = (range: string, more = {}) =>
    admin.request('GET', path, undefined, { range, ...more });
  const part = await get('bytes=2-4');
  assert.equal(part.status, 206);
  assert.equal(part.text, '234');
  assert.equal(part.headers['content-range'], 'bytes 2-4/10');
  assert.equal((await get('bytes=-3')).text, '789');
  assert.equal((await get('bytes=8-')).text, '89');
  const beyond = await get('bytes=10-');
  assert.equal(beyond.status, 416);
  assert.equal(beyond.headers['content-range'], 'bytes */10');
  const etag = String(whole.headers['etag']);
  assert.equal((await get('bytes=2-4', { 'if-range': '"other"' })).status, 200);
  assert.equal((await get('bytes=2-4', { 'if-range': etag })).status, 206);
  const same = await admin.request('GET', path, undefined, { 'if-none-match': etag });
  assert.equal(same.status, 304);
  const head = await admin.request('HEAD', path);
  assert.equal(head.headers['content-length'], '10');
  assert.equal(head.text, '');
  assert.equal(await uses('recording.play', 'r1'), 1);

  const copy = await admin.request('GET', `${path}?download=1`);
  assert.equal(copy.headers['content-disposition'], 'attachment; filename="call-call-r1.mp3"');
  assert.equal(await uses('recording.download', 'r1'), 1);
});

test('audio that is not there yet, never will be, or has no such name says which', async () => {
  await addRecording('r2', 'sealed');
  await addRecording('r3', 'failed');
  const get = (id: string, rendition = 'mixed') =>
    admin.request('GET', `/recordings/${id}/renditions/${rendition}/audio`);
  const early = await get('r2');
  assert.equal(early.body['code'], 'recording/not-ready');
  assert.equal(early.headers['retry-after'], '1');
  const failed = await get('r3');
  assert.equal(failed.body['code'], 'recording/failed');
  assert.equal(failed.body['detail'], 'disk/full');
  assert.equal((await get('r1', '..%2f..%2fsecrets')).status, 404);
  assert.equal((await get('r1', 'participant-0')).status, 404);
});

test('only audio that was removed is gone; a file that is not in the data folder is our fault, with what to do', async () => {
  for (const id of ['r4', 'r5']) await addRecording(id, 'ready');
  rig.away.set('r4', 'gone');
  rig.away.set('r5', new Fault('recording/not-in-folder', 'check CALLREEL_DATA_DIR'));
  const get = (id: string, file: string) =>
    admin.request('GET', `/recordings/${id}/renditions/mixed/${file}`);
  const removed = await get('r4', 'audio');
  assert.deepEqual([removed.status, removed.body['code']], [410, 'recording/gone']);
  const before = rig.log.length;
  const away = await get('r5', 'audio');
  assert.deepEqual([away.status, away.body['code']], [500, 'recording/not-in-folder']);
  assert.match(String(away.body['detail']), /CALLREEL_DATA_DIR/);
  const lines = rig.log.slice(before).filter((line) => line.includes('recording/not-in-folder'));
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /check CALLREEL_DATA_DIR.*http\.failed/);
  const waves = await get('r3', 'peaks');
  assert.equal(waves.body['code'], 'recording/failed');
  rig.away.delete('r5');
  const without = await get('r5', 'peaks');
  assert.deepEqual([without.status, without.body['code']], [500, 'recording/not-in-folder']);
});

test('the byte ranges of RFC 9110 are read as it says', () => {
  const table: [string | undefined, number, ReturnType<typeof readRange>][] = [
    [undefined, 10, { kind: 'whole' }],
    ['bytes=0-0', 10, { kind: 'part', first: 0, last: 0 }],
    ['bytes=0-99', 10, { kind: 'part', first: 0, last: 9 }],
    ['bytes=-99', 10, { kind: 'part', first: 0, last: 9 }],
    ['bytes=-0', 10, { kind: 'unsatisfiable' }],
    ['bytes=0-', 0, { kind: 'unsatisfiable' }],
    ['bytes=5-2', 10, { kind: 'whole' }],
    ['bytes=0-1,3-4', 10, { kind: 'whole' }],
    ['items=0-1', 10, { kind: 'whole' }],
    ['bytes=-', 10, { kind: 'whole' }],
  ];
  for (const [header, size, verdict] of table)
    assert.deepEqual(readRange(header, size), verdict, `${header} of ${size}`);
});

test('a call shows while it is up, also before it reaches the tables', async () => {
  const callId = 'fresh-call' as CallId;
  rig.live.add(rig.first, liveCallOf({ callId, state: 'queued', capture: null }));
  const answer = await admin.request('GET', `/calls/${callId}`);
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body['live'], {
    state: 'queued',
    capture: null,
    listeners: [],
  });
  const stranger = await rig.signedIn(rig.first, 'agent');
  assert.equal((await stranger.request('GET', `/calls/${callId}`)).status, 404);
});

test('events tell what changed to those of the tenant, gathered, until the client leaves', async () => {
  const other = await rig.tenant('Elsewhere');
  const made = await admin.request('POST', '/api-keys', { name: 'events', role: 'auditor' });
  const { url } = await rig.api.listen();
  const controller = new AbortController();
  const answer = await fetch(`${url}/api/v1/events`, {
    headers: { authorization: `Bearer ${String(made.body['key'])}` },
    signal: controller.signal,
  });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream');
  assert.ok(answer.headers.get('content-security-policy'));
  assert.ok(answer.body);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const readUntil = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(text)) {
      const { value, done } = await reader.read();
      assert.ok(!done, text);
      text += value;
    }
  };
  await readUntil(/retry: 2000/);
  rig.publish({ tenantId: other, topic: 'calls', id: 'foreign' });
  rig.publish({ tenantId: rig.first, topic: 'calls', id: 'c1' });
  rig.publish({ tenantId: rig.first, topic: 'calls', id: 'c2' });
  await readUntil(/event: calls\ndata: .*\n\n/);
  assert.match(text, /data: \{"topic":"calls","ids":\["c1","c2"\]\}/);
  for (let n = 0; n < 200; n++)
    rig.publish({ tenantId: rig.first, topic: 'calls', id: `many-${n}` });
  await readUntil(/"ids":null/);
  assert.doesNotMatch(text, /foreign|many-/);
  controller.abort();
});

test('the API description, its page and the probes are there without signing in', async () => {
  const nobody = rig.anonymous();
  const description = await nobody.request('GET', '/openapi.json');
  const paths = Object.keys(description.body['paths'] as object);
  for (const { path } of rig.api.routes)
    assert.ok(paths.includes(path.replaceAll(/:(\w+)/g, '{$1}')), `${path} is not described`);
  const { schemas } = description.body['components'] as { schemas: Record<string, object> };
  for (const [name, schema] of Object.entries(schemas))
    assert.ok('properties' in schema, `${name} says nothing of its fields`);
  const page = await nobody.request('GET', '/api/docs');
  assert.match(page.text, /<h1>Callreel API<\/h1>/);
  assert.doesNotMatch(page.text, /<script|https?:\/\/(?!www\.w3)/);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    const answer = await rig.api.inject({ method: 'GET', url: path });
    assert.equal(answer.statusCode, 200, path);
  }
});

test('a fault inside is answered without its words, and logged once with the request id', async () => {
  const { place } = rig.live;
  rig.live.place = () => Promise.reject(new Error('secret path /var/lib'));
  const agent = await admin.request('POST', '/agents', {
    email: 'f@x.test',
    name: 'F',
    agentId: '99',
    sipUsername: 'fault99',
  });
  const answer = await admin.request('POST', '/calls', {
    type: 'AgentOutbound',
    to: '+12025550199',
    agentId: agent.body['id'],
  });
  rig.live.place = place;
  assert.equal(answer.status, 500);
  assert.doesNotMatch(answer.text, /secret path/);
  const requestId = String(answer.body['requestId']);
  assert.equal(rig.log.filter((line) => line.includes(requestId)).length, 1);
});
