import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ObjectStore } from '#ports/object-store.ts';
import { openApiRig, type ApiRig, type Client } from '../../../../tests/rig/api-rig.ts';
import { sineSamples, wavFile } from '../../../../tests/rig/audio-files.ts';
import { formOf } from '../../../../tests/rig/form.ts';
import { addRoster, addTask } from '../../../../tests/rig/task-rows.ts';
import { systemClock } from '../../clock/system-clock.ts';
import { sweepAssetFiles } from '../../../durable/asset/sweep.ts';
import { voiceAssetRows } from './voice-assets.ts';

let rig: ApiRig;
let admin: Client;
before(async () => {
  rig = await openApiRig();
  admin = await rig.signedIn(rig.first, 'admin');
});
after(() => rig.close());

const upload = async (name: string): Promise<string> => {
  const { body, type } = formOf({ name, file: wavFile(sineSamples(0.5)) }, 'a.wav');
  const answer = await admin.request('POST', '/voice-assets', body, { 'content-type': type });
  assert.equal(answer.status, 201, answer.text);
  return String(answer.body['id']);
};

test('an asset that any task refers to, in whatever state, is not deleted, and names its tasks', async () => {
  const { kysely } = rig.database.database;
  const tenantId = rig.first;
  const rosterId = await addRoster(kysely, tenantId);
  for (const state of [0, 1, 2, 3, 4]) {
    const assetId = await upload(`in state ${state}`);
    const task = await addTask(kysely, {
      tenantId,
      assetId,
      rosterId,
      state,
      name: `task ${state}`,
    });
    const refusal = await admin.request('DELETE', `/voice-assets/${assetId}`);
    assert.equal(refusal.status, 409);
    assert.equal(refusal.body['code'], 'asset/in-use');
    assert.equal(
      refusal.body['detail'],
      'This recording file is currently in use and cannot be deleted.',
    );
    const { body } = await admin.request('GET', `/voice-assets/${assetId}`);
    assert.deepEqual(body['usedBy'], [{ id: task, name: `task ${state}` }]);
    const audio = await admin.request('GET', `/voice-assets/${assetId}/audio`);
    assert.equal(audio.status, 200);
    await kysely.deleteFrom('outboundTasks').where('id', '=', task).execute();
    assert.equal((await admin.request('DELETE', `/voice-assets/${assetId}`)).status, 204);
  }
});

test('the newest five tasks are named and the others counted', async () => {
  const { kysely } = rig.database.database;
  const tenantId = rig.first;
  const rosterId = await addRoster(kysely, tenantId);
  const assetId = await upload('busy');
  for (let i = 0; i < 7; i++) await addTask(kysely, { tenantId, assetId, rosterId });
  const { body } = await admin.request('GET', '/voice-assets?search=busy');
  const [row] = body['items'] as { usedBy: unknown[]; useCount: number }[];
  assert.equal(row?.useCount, 7);
  assert.equal(row.usedBy.length, 5);
});

test('no task can refer to an asset of another tenant, or to none', async () => {
  const { kysely } = rig.database.database;
  const there = await rig.tenant('There');
  const rosterId = await addRoster(kysely, there);
  const assetId = await upload('mine');
  await assert.rejects(addTask(kysely, { tenantId: there, assetId, rosterId }), /foreign key/);
  await assert.rejects(
    addTask(kysely, { tenantId: there, assetId: 'none', rosterId }),
    /foreign key/,
  );
});

test('files that no row knows are swept, those of rows and of uploads under way are not', async () => {
  const kept = await upload('kept');
  const store = new Map([
    [`assets/t/${kept}.wav`, 0],
    ['assets/t/orphan.mp3', 0],
    ['assets/t/just-now.mp3', systemClock.nowMs() - 1000],
    ['recordings/t/other.mp3', 0],
  ]);
  const prompts = new Set([`asset-${kept}`, 'asset-orphan']);
  const objects: Pick<ObjectStore, 'list' | 'delete'> = {
    list: (prefix) =>
      (async function* () {
        for (const [key, storedAtMs] of [...store])
          if (key.startsWith(prefix)) yield { key, sizeBytes: 1, storedAtMs };
      })(),
    delete: async (key) => void store.delete(key),
  };
  const swept = await sweepAssetFiles({
    rows: voiceAssetRows(rig.database.database.kysely),
    objects: objects as ObjectStore,
    prompts: {
      list: async () => [...prompts],
      remove: async (name) => void prompts.delete(name),
      write: async () => undefined,
      find: async () => null,
    },
    clock: systemClock,
  });
  assert.equal(swept, 2);
  assert.deepEqual(
    [...store.keys()],
    [`assets/t/${kept}.wav`, 'assets/t/just-now.mp3', 'recordings/t/other.mp3'],
  );
  assert.deepEqual([...prompts], [`asset-${kept}`]);
});
