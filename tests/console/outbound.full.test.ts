/** Auto Call in a real browser, before the real server, with a crowd that really is dialled. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeFindings, overflows, type Visit } from '../rig/browser.ts';
import { enter, openConsole, type ConsoleRig } from '../rig/console.ts';
import { type Crowd, openCrowd } from '../rig/crowd.ts';
import { openOrders, type Orders } from '../rig/outbound-orders.ts';
import { toneWav } from '../rig/tone-wav.ts';

const callerNumber = '+12025550100';
let rig: ConsoleRig;
let desk: Visit;
let crowd: Crowd;
let orders: Orders;
let taskPath = '';

before(async () => {
  rig = await openConsole({ name: 'outbound' });
  ({ desk } = rig);
  crowd = await openCrowd((number) => Number(number.at(-1)) % 2 === 0, 100);
  orders = await openOrders(rig.server);
  const { items } = await rig.server.request<{ items: { id: string }[] }>('GET', '/tenants');
  const body = { allowedPrefixes: ['+1'], country: 'US', timeZone: 'America/New_York' };
  await rig.server.request('PATCH', `/tenants/${items[0]?.id ?? ''}`, { body });
  await orders.trunk('Crowd', crowd.port, [callerNumber]);
  await orders.asset('MarchPayReminder_V2', toneWav(440, 1));
  await rig.server.request('POST', '/queues', { body: { name: 'Sales' } });
  await enter(desk.page);
});
after(async () => {
  crowd.close();
  await rig.close();
});

const dialog = (page: Page) => page.getByRole('dialog');

test('a roster is uploaded, its bad rows are shown with line and reason, a wrong file is refused at its field', async () => {
  const { page } = desk;
  await page.goto('/rosters');
  await page.getByText('No rosters yet').waitFor();
  const formula = join(rig.folder, 'notes.pdf');
  writeFileSync(formula, 'x');
  const file = join(rig.folder, 'people.csv');
  const numbers = Array.from({ length: 12 }, (_, index) => `(202) 555-01${10 + index}`);
  writeFileSync(file, `number,name\n${numbers.join(',Ani\n')},Budi\nnobody,Citra\n911,Fire\n`);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  assert.equal(await dialog(page).getByText('This is needed.').count(), 2);
  await dialog(page).getByRole('textbox', { name: 'Roster name' }).fill('March reminders');
  await page.locator('input[type=file]').setInputFiles(formula);
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page).getByText('The file must end in .xlsx or .csv.').waitFor();
  await rig.picture(page, 'roster-refused');
  assert.deepEqual(await axeFindings(page), []);
  await page.locator('input[type=file]').setInputFiles(file);
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page).waitFor({ state: 'hidden' });
  const row = page.getByRole('row', { name: /March reminders/u });
  await row.getByText('Ready').waitFor();
  await row.getByRole('button', { name: '2 rows' }).click();
  await dialog(page).getByRole('row', { name: '14 nobody Not a telephone number' }).waitFor();
  await dialog(page).getByRole('row', { name: '15 911 An emergency number' }).waitFor();
  await rig.picture(page, 'roster-issues');
  await dialog(page).getByRole('button', { name: 'Close' }).click();
});

test('the three steps make a task, wrong words lead back to their field, and the calls are seen as they end', async () => {
  const { page } = desk;
  const { items } = await rig.server.request<{ items: { id: string }[] }>('GET', '/voice-assets');
  await orders.order({
    name: 'Taken',
    voiceAssetId: items[0]?.id,
    rosterId: await orders.roster('Tomorrow', ['+12025550198']),
    callerNumbers: [callerNumber],
    notBefore: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await page.goto('/outbound-tasks');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await rig.picture(page, 'wizard-1');
  await dialog(page).getByRole('button', { name: 'Next Step' }).click();
  await dialog(page).getByText('This is needed.').waitFor();
  const name = dialog(page).getByRole('textbox', { name: 'Task name' });
  await name.fill('50 % off');
  await dialog(page).getByRole('button', { name: 'Next Step' }).click();
  await dialog(page).getByText('Use letters, numbers, Chinese characters').waitFor();
  await name.fill('Taken');
  await dialog(page).getByRole('button', { name: 'Next Step' }).click();
  await dialog(page).getByRole('combobox', { name: 'Recording file' }).click();
  await page.getByRole('option', { name: /MarchPayReminder_V2/u }).click();
  await rig.picture(page, 'wizard-2');
  await dialog(page).getByRole('button', { name: 'Next Step' }).click();
  await dialog(page).getByRole('combobox', { name: 'Select roster' }).click();
  await page.getByRole('option', { name: 'March reminders (12)' }).click();
  // The only one there is, so it is chosen already.
  await dialog(page).getByText(callerNumber, { exact: true }).first().waitFor();
  await dialog(page).getByRole('button', { name: 'Add hours' }).click();
  await dialog(page).getByRole('button', { name: 'Remove these hours' }).click();
  await rig.picture(page, 'wizard-3');
  assert.deepEqual(await axeFindings(page), []);
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page).getByText('A task with this name exists.').waitFor();
  await rig.picture(page, 'wizard-refused');
  await name.fill('March reminder');
  for (let step = 0; step < 2; step++)
    await dialog(page).getByRole('button', { name: 'Next Step' }).click();
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: /March reminder/u }).waitFor();
  taskPath = new URL(page.url()).pathname;
  await page.getByText('Completed').waitFor({ timeout: 60_000 });
  await page.getByRole('row', { name: /Busy/u }).first().waitFor();
  await page
    .getByRole('row', { name: /Normal The recording file whole/u })
    .first()
    .waitFor();
  await page.getByRole('tab', { name: 'People' }).click();
  await page
    .getByRole('row', { name: /Answered/u })
    .first()
    .waitFor();
  assert.equal(await page.getByRole('row', { name: /[^ ] Answered/u }).count(), 6);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Results as CSV' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'results.csv');
  assert.equal(crowd.dialled.size, 12);
});

test('the roster and the file of a task cannot be deleted, and the page says why', async () => {
  const { page } = desk;
  await page.goto('/rosters');
  await page.getByRole('button', { name: 'Delete March reminders' }).click();
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page).getByText('The roster is in use and cannot be deleted').waitFor();
  await page.goto('/voice-assets');
  await page.getByRole('link', { name: 'March reminder' }).waitFor();
  await page.getByRole('button', { name: 'Delete MarchPayReminder_V2' }).click();
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page)
    .getByText('This recording file is currently in use and cannot be deleted.')
    .waitFor();
});

test('a scheduled task is started, paused, resumed and stopped from its page', async () => {
  const { page } = desk;
  const { items } = await rig.server.request<{ items: { id: string }[] }>('GET', '/voice-assets');
  const rosterId = await orders.roster('Later', ['+12025550199']);
  const id = await orders.order({
    name: 'Later',
    voiceAssetId: items[0]?.id,
    rosterId,
    callerNumbers: [callerNumber],
    notBefore: new Date(Date.now() + 3_600_000).toISOString(),
    // Nobody is called: in this zone it is always the other half of the day.
    windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', until: '00:01' }],
    timeZone: new Date().getUTCHours() < 12 ? 'Asia/Tokyo' : 'America/New_York',
  });
  await page.goto(`/outbound-tasks/${id}`);
  await page.getByText('Not started').waitFor();
  await page.getByRole('button', { name: 'Start now' }).click();
  await page.getByText('Running').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Running').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await rig.picture(page, 'task-stop');
  await page.route('**/api/v1/outbound-tasks/*/actions', (route) =>
    route.fulfill({ status: 500, body: '{}' }),
  );
  await dialog(page).getByRole('button', { name: 'Let them finish' }).click();
  // Where it was asked for, not behind it.
  await dialog(page).getByRole('alert').waitFor();
  await rig.picture(page, 'task-stop-refused');
  await page.unrouteAll({ behavior: 'wait' });
  await dialog(page).getByRole('button', { name: 'Let them finish' }).click();
  await page.getByText('Terminated').waitFor();
});

test('a predictive task is ordered for a queue, edited until it starts, and not afterwards', async () => {
  const { page } = desk;
  await orders.roster('Predictive', ['+12025550197']);
  await page.goto('/outbound-tasks');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog(page).getByRole('radio', { name: 'Predictive' }).click();
  await dialog(page).getByRole('textbox', { name: 'Task name' }).fill('Renewals');
  await dialog(page).getByRole('button', { name: 'Next Step' }).click();
  await dialog(page).getByRole('combobox', { name: 'Recording file' }).click();
  await page.getByRole('option', { name: /MarchPayReminder_V2/u }).click();
  await dialog(page).getByRole('button', { name: 'Next Step' }).click();
  await dialog(page).getByRole('combobox', { name: 'Select roster' }).click();
  await page.getByRole('option', { name: 'Predictive (1)' }).click();
  // The only one there is, so it is chosen already.
  await dialog(page).getByText(callerNumber, { exact: true }).first().waitFor();
  await dialog(page).getByRole('radio', { name: 'Scheduled Run' }).click();
  await dialog(page).getByLabel('Starts at').fill('2099-03-01T09:00');
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page).getByText('This is needed.').waitFor();
  await dialog(page).getByRole('combobox', { name: 'Queue of the agents' }).click();
  await page.getByRole('option', { name: 'Sales' }).click();
  await dialog(page).getByRole('textbox', { name: 'Abandoned at most (%)' }).fill('5');
  await dialog(page)
    .getByText(/above 3 %, the strictest common law/u)
    .waitFor();
  // A time written by half is none: it must not become "at once" or "never".
  await dialog(page).getByLabel('Ends at (optional)').focus();
  await page.keyboard.type('12');
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page).getByText('This is no complete date and time.').waitFor();
  await dialog(page).getByLabel('Ends at (optional)').fill('');
  await dialog(page).getByLabel('Starts at').fill('20266-03-01T09:00');
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page).getByText('This is no complete date and time.').waitFor();
  await dialog(page).getByLabel('Starts at').fill('2099-03-01T09:00');
  await rig.picture(page, 'wizard-predictive');
  assert.deepEqual(await axeFindings(page), []);
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: /Renewals/u }).waitFor();
  await page.getByText('Editable only before it starts').waitFor();
  await page.getByText(/The target of 5 %/u).waitFor();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const name = dialog(page).getByRole('textbox', { name: 'Task name' });
  assert.equal(await name.inputValue(), 'Renewals');
  await name.fill('Renewals 2099');
  assert.ok(await dialog(page).getByRole('radio', { name: 'Automatic' }).isDisabled());
  await rig.picture(page, 'task-edit');
  for (let step = 0; step < 2; step++)
    await dialog(page).getByRole('button', { name: 'Next Step' }).click();
  assert.equal(await dialog(page).getByLabel('Starts at').inputValue(), '2099-03-01T09:00');
  await dialog(page).getByRole('textbox', { name: 'Abandoned at most (%)' }).fill('3');
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: /Renewals 2099/u }).waitFor();
  assert.equal(await page.getByText(/The target of 5 %/u).count(), 0);
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const task = await rig.server.request<Record<string, unknown>>('GET', `/outbound-tasks/${id}`);
  // Nine o'clock in the tenant's zone, New York, wherever the browser stands.
  assert.deepEqual(
    [task['kind'], task['abandonPercent'], task['notBefore']],
    ['predictive', 3, '2099-03-01T14:00:00.000Z'],
  );
  await page.getByRole('button', { name: 'Start now' }).click();
  await page.getByText('Running').waitFor();
  await page.getByRole('button', { name: 'Edit', exact: true }).waitFor({ state: 'detached' });
  assert.equal(await page.getByText('Editable only before it starts').count(), 0);
});

test('what the server refuses is said at its field in Chinese', async () => {
  const { page } = desk;
  await page.evaluate(`localStorage.setItem('callreel.language', 'zh')`);
  await page.goto('/outbound-tasks');
  await page.getByRole('button', { name: '添加', exact: true }).click();
  await dialog(page).getByRole('textbox', { name: '任务名称' }).fill('Taken');
  await dialog(page).getByRole('button', { name: '下一步' }).click();
  await dialog(page).getByRole('combobox', { name: '录音文件' }).click();
  await page.getByRole('option', { name: /MarchPayReminder_V2/u }).click();
  await dialog(page).getByRole('button', { name: '下一步' }).click();
  await dialog(page).getByRole('combobox', { name: '选择名单' }).click();
  await page.getByRole('option', { name: 'March reminders (12)' }).click();
  await dialog(page).getByText(callerNumber, { exact: true }).first().waitFor();
  await dialog(page).getByRole('button', { name: '添加时段' }).click();
  await dialog(page).getByLabel('从', { exact: true }).fill('17:00');
  await dialog(page).getByLabel('至', { exact: true }).fill('09:00');
  await dialog(page).getByLabel('结束于').fill('2020-01-01T09:00');
  await dialog(page).getByRole('button', { name: '确定' }).click();
  await dialog(page).getByText('时段 1：永远不会开放').waitFor();
  await dialog(page).getByText('结束时间必须在将来。').waitFor();
  await rig.picture(page, 'wizard-refused-zh');
  await page.evaluate(`localStorage.clear()`);
});

test('numbers are put on the do-not-call list and taken off it', async () => {
  const { page } = desk;
  await page.goto('/do-not-call');
  await page.getByText('Nobody is on the list').waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog(page).getByRole('textbox', { name: 'Numbers' }).fill('(202) 555-0133\nabc');
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page)
    .getByText(/“abc” is no telephone number/u)
    .waitFor();
  await dialog(page).getByRole('textbox', { name: 'Numbers' }).fill('(202) 555-0133\n202-555-0134');
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('cell', { name: '+12025550133', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Delete +12025550134' }).click();
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await page
    .getByRole('cell', { name: '+12025550134', exact: true })
    .waitFor({ state: 'detached' });
});

test('who dials a number of the do-not-call list is warned before, and may call all the same', async () => {
  const { page } = desk;
  await rig.server.request('POST', '/agents', {
    body: {
      email: 'ani@example.test',
      name: 'Ani',
      agentId: 'A1',
      sipUsername: 'ani',
      sipPassword: 'correct horse battery',
    },
  });
  await page.goto('/calls');
  await page.getByRole('button', { name: 'New call' }).click();
  const number = dialog(page).getByRole('textbox', { name: 'Number' });
  await number.fill('202 555 0177');
  await dialog(page).getByRole('button', { name: 'Call', exact: true }).waitFor();
  await number.fill('202 555 0133');
  await dialog(page).getByText('This number is on the do-not-call list').waitFor();
  await rig.picture(page, 'dial-listed');
  assert.deepEqual(await axeFindings(page), []);
  await dialog(page).getByRole('button', { name: 'Call anyway' }).click();
  await dialog(page).getByText('The agent’s phone is not registered.').waitFor();
});

test('on a telephone nothing of these pages is cut off', async () => {
  const { page } = desk;
  await page.setViewportSize({ width: 390, height: 844 });
  const findings: string[] = [];
  for (const [name, path] of Object.entries({
    tasks: '/outbound-tasks',
    task: taskPath,
    rosters: '/rosters',
    'do-not-call': '/do-not-call',
    assets: '/voice-assets',
  }))
    for (const [language, theme] of [
      ['en', 'light'],
      ['zh', 'dark'],
      ['pt', 'light'],
    ] as const) {
      await page.evaluate(
        `localStorage.setItem('callreel.language', '${language}'); localStorage.setItem('mantine-color-scheme-value', '${theme}')`,
      );
      await page.goto(path);
      await page.locator('main tbody tr').first().waitFor();
      await rig.picture(page, `phone-${name}-${language}`);
      findings.push(...(await overflows(page)).map((each) => `${name} ${language}: ${each}`));
    }
  await page.evaluate(`localStorage.clear()`);
  await page.goto('/outbound-tasks');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await rig.picture(page, 'phone-wizard');
  findings.push(...(await overflows(page)).map((each) => `wizard: ${each}`));
  assert.deepEqual(findings, []);
});
