/** Every dialog of the console as a person sees it, with what should never be written into it, two people at once, and sessions that end. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { visit, type Visit } from '../rig/browser.ts';
import { lookHere, openConsole, signIn, type ConsoleRig } from '../rig/console.ts';
import { fillCentre, type FullCentre } from '../rig/full-centre.ts';
import { until } from '../rig/programs.ts';

let rig: ConsoleRig;
let desk: Visit;
let centre: FullCentre;
let [callPath, recordingPath, taskPath] = ['', '', ''];

before(async () => {
  rig = await openConsole({ name: 'dialogs' });
  desk = rig.desk;
  desk.page.setDefaultTimeout(60_000);
  centre = await fillCentre(rig.server);
  callPath = `/calls/${centre.ids['/calls/$id']}`;
  recordingPath = `/recordings/${centre.ids['/recordings/$id']}`;
  taskPath = `/outbound-tasks/${centre.ids['/outbound-tasks/$id']}`;
  await desk.page.goto(callPath);
  await signIn(desk.page);
  await desk.page.getByRole('navigation').waitFor();
});
after(() => rig.close());

const dialog = (page: Page): Locator => page.getByRole('dialog');
const click = (page: Page, name: string | RegExp): Promise<void> =>
  page
    .locator('main')
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();
const chooseInMenu = async (page: Page, menu: string, item: string): Promise<void> => {
  await click(page, menu);
  await page.getByRole('menuitem', { name: item }).click();
};

/** Where it is, and the buttons that lead to it; a menu's entry is written `Button > Entry`. */
const dialogs = (): Readonly<Record<string, readonly [path: string, button: string | RegExp]>> => ({
  'queue-new': ['/settings/queues', 'Add a queue'],
  'queue-edit': ['/settings/queues', 'Edit Sales'],
  'queue-delete': ['/settings/queues', /^Delete Kunden/],
  'agent-new': ['/settings/agents', 'Add an agent'],
  'agent-edit': ['/settings/agents', /^Edit Ada/],
  'agent-delete': ['/settings/agents', /^Delete Ada/],
  'agent-phone': ['/settings/agents', /^Phone set-up of Ada/],
  'number-new': ['/settings/numbers', 'Add a number'],
  'number-edit': ['/settings/numbers', 'Edit 1000'],
  'number-delete': ['/settings/numbers', 'Delete 1000'],
  'trunk-new': ['/settings/trunks', 'Add a trunk'],
  'trunk-edit': ['/settings/trunks', 'Edit Carrier'],
  'trunk-delete': ['/settings/trunks', 'Delete Carrier'],
  'trunk-test': ['/settings/trunks', 'Test call by Carrier'],
  'user-new': ['/settings/users', 'Add a user'],
  'user-edit': ['/settings/users', /^Edit admin@/],
  'tenant-new': ['/settings/tenants', 'Add a tenant'],
  'tenant-edit': ['/settings/tenants', 'Edit Default'],
  'key-new': ['/settings/developer', 'Make an API key'],
  'key-delete': ['/settings/developer', 'Delete orders'],
  'email-edit': ['/settings/email', 'Edit'],
  'email-delete': ['/settings/email', 'Delete'],
  prefixes: ['/settings/call', 'Edit Allowed prefixes'],
  dial: ['/calls', 'New call'],
  'view-new': ['/recordings?state=ready', 'Views > Save these filters as a view'],
  hold: [recordingPath, 'Put under legal hold'],
  'note-edit': [recordingPath, 'Edit note'],
  'note-remove': [recordingPath, 'Remove'],
  'asset-new': ['/voice-assets', 'Add'],
  'asset-edit': ['/voice-assets', 'Edit MarchPayReminder_V2'],
  'asset-delete': ['/voice-assets', 'Delete MarchPayReminder_V2'],
  'task-new': ['/outbound-tasks', 'Add'],
  'task-edit': [taskPath, 'Edit'],
  'task-stop': [taskPath, 'Stop'],
  'task-delete': [taskPath, 'Delete'],
  'roster-new': ['/rosters', 'Add'],
  'roster-edit': ['/rosters', /^Edit /],
  'roster-issues': ['/rosters', '2 rows'],
  'roster-delete': ['/rosters', 'Delete March reminders'],
  'do-not-call-new': ['/do-not-call', 'Add'],
  'do-not-call-delete': ['/do-not-call', 'Delete +12025550133'],
});

