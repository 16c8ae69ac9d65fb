/** The server is killed while it dials for a task, again and again: nobody is dialled twice for one attempt, and nobody is forgotten. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Crowd, openCrowd } from '../rig/crowd.ts';
import { openOrders } from '../rig/outbound-orders.ts';
import { until } from '../rig/programs.ts';
import { makeServer, type Server } from '../rig/server.ts';
import { embeddedTemplate } from '../rig/test-database.ts';
import { toneWav } from '../rig/tone-wav.ts';

const callerNumber = '+12025550100';
const count = 60;
const people = Array.from({ length: count }, (_, index) => `+120255512${String(index + 10)}`);
const folder = mkdtempSync(join(tmpdir(), 'callreel-kill-dialler-'));
let server: Server;
let crowd: Crowd;

before(async () => {
  server = await makeServer({ folder });
  mkdirSync(server.dataDir, { recursive: true, mode: 0o700 });
  cpSync(await embeddedTemplate(), join(server.dataDir, 'db'), { recursive: true });
  await server.start();
  crowd = await openCrowd((number) => Number(number.at(-1)) % 3 === 0, 150);
});
after(async () => {
  crowd.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('three kills while sixty people are dialled: each is dialled once, each has an end, each answer counts', async () => {
  const orders = await openOrders(server);
  const { items } = await server.request<{ items: { id: string }[] }>('GET', '/tenants');
  await server.request('PATCH', `/tenants/${items[0]?.id ?? ''}`, {
    body: { allowedPrefixes: ['+1'] },
  });
  await orders.trunk('Crowd', crowd.port, [callerNumber]);
  const voiceAssetId = await orders.asset('Message', toneWav(440, 2));
  const rosterId = await orders.roster('Sixty', people);
  const id = await orders.order({
    name: 'Sixty',
    voiceAssetId,
    rosterId,
    callerNumbers: [callerNumber],
    concurrency: 8,
    callsPerSecond: 100,
  });
  for (const dialledBefore of [6, 22, 40]) {
    await until(
      `${dialledBefore} people are dialled`,
      () => (crowd.dialled.size >= dialledBefore ? true : undefined),
      { deadlineMs: 30_000, everyMs: 2 },
    );
    await server.kill();
    await server.start();
  }
  const over = await orders.taskOver(id);
  assert.equal(over.state, 2);
  const { answered, unanswered, ...open } = over.counts;
  assert.equal(answered + unanswered, count);
  assert.deepEqual(open, { initial: 0, calling: 0, pendingRetry: 0 });
  const attempts = await orders.attempts(id);
  assert.equal(attempts.length, count, 'one attempt each');
  assert.equal(new Set(attempts.map(({ number }) => number)).size, count);
  for (const number of people) {
    const calls = crowd.dialled.get(number)?.size ?? 0;
    const attempt = attempts.find((one) => one.number === number);
    assert.ok(calls <= 1, `${number} was dialled ${calls} times`);
    // Whoever never heard a ring was claimed in the instant of a kill, and the results say that it failed.
    if (calls === 0) assert.equal(attempt?.endStatus, 'error', number);
  }
  assert.ok(crowd.dialled.size >= count - 3 * 8);
});
