import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sqlSampleRows } from '#adapters/postgres/sample/sample-rows.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import type { CallId, QueueId, RecordingId, TenantId } from '#core/ids.ts';
import type { SampleCaller } from '#ports/try-out.ts';
import { openApiRig, type ApiRig } from '../../tests/rig/api-rig.ts';
import { addRecordedCall } from '../../tests/rig/recording-rows.ts';
import { systemPrincipal } from './first-run.ts';
import { SampleCentre } from './sample-data.ts';

let rig: ApiRig;
before(async () => {
  rig = await openApiRig();
});
after(() => rig.close());

type Order = Parameters<SampleCaller['call']>[0];

/** A centre whose phones write down whom they call, and leave a recorded call behind as the calls themselves would. */
const centreOf = (tenantId: TenantId) => {
  const { kysely } = rig.database.database;
  const orders: Order[] = [];
  const deleted: string[] = [];
  const forgotten: string[] = [];
  const leave = async ({ number, callerNumber }: Order): Promise<void> => {
    const row = await kysely
      .selectFrom('numbers')
      .select('targetId')
      .where('tenantId', '=', tenantId)
      .where('number', '=', number)
      .executeTakeFirstOrThrow();
    await leaveCall(tenantId, row.targetId as QueueId, callerNumber);
  };
  const centre = new SampleCentre({
    administration: rig.admin,
    rows: sqlSampleRows(kysely),
    objects: { delete: async (key) => void deleted.push(key) },
    forgetJournals: async (callId) => void forgotten.push(callId),
    newCaller: () => ({
      call: async (order) => {
        orders.push(order);
        await leave(order);
        return { ok: true, value: { number: order.number, callerNumber: order.callerNumber } };
      },
      untilOver: async () => undefined,
      close: async () => undefined,
    }),
    host: '127.0.0.1',
    accountOf: (tenant, agent) => rig.admin.sipAccountOf(tenant, agent),
    settled: async () => undefined,
    changeFeed: { publish: () => undefined, subscribe: () => () => undefined },
    clock: systemClock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  return { centre, orders, deleted, forgotten, who: systemPrincipal(tenantId) };
};

/** A recorded call of a queue with one file. */
const leaveCall = async (
  tenantId: TenantId,
  queueId: QueueId | null,
  caller: string,
): Promise<string> => {
  const id = `call-${caller}-${tenantId}` as CallId;
  const recordingId = `recording-${id}` as RecordingId;
  const { database } = rig.database;
  await addRecordedCall(database, { id, tenantId, queueId, caller }, { id: recordingId });
  await database.kysely
    .insertInto('renditions')
    .values({
      recordingId,
      tenantId,
      rendition: 'mixed',
      format: 'mp3',
      objectKey: `${recordingId}.mp3`,
      sizeBytes: 1,
      sha256: 'ab',
      durationMs: 1000,
      frames: 8000,
      channels: 1,
      peaksKey: `${recordingId}.peaks`,
    })
    .execute();
  return recordingId;
};

const until = async (what: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 20_000;
  while (!(await what())) {
    assert.ok(performance.now() < deadline, 'it did not come in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const recordInbound = (tenantId: TenantId) =>
  rig.admin.callRecording.change(systemPrincipal(tenantId), {
    useCallRecording: true,
    inbound: { record: true },
  });

const codeOf = (result: { ok: boolean; error?: { code: string } }): string | undefined =>
  result.error?.code;

test('sample data waits for recording to be on, is made once, and is no choice for a centre with calls', async () => {
  const { centre, who } = centreOf(await rig.tenant('Waits'));
  assert.equal(codeOf(await centre.make(who)), 'sample/recording-off');
  assert.equal((await centre.view(who.tenantId)).state, 'none');
  await recordInbound(who.tenantId);
  const made = await centre.make(who);
  assert.equal(made.ok && made.value.state, 'making');
  assert.match(codeOf(await centre.make(who)) ?? '', /sample\/(making|exists)/);
  assert.match(codeOf(await centre.remove(who)) ?? 'removed', /sample\/making|removed/);
  await until(async () => (await centre.view(who.tenantId)).state !== 'making');
  const busy = centreOf(await rig.tenant('Busy'));
  await recordInbound(busy.who.tenantId);
  await leaveCall(busy.who.tenantId, null, '+12025550199');
  assert.equal((await busy.centre.view(busy.who.tenantId)).canBeMade, false);
  assert.equal(codeOf(await busy.centre.make(busy.who)), 'sample/has-calls');
});

test('two centres at once have ports of their own, and one act removes calls, files and things, but nothing of its own', async () => {
  const tenantId = await rig.tenant('Tries');
  const { centre, who, orders, deleted, forgotten } = centreOf(tenantId);
  await recordInbound(tenantId);
  const own = await rig.admin.queues.create(who, { name: 'Own' });
  assert.ok(own.ok && (await centre.make(who)).ok);
  await until(async () => (await centre.view(tenantId)).state === 'ready');
  const view = await centre.view(tenantId);
  assert.deepEqual([view.queueIds.length, view.agentIds.length, view.calls], [2, 4, 4]);
  assert.equal(new Set(orders.map(({ callerNumber }) => callerNumber)).size, 4);
  const real = await leaveCall(tenantId, own.value.id, '+12025550111');
  const removed = await centre.remove(who);
  assert.equal(removed.ok && removed.value.state, 'none');
  assert.equal(deleted.length, 8);
  assert.equal(forgotten.length, 4);
  assert.ok(!deleted.some((key) => key.startsWith(real)));
  const page = { limit: 50, cursor: null };
  const { queues, agents, numbers, trunks } = rig.admin;
  assert.deepEqual(
    (await queues.list(who, page)).items.map(({ name }) => name),
    ['Own'],
  );
  for (const things of [agents, numbers, trunks])
    assert.deepEqual((await things.list(who, page)).items, []);
  assert.equal(codeOf(await centre.remove(who)), 'sample/none');
  const audit = await rig.admin.audit.list(who, page, { action: 'sample-data.remove' });
  assert.deepEqual(audit.items[0]?.detail, { calls: 4, recordings: 4, things: 9 });
});

test('a sample recording under legal hold keeps all of it until the hold is lifted', async () => {
  const tenantId = await rig.tenant('Holds');
  const { centre, who, deleted } = centreOf(tenantId);
  await recordInbound(tenantId);
  assert.ok((await centre.make(who)).ok);
  await until(async () => (await centre.view(tenantId)).state === 'ready');
  const hold = (at: Date | null) =>
    rig.database.database.kysely
      .updateTable('recordings')
      .set({
        legalHoldAt: at,
        legalHoldBy: at && 'somebody',
        legalHoldReason: at && 'Case 17',
      })
      .where('tenantId', '=', tenantId)
      .execute();
  await hold(new Date());
  assert.equal(codeOf(await centre.remove(who)), 'sample/held');
  assert.deepEqual(deleted, []);
  assert.equal((await centre.view(tenantId)).calls, 4);
  await hold(null);
  assert.equal((await centre.remove(who)).ok, true);
});