const open = async (page: Page, path: string, button: string | RegExp): Promise<void> => {
  await page.goto(path);
  const [menu = '', entry] = typeof button === 'string' ? button.split(' > ') : [];
  if (entry !== undefined) await chooseInMenu(page, menu, entry);
  else await click(page, button);
  await dialog(page).waitFor();
};

test('every dialog in three languages, both themes and on a telephone: nothing cut off, nothing in the way of axe', async () => {
  const findings: string[] = [];
  for (const [name, [path, button]] of Object.entries(dialogs())) {
    await open(desk.page, path, button);
    findings.push(...(await lookHere(rig, desk.page, `dialog-${name}`)));
  }
  await desk.page.goto('/calls');
  await desk.page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  await desk.page.locator('body').press('?');
  await dialog(desk.page).waitFor();
  findings.push(...(await lookHere(rig, desk.page, 'dialog-help')));
  assert.deepEqual(findings, []);
});

const script = '"><img src=x onerror="window.ran=1"><script>window.ran=1</script>';
/** What the script would have left behind had anybody taken it for markup. */
const traces = (page: Page): Promise<number> =>
  page.evaluate(
    `document.querySelectorAll('img[src=x]').length + [...document.scripts].filter((each) => each.text.includes('window.ran')).length + (window.ran ?? 0)`,
  );

test('the trace of a script is seen where it is taken for markup, in the console and where no policy stops it', async () => {
  const other = await visit(rig.browser, { url: rig.server.url });
  try {
    await other.page.goto('/');
    assert.equal(await traces(other.page), 0);
    await other.page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(script)})`,
    );
    assert.ok((await traces(other.page)) >= 2, 'inserted as markup it is found');
    await until('the security policy refuses to run it, and says so', () =>
      other.complaints.some((each) => /Content Security Policy/.test(each)) ? true : undefined,
    );
    await other.page.goto('about:blank');
    await other.page.setContent(`<input value="${script}">`);
    await until('it runs where nothing stops it', async () =>
      (await other.page.evaluate('window.ran')) === 1 ? true : undefined,
    );
  } finally {
    await other.context.close();
  }
});

const texts =
  'input:not([type=radio], [type=checkbox], [type=file], [type=hidden], [type=datetime-local], [type=time], [readonly], [disabled], [role=combobox], [aria-haspopup]), textarea:not([disabled])';

/** Into every field that takes any text. */
const writeInto = async (where: Locator, text: string): Promise<readonly Locator[]> => {
  const written: Locator[] = [];
  for (const input of await where.locator(texts).all()) {
    if (!(await input.isVisible())) continue;
    await input.fill(text);
    written.push(input);
  }
  return written;
};

test('scripts and ten thousand characters in every text field of every dialog and page stay text; what is refused is kept', async () => {
  const { page } = desk;
  const asked = Object.entries(dialogs()).filter(
    ([name]) => !/delete|remove|issues|phone|stop/.test(name),
  );
  for (const [name, [path, button]] of asked)
    for (const text of [script, 'x'.repeat(10_000)]) {
      // Where the last text was taken, the recording is under hold now.
      await rig.server.fetch('DELETE', `${recordingPath}/legal-hold`);
      await open(page, path, button);
      const written = await writeInto(dialog(page), text);
      const submit = dialog(page).locator('button[type=submit]');
      const before = await Promise.all(written.map((input) => input.inputValue()));
      if (written.length === 0 || !(await submit.isEnabled())) continue;
      await submit.click();
      const complaint = dialog(page).locator('[aria-invalid=true], [role=alert]').first();
      const next = dialog(page)
        .locator('[data-progress=true], .mantine-Stepper-stepIcon[data-completed]')
        .first();
      await complaint.or(page.locator('body:not(:has([role=dialog]))')).or(next).first().waitFor();
      if (await complaint.isVisible())
        for (const [index, input] of written.entries())
          if (await input.isVisible()) assert.equal(await input.inputValue(), before[index], name);
      assert.equal(await traces(page), 0, name);
    }
  for (const path of [
    '/calls',
    '/recordings',
    '/voice-assets',
    '/do-not-call',
    '/start',
    recordingPath,
  ]) {
    await page.goto(path);
    await page.locator('main h1').first().waitFor();
    for (const input of await writeInto(page.locator('main'), script)) await input.press('Enter');
    await page.locator('main h1').first().waitFor();
    assert.equal(await traces(page), 0, path);
  }
  await page.locator('body').press('/');
  await page.keyboard.type(script);
  await page.getByText('Nothing found.').waitFor();
  assert.equal(await traces(page), 0);
});

test('a roster with scripts as names, variables and numbers is shown as text', async () => {
  const { page } = desk;
  const file = join(rig.folder, 'scripts.csv');
  const quoted = `"${script.replaceAll('"', '""')}"`;
  writeFileSync(file, `number,name,${quoted}\n+12025550144,${quoted},${quoted}\n${quoted},a,b\n`);
  await open(page, '/rosters', 'Add');
  await dialog(page).getByRole('textbox', { name: 'Roster name' }).fill(script.slice(0, 50));
  await page.locator('input[type=file]').setInputFiles(file);
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page).waitFor({ state: 'hidden' });
  await click(page, '1 row');
  await dialog(page)
    .getByRole('row', { name: /Not a telephone number/ })
    .waitFor();
  assert.equal(await traces(page), 0);
});

