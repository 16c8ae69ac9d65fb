import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Directory } from '#core/directory.ts';
import { callRecordingScope } from '#core/policy/call-recording.ts';
import { openDirectory, type FreshDirectory } from '#durable/directory/directory.ts';
import type { Sealer } from '#ports/sealer.ts';
import { silentLog } from '../../../../tests/rig/silent.ts';
import {
  addTestTenant,
  openTestDatabase,
  type TestDatabase,
} from '../../../../tests/rig/test-database.ts';
import { systemClock } from '../../clock/system-clock.ts';
import { SqlDirectoryRows } from './directory-rows.ts';

/** Reverses the bytes; `damaged` is what it cannot open. */
const sealer: Sealer = {
  seal: (secret) => Buffer.from(secret).reverse().toString('hex'),
  open: (sealed) => {
    if (sealed === 'damaged') throw new Error('damaged');
    return Buffer.from(sealed, 'hex').reverse();
  },
};

let rig: TestDatabase;
let directory: FreshDirectory;
const log = silentLog();

before(async () => {
  rig = await openTestDatabase();
  await addTestTenant(rig.database, 'tenant-a', 1);
  directory = await openDirectory({
    rows: new SqlDirectoryRows(rig.database.kysely, { callRecordingScope }),
    database: rig.database,
    clock: systemClock,
    sealer,
    log,
    sipDomain: 'pbx.example',
  });
});
after(async () => {
  await directory.close();
  await rig.drop();
});

const changeWithin = (what: string, accept: (next: Directory) => boolean): Promise<Directory> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${what} in the directory`)), 10_000);
    const stop = directory.onChange((next) => {
      if (!accept(next)) return;
      clearTimeout(timer);
      stop();
      resolve(next);
    });
  });

const addAgent = (id: string, sipPasswordSealed: string) =>
  rig.database.kysely
    .insertInto('agents')
    .values({
      id,
      tenantId: 'tenant-a',
      email: `${id}@x`,
      name: id,
      agentId: id,
      sipUsername: id,
      sipPasswordSealed,
      callerNumber: null,
    })
    .execute();

test('a new agent with its queue is in the directory, its password only as digest hashes', async () => {
  const change = changeWithin('agent', (next) =>
    next.agents.some((agent) => agent.queueIds.length > 0),
  );
  await addAgent('bob', sealer.seal(Buffer.from('zanzibar')));
  await rig.database.kysely
    .insertInto('queues')
    .values({ id: 'q1', tenantId: 'tenant-a', name: 'Sales', channel: 'ivr', parentId: null })
    .execute();
  await rig.database.kysely
    .insertInto('queueAgents')
    .values({ queueId: 'q1', agentId: 'bob', tenantId: 'tenant-a' })
    .execute();
  const next = await change;
  const [agent] = next.agents;
  assert.deepEqual(agent?.queueIds, ['q1']);
  // md5 and sha256 of "bob:pbx.example:zanzibar", by coreutils
  assert.equal(agent.ha1.md5, 'bd79fdfb1c5bad91d83028bba4ce5692');
  assert.equal(
    agent.ha1.sha256,
    '740a20ed8543f33927929fd0174fc41178a9a97eb01e1f902857403b14d99ea7',
  );
  assert.doesNotMatch(JSON.stringify(next), /zanzibar/);
  assert.equal(next.queues[0]?.ringSeconds, 20);
});

test('a trunk comes with its addresses in order and its credentials', async () => {
  const change = changeWithin('trunk', (next) => next.trunks[0]?.allowedAddresses.length === 2);
  await rig.database.kysely.transaction().execute(async (trx) => {
    await trx
      .insertInto('trunks')
      .values({
        id: 't1',
        tenantId: 'tenant-a',
        name: 'T',
        host: '10.0.0.1',
        port: 5060,
        transport: 'tcp',
        username: 'me',
        passwordSealed: sealer.seal(Buffer.from('pw')),
        callerNumbers: ['+621'],
        sortOrder: 3,
      })
      .execute();
    await trx
      .insertInto('trunkAddresses')
      .values([
        { trunkId: 't1', tenantId: 'tenant-a', address: '10.0.0.9', position: 1 },
        { trunkId: 't1', tenantId: 'tenant-a', address: '10.0.0.10', position: 0 },
      ])
      .execute();
  });
  const { trunks } = await change;
  assert.deepEqual(trunks, [
    {
      id: 't1',
      tenantId: 'tenant-a',
      name: 'T',
      host: '10.0.0.1',
      port: 5060,
      transport: 'tcp',
      callerNumbers: ['+621'],
      allowedAddresses: ['10.0.0.10', '10.0.0.9'],
      credentials: { username: 'me', password: 'pw' },
      order: 3,
    },
  ]);
});

test('nothing is recorded until somebody says so, and the last version of the settings counts', async () => {
  assert.equal(directory.current().tenants[0]?.recording.useCallRecording, false);
  const change = changeWithin(
    'settings',
    (next) => next.tenants[0]?.recording.endUserChannel === 'right',
  );
  const put = (version: number, value: unknown) =>
    rig.database.kysely
      .insertInto('settingsVersions')
      .values({
        tenantId: 'tenant-a',
        scope: 'call-recording',
        version,
        value: JSON.stringify(value),
        changedBy: null,
      })
      .execute();
  await put(1, { useCallRecording: true });
  await put(2, { useCallRecording: true, inbound: { record: true }, endUserChannel: 'right' });
  const { recording } = (await change).tenants[0] ?? {};
  assert.deepEqual(recording, {
    useCallRecording: true,
    inbound: { record: true },
    callback: { record: false },
    agentOut: { record: false },
    dualChannel: false,
    endUserChannel: 'right',
  });
});

test('an agent whose sealed password is damaged is left out and told; the others stay', async () => {
  const change = changeWithin('agent', (next) => next.agents.some((agent) => agent.id === 'carol'));
  await rig.database.kysely.transaction().execute(async () => undefined);
  await addAgent('mallory', 'damaged');
  await addAgent('carol', sealer.seal(Buffer.from('x')));
  const next = await change;
  assert.deepEqual(
    next.agents.map((agent) => agent.id),
    ['bob', 'carol'],
  );
  assert(
    log.events.some(
      ({ event, facts }) => event === 'directory.secret-unreadable' && facts?.['id'] === 'mallory',
    ),
  );
});

test('what is deleted leaves, and a call that began before keeps the directory it has', async () => {
  const held = directory.current();
  await rig.database.kysely
    .updateTable('agents')
    .set({ deletedAt: new Date() })
    .where('id', '=', 'carol')
    .execute();
  await directory.refresh();
  assert(!directory.current().agents.some((agent) => agent.id === 'carol'));
  assert(held.agents.some((agent) => agent.id === 'carol'));
  assert(directory.current().version > held.version);
});
