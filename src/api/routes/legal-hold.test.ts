import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openApiRig, type ApiRig, type Client } from '../../../tests/rig/api-rig.ts';
import { addRecordedCall } from '../../../tests/rig/recording-rows.ts';

let rig: ApiRig;
let admin: Client;
const path = '/recordings/held';

before(async () => {
  rig = await openApiRig();
  admin = await rig.signedIn(rig.first, 'admin');
  const call = { id: 'call', tenantId: rig.first };
  await addRecordedCall(rig.database.database, call, { id: 'held' });
});
after(() => rig.close());

const holdOf = async (): Promise<Record<string, unknown> | null> =>
  (await admin.request('GET', path)).body['legalHold'] as Record<string, unknown> | null;

test('a recording is put under legal hold with a reason, and everybody who sees it is told who and why', async () => {
  assert.equal(await holdOf(), null);
  const answer = await admin.request('PUT', `${path}/legal-hold`, { reason: 'Case 17 <b>' });
  assert.equal(answer.status, 200, answer.text);
  const hold = await holdOf();
  assert.equal(hold?.['reason'], 'Case 17 <b>');
  assert.equal(typeof hold['by'], 'string');
});

test('a hold without a reason is refused and leaves the one that stands', async () => {
  const answer = await admin.request('PUT', `${path}/legal-hold`, { reason: '  ' });
  assert.equal(answer.status, 400);
  assert.equal((await holdOf())?.['reason'], 'Case 17 <b>');
});

test('a supervisor reads the hold but neither places nor lifts it', async () => {
  const supervisor = await rig.signedIn(rig.first, 'supervisor');
  assert.equal((await supervisor.request('DELETE', `${path}/legal-hold`)).status, 403);
  assert.notEqual(await holdOf(), null);
});

test('a lifted hold is gone, and both acts stand in the audit log with the reason', async () => {
  assert.equal((await admin.request('DELETE', `${path}/legal-hold`)).status, 204);
  assert.equal(await holdOf(), null);
  const { body } = await admin.request('GET', '/audit-log?subjectId=held');
  const items = body['items'] as { action: string; detail: { reason: string } }[];
  assert.deepEqual(
    items.map(({ action, detail }) => [action, detail.reason]),
    [
      ['recording.lift-hold', 'Case 17 <b>'],
      ['recording.hold', 'Case 17 <b>'],
    ],
  );
});
