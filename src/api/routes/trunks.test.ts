import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TrunkId } from '#core/ids.ts';
import { openApiRig, type ApiRig, type Client } from '../../../tests/rig/api-rig.ts';

let rig: ApiRig;
let admin: Client;
let trunk = '';

before(async () => {
  rig = await openApiRig();
  admin = await rig.signedIn(rig.first, 'admin');
  for (const name of ['Carrier', 'Spare']) {
    const made = await admin.request('POST', '/trunks', { name, host: `${name}.example` });
    assert.equal(made.status, 201, made.text);
    trunk = name === 'Carrier' ? String(made.body['id']) : trunk;
  }
  rig.live.trunks.set(trunk, {
    trunkId: trunk as TrunkId,
    state: 'unreachable',
    sinceMs: 2000,
    answeredAtMs: 1000,
    status: 503,
    roundTripMs: 12,
  });
});

after(() => rig.close());

test('each trunk has its state, one that nobody has asked yet is unknown', async () => {
  const { body } = await admin.request('GET', '/trunk-states');
  const items = body['items'] as { trunkId: string; state: string }[];
  assert.deepEqual(
    items.find(({ trunkId }) => trunkId === trunk),
    {
      trunkId: trunk,
      state: 'unreachable',
      since: '1970-01-01T00:00:02.000Z',
      lastAnswerAt: '1970-01-01T00:00:01.000Z',
      status: 503,
      roundTripMs: 12,
    },
  );
  assert.deepEqual(items.map(({ state }) => state).toSorted(), ['unknown', 'unreachable']);
  const first = await admin.request('GET', '/trunk-states?limit=1');
  assert.equal((first.body['items'] as unknown[]).length, 1);
  assert.notEqual(first.body['nextCursor'], null);
});

test('a test call tells what happened, with a line in the audit log before and after', async () => {
  const answer = await admin.request('POST', `/trunks/${trunk}/test-call`, { to: '+12025550123' });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body['result'], 'answered');
  assert.equal(answer.body['heard'], 'sound');
  const { body } = await admin.request('GET', `/audit-log?subjectId=${trunk}&limit=2`);
  const notes = body['items'] as { action: string; detail: Record<string, unknown> }[];
  assert.deepEqual(
    notes.map(({ action }) => action),
    ['trunk.test-call-end', 'trunk.test-call'],
  );
  assert.equal(notes[1]?.detail['to'], '+12025550123');
  assert.equal(notes[0]?.detail['result'], 'answered');
});

test('a refused test is named, and was written down all the same', async () => {
  const answer = await admin.request('POST', `/trunks/${trunk}/test-call`, { to: '+12025550911' });
  assert.equal(answer.status, 429);
  assert.equal(answer.body['code'], 'trunk/too-many-tests');
  assert.equal(answer.headers['retry-after'], '600');
  const odd = await admin.request('POST', `/trunks/${trunk}/test-call`, { to: 'sip:a@b' });
  assert.equal(odd.status, 400);
  const { body } = await admin.request('GET', `/audit-log?subjectId=${trunk}&limit=1`);
  const [last] = body['items'] as { detail: Record<string, unknown> }[];
  assert.equal(last?.detail['to'], '+12025550911');
});

test('only who administers trunks makes test calls', async () => {
  const auditor = await rig.signedIn(rig.first, 'auditor');
  assert.equal((await auditor.request('GET', '/trunk-states')).status, 200);
  const answer = await auditor.request('POST', `/trunks/${trunk}/test-call`, { to: '+1202' });
  assert.equal(answer.status, 403);
});
