/** What needs somebody's attention, in a real browser: on every page, in the reader's language, with what to do and the way there. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { lookInTurn, openConsole, signIn, speak, type ConsoleRig } from '../rig/console.ts';
import { openOrders } from '../rig/outbound-orders.ts';
import { until } from '../rig/programs.ts';
import { toneWav } from '../rig/tone-wav.ts';

let rig: ConsoleRig;
let page: Page;
let taskId = '';

before(async () => {
  rig = await openConsole({ name: 'alarms' });
  page = rig.desk.page;
  page.setDefaultTimeout(60_000);
  const { server } = rig;
  const orders = await openOrders(server);
  const trunk = await orders.trunk('Carrier', 9, ['+12025550100']);
  taskId = await orders.order({
    name: 'March reminder',
    voiceAssetId: await orders.asset('MarchPayReminder_V2', toneWav(440, 1)),
    rosterId: await orders.roster('March reminders', ['+12025550111']),
    callerNumbers: ['+12025550100'],
    notBefore: '2099-03-01T09:00:00Z',
  });
  await server.request('DELETE', `/trunks/${trunk.id}`);
  await page.goto('/calls');
  await signIn(page);
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
});
after(() => rig.close());

const alarm = () => page.getByRole('alert').filter({ hasText: /alarm/ });

test('a task whose trunk is gone says so on the page that is open, and leads to itself', async () => {
  assert.equal(await alarm().count(), 0);
  await rig.server.request('POST', `/outbound-tasks/${taskId}/actions`, {
    body: { action: 'start' },
  });
  await alarm()
    .getByText(/Give the number to a trunk again, or stop the task\./)
    .waitFor();
  await alarm().getByRole('link', { name: 'Open the task' }).click();
  await page.waitForURL(`**/outbound-tasks/${taskId}`);
  await page.getByRole('heading', { name: /March reminder/ }).waitFor();
});

test('the alarm goes when the task is stopped', async () => {
  const orders = await openOrders(rig.server);
  await rig.server.request('POST', `/outbound-tasks/${taskId}/actions`, {
    body: { action: 'stop', cut: true },
  });
  await orders.taskOver(taskId);
  await until('no alarm stands', async () => ((await alarm().count()) === 0 ? true : undefined), {
    deadlineMs: 60_000,
  });
});

test('a disk with no room but what is kept for calls says what to do, in every language', async () => {
  await rig.server.stop();
  await rig.server.start({ CALLREEL_DISK_RESERVE_MIB: '16777216' });
  await page.goto('/calls');
  await alarm()
    .getByText(/Free space in the data folder or make it larger/)
    .waitFor();
  for (const [language, words] of [
    ['zh', '请在数据文件夹中腾出空间或扩大磁盘'],
    ['pt', 'Libere espaço na pasta de dados ou aumente o disco'],
    ['en', 'Free space in the data folder or make it larger'],
  ] as const) {
    await speak(page, language);
    await page.getByRole('alert').getByText(words).waitFor();
  }
  const look = lookInTurn(rig);
  const findings: string[] = [];
  for (let turn = 0; turn < 4; turn++) findings.push(...(await look(page, 'alarm')));
  assert.deepEqual(findings, []);
});

test('whoever may not read alarms is not shown any', async () => {
  const password = 'another-long-password';
  const email = 'supervisor@example.test';
  await rig.server.request('POST', '/users', { body: { email, password, role: 'supervisor' } });
  const other = await rig.visitAs(email, password);
  await other.page.locator('main h1').first().waitFor();
  assert.equal(await other.page.getByRole('alert').count(), 0);
  assert.deepEqual(other.complaints, []);
  await other.context.close();
});

test('the pages themselves never complained, their security policy included', () => {
  assert.deepEqual(rig.desk.complaints, []);
});