/** Each opens a form, writes into it and saves, while somebody else has saved the same thing in between. */
const edits = (): Readonly<
  Record<string, readonly [path: string, button: string | RegExp, api: string, body: object]>
> => ({
  agent: ['/settings/agents', /^Edit Ada/, `/agents/${centre.agentId}`, { agentId: '1002' }],
  trunk: ['/settings/trunks', 'Edit Carrier', `/trunks/${centre.trunkId}`, { order: 3 }],
  queue: ['/settings/queues', /^Edit Kunden/, `/queues/${centre.queueId}`, { ringSeconds: 45 }],
  tenant: ['/settings/tenants', 'Edit Default', '/tenants/', { wrapUpSeconds: 31 }],
  prefixes: ['/settings/call', 'Edit Allowed prefixes', '/tenants/', { wrapUpSeconds: 32 }],
  task: [taskPath, 'Edit', taskPath, { tries: 2 }],
});

test('of two people who edit an agent, a trunk, a queue, a tenant, the prefixes, a task or a caller identity the second is told', async () => {
  const { page } = desk;
  const { items } = await rig.server.request<{ items: { id: string }[] }>('GET', '/tenants');
  const told = page.getByText('Somebody else changed this meanwhile.');
  for (const [name, [path, button, api, body]] of Object.entries(edits())) {
    await open(page, path, button);
    const place = api === '/tenants/' ? `${api}${items[0]?.id ?? ''}` : api;
    await rig.server.request('PATCH', place, { body });
    const submit = dialog(page).locator('button[type=submit]');
    if (name === 'task') for (let step = 0; step < 2; step++) await submit.click();
    await submit.click();
    await told.first().waitFor();
    await rig.picture(page, `second-editor-${name}`);
  }
  // A page that hears of no change, as on a line that hangs.
  await page.route('**/api/v1/events', (route) => route.abort());
  await page.goto('/settings/call');
  const identity = page.getByRole('combobox', { name: /^Caller number of Ada/ }).first();
  await identity.waitFor();
  await rig.server.request('PATCH', `/agents/${centre.agentId}`, { body: { agentId: '1003' } });
  await identity.selectOption('+12025550101');
  await told.first().waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

const renew = async (page: Page): Promise<void> => {
  const again = page.getByRole('dialog', { name: 'Your session has ended' });
  await again.waitFor();
  await signIn(page);
  await again.waitFor({ state: 'detached' });
};

test('a session that ends while somebody writes on a page, or is at the last step of the wizard, costs nothing that was written', async () => {
  const { page, context } = desk;
  await page.goto(recordingPath);
  const note = page.getByRole('textbox', { name: 'New note' });
  await note.fill('Written before the session ended');
  await context.clearCookies();
  await click(page, 'Add note');
  await renew(page);
  assert.equal(await note.inputValue(), 'Written before the session ended');
  await click(page, 'Add note');
  await page.getByRole('listitem').getByText('Written before the session ended').waitFor();
  await open(page, taskPath, 'Edit');
  const name = dialog(page).getByRole('textbox', { name: 'Task name' });
  await name.fill('Renamed before the session ended');
  const submit = dialog(page).locator('button[type=submit]');
  for (let step = 0; step < 2; step++) await submit.click();
  await context.clearCookies();
  await submit.click();
  await renew(page);
  await submit.click();
  await page.getByRole('heading', { name: /Renamed before the session ended/ }).waitFor();
});

test('the pages themselves never complained, their security policy included', () => {
  assert.deepEqual(desk.complaints, []);
});
