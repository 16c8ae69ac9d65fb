/** Administration in a real browser: every page and state, people who edit the same thing, and sessions that end in mid-form. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { axeFindings, type Visit } from '../rig/browser.ts';
import { enter, openConsole, signIn, type ConsoleRig } from '../rig/console.ts';
import { until } from '../rig/programs.ts';

let rig: ConsoleRig;
let desk: Visit;

before(async () => {
  rig = await openConsole({ name: 'administration' });
  desk = rig.desk;
  await enter(desk.page);
});

after(() => rig.close());

const dialog = (page: Page): Locator => page.getByRole('dialog');
const field = (page: Page, name: string): Locator =>
  dialog(page).getByRole('textbox', { name, exact: true });
const press = (page: Page, name: string): Promise<void> =>
  dialog(page).getByRole('button', { name, exact: true }).click();
const row = (page: Page, name: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) });

/** What a dialog looks like to people who see, hear or point less well, in both themes. */
const lookAtDialog = async (page: Page, name: string): Promise<void> => {
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    assert.deepEqual(await axeFindings(page), [], `${name} ${theme}`);
    await rig.picture(page, `${name}-${theme}`);
  }
};

const makeQueue = async (page: Page, name: string): Promise<void> => {
  await page.goto('/settings/queues');
  await page.getByRole('button', { name: 'Add a queue' }).click();
  await field(page, 'Name').fill(name);
  await press(page, 'Create');
  await row(page, name).waitFor();
};

test('a queue is made, changed, put back by Undo, and deleted after a question that names it', async () => {
  const { page } = desk;
  await page.goto('/settings/queues');
  await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
  await lookAtDialog(page, 'queues-empty');
  await makeQueue(page, 'Service');
  await page.getByRole('button', { name: 'Edit Service' }).click();
  await lookAtDialog(page, 'queue-edit');
  await field(page, 'Name').fill('Support');
  await press(page, 'Save');
  await row(page, 'Support').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await row(page, 'Service').waitFor();
  await page.getByRole('button', { name: 'Delete Service' }).click();
  await dialog(page).getByText('Calls to Service are no longer taken.').waitFor();
  await lookAtDialog(page, 'queue-delete');
  await press(page, 'Cancel');
  await row(page, 'Service').waitFor();
  await page.getByRole('button', { name: 'Delete Service' }).click();
  await press(page, 'Delete');
  await row(page, 'Service').waitFor({ state: 'detached' });
});

test('a refusal marks its field and keeps what was written; an empty field that must be filled is named before asking', async () => {
  const { page } = desk;
  await page.goto('/settings/trunks');
  await page.getByRole('button', { name: 'Add a trunk' }).click();
  await press(page, 'Create');
  await dialog(page).locator('input[name=name][aria-invalid=true]').waitFor();
  await field(page, 'Name').fill('Carrier');
  await field(page, 'Host or address').fill('not a host!');
  await press(page, 'Create');
  await dialog(page).getByText('Write a host name or an address.').waitFor();
  assert.equal(await field(page, 'Name').inputValue(), 'Carrier');
  await lookAtDialog(page, 'trunk-refused');
  await field(page, 'Host or address').fill('192.0.2.10');
  await press(page, 'Create');
  await row(page, 'Carrier').waitFor();
});

test('while a save is on its way its form stays, and what the server then says is told in it', async () => {
  const { page } = desk;
  await page.goto('/settings/trunks');
  await page.getByRole('button', { name: 'Edit Carrier' }).click();
  let refuse: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (refuse = resolve));
  await page.route('**/api/v1/trunks/*', async (route) => {
    await slow;
    await route.fulfill({ status: 500, body: '{}' });
  });
  await press(page, 'Save');
  const cancel = dialog(page).getByRole('button', { name: 'Cancel' });
  await until('there is no way back meanwhile', async () =>
    (await cancel.isDisabled()) ? true : undefined,
  );
  await page.keyboard.press('Escape');
  refuse();
  await dialog(page).getByRole('alert').waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  await press(page, 'Cancel');
  await dialog(page).waitFor({ state: 'detached' });
});

test('a script as a name is text, and a name of ten thousand characters is refused in its field', async () => {
  const { page } = desk;
  const script = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
  await makeQueue(page, script);
  await row(page, script).waitFor();
  assert.notEqual(await page.title(), '1');
  await page.getByRole('button', { name: 'Add a queue' }).click();
  await field(page, 'Name').fill('x'.repeat(10_000));
  await press(page, 'Create');
  await dialog(page).locator('input[name=name][aria-invalid=true]').waitFor();
  assert.equal((await field(page, 'Name').inputValue()).length, 10_000);
  await press(page, 'Cancel');
});

/** Every form of the administration that makes or changes something: where it is, and the button that opens it. */
const forms = {
  '/settings/queues': 'Add a queue',
  '/settings/agents': 'Add an agent',
  '/settings/numbers': 'Add a number',
  '/settings/trunks': 'Add a trunk',
  '/settings/users': 'Add a user',
  '/settings/tenants': 'Add a tenant',
  '/settings/developer': 'Make an API key',
  '/settings/email': 'Set a mail server',
  '/settings/call': 'Edit Allowed prefixes',
} as const;

/** Into every field that takes text; those that choose among given words are left alone. */
const writeEverywhere = async (page: Page, text: string): Promise<readonly Locator[]> => {
  const inputs = await dialog(page)
    .locator(
      'input:not([type=radio], [type=checkbox], [type=file], [type=hidden], [readonly], [role=combobox], [aria-haspopup]), textarea',
    )
    .all();
  const shown: Locator[] = [];
  for (const input of inputs) {
    if (!(await input.isVisible())) continue;
    await input.fill(text);
    shown.push(input);
  }
  return shown;
};

test('scripts in every field of every form stay text, and ten thousand characters are refused at the field with what was written kept', async () => {
  const { page } = desk;
  const script = '"><img src=x onerror="window.ran=1"><script>window.ran=1</script>';
  const submit = dialog(page).locator('button[type=submit]');
  const complaint = dialog(page).locator('[aria-invalid=true], [role=alert]').first();
  for (const [path, opens] of Object.entries(forms)) {
    await page.goto(path);
    await page.getByRole('button', { name: opens }).click();
    await writeEverywhere(page, script);
    await submit.click();
    // Taken where a field takes any text, refused where it does not.
    await complaint.or(page.locator('body:not(:has([role=dialog]))')).first().waitFor();
    assert.equal(await page.locator('img[src=x]').count(), 0, path);
    await page.goto(path);
    await page.getByRole('button', { name: opens }).click();
    const long = 'x'.repeat(10_000);
    const written = await writeEverywhere(page, long);
    await submit.click();
    await complaint.waitFor();
    for (const input of written) {
      const kept = (await input.inputValue()).length;
      const most = Number((await input.getAttribute('maxlength')) ?? long.length);
      assert.equal(kept, Math.min(most, long.length), path);
    }
    assert.equal(await page.locator('img[src=x]').count(), 0, path);
    assert.equal(await page.evaluate('window.ran'), undefined, path);
    await press(page, 'Cancel');
  }
});

test('an agent’s SIP password is made, shown once, and never again', async () => {
  const { page } = desk;
  await makeQueue(page, 'Front desk');
  await page.goto('/settings/agents');
  await page.getByRole('button', { name: 'Add an agent' }).click();
  await field(page, 'Name').fill('Ada Lovelace');
  await field(page, 'E-mail').fill('ada@example.test');
  await field(page, 'Agent id').fill('1001');
  await field(page, 'SIP user name').fill('ada');
  await lookAtDialog(page, 'agent-new');
  await press(page, 'Create');
  await page.getByText('The password is shown this once.').waitFor();
  await lookAtDialog(page, 'agent-password');
  await page.reload();
  await row(page, 'Ada Lovelace').waitFor();
  assert.equal(await page.getByText('The password is shown this once.').count(), 0);
});

test('an API key is shown once and works until it is revoked', async () => {
  const { page } = desk;
  await page.goto('/settings/developer');
  await page.getByRole('button', { name: 'Make an API key' }).click();
  await field(page, 'Name').fill('Reports');
  await press(page, 'Create');
  await page.getByText('Copy the key now').waitFor();
  const key = (await page.locator('main code').first().textContent())?.trim() ?? '';
  assert.equal((await rig.server.fetch('GET', '/queues', { key })).status, 200);
  await page.getByRole('button', { name: 'Delete Reports' }).click();
  await press(page, 'Delete');
  await dialog(page).waitFor({ state: 'detached' });
  assert.equal((await rig.server.fetch('GET', '/queues', { key })).status, 401);
});

test('of two people who edit one thing the second is told, and finds the first one’s values when the form is opened again', async () => {
  const { page } = desk;
  await page.goto('/settings/queues');
  await page.getByRole('button', { name: 'Edit Front desk' }).click();
  const { items } = await rig.server.request<{ items: { id: string; name: string }[] }>(
    'GET',
    '/queues',
  );
  const queue = items.find(({ name }) => name === 'Front desk');
  await rig.server.request('PATCH', `/queues/${queue?.id ?? ''}`, { body: { ringSeconds: 45 } });
  await field(page, 'Name').fill('Reception');
  await press(page, 'Save');
  await dialog(page).getByText('Somebody else changed this meanwhile.').waitFor();
  assert.equal(await field(page, 'Name').inputValue(), 'Reception');
  await lookAtDialog(page, 'changed-meanwhile');
  await press(page, 'Cancel');
  await row(page, 'Front desk').getByText('45 seconds').waitFor();
  await page.getByRole('button', { name: 'Edit Front desk' }).click();
  await field(page, 'Name').fill('Reception');
  await press(page, 'Save');
  await row(page, 'Reception').waitFor();
});

test('a session that ends in mid-form is renewed over the page, and what was written is still there', async () => {
  const { page, context } = desk;
  await page.goto('/settings/queues');
  await page.getByRole('button', { name: 'Add a queue' }).click();
  await field(page, 'Name').fill('Written before');
  await context.clearCookies();
  await press(page, 'Create');
  const again = page.getByRole('dialog', { name: 'Your session has ended' });
  await again.waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await rig.picture(page, 'session-over');
  assert.equal(
    await again.getByRole('textbox', { name: 'E-mail' }).inputValue(),
    'admin@example.test',
  );
  await signIn(page);
  await again.waitFor({ state: 'detached' });
  assert.equal(await field(page, 'Name').inputValue(), 'Written before');
  await press(page, 'Create');
  await row(page, 'Written before').waitFor();
});

test('the slash opens the search; an agent is found by part of the name, and nothing is said to be nothing', async () => {
  const { page } = desk;
  await page.goto('/calls');
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  await page.locator('body').press('/');
  await page.keyboard.type('lovel');
  const found = page.getByRole('option', { name: 'Calls of Ada Lovelace (1001)' });
  await found.waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await rig.picture(page, 'search');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/agentId=/);
  await page.locator('body').press('/');
  await page.keyboard.type('nobody at all');
  await page.getByText('Nothing found.').waitFor();
  await page.keyboard.press('Escape');
});

test('whoever may only read sees every list and no button; whoever may not see it is told so', async () => {
  const password = 'another-long-password';
  for (const role of ['auditor', 'agent'])
    await rig.server.request('POST', '/users', {
      body: { email: `${role}@example.test`, password, role },
    });
  const auditor = await rig.visitAs('auditor@example.test', password);
  await auditor.page.goto('/settings/trunks');
  await row(auditor.page, 'Carrier').waitFor();
  assert.equal(await auditor.page.getByRole('button', { name: 'Add a trunk' }).count(), 0);
  assert.equal(await auditor.page.getByRole('button', { name: 'Edit Carrier' }).count(), 0);
  const agent = await rig.visitAs('agent@example.test', password);
  assert.equal(await agent.page.getByRole('link', { name: 'Trunks' }).count(), 0);
  await agent.page.goto('/settings/trunks');
  await agent.page.getByText('Your role may not see or do this.').waitFor();
  assert.deepEqual(await axeFindings(agent.page), []);
  await rig.picture(agent.page, 'no-right');
});

test('the server goes away: the list says so and is there again after Try again', async () => {
  const { page } = desk;
  await page.goto('/calls');
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  await rig.server.kill();
  await page
    .getByRole('link', { name: 'Trunks' })
    .or(page.getByRole('button', { name: 'Settings' }))
    .first()
    .click();
  await page.getByRole('link', { name: 'Trunks' }).click();
  await page
    .getByText(/The server does not answer|Something unexpected/)
    .first()
    .waitFor({ timeout: 30_000 });
  await page.getByText(/No live updates since/).waitFor();
  await rig.picture(page, 'server-gone');
  await rig.server.start();
  await page
    .getByRole('button', { name: /Try again|Load again/ })
    .first()
    .click();
  await row(page, 'Carrier').waitFor({ timeout: 30_000 });
});

test('the page itself never complained, its security policy included', () => {
  assert.deepEqual(
    desk.complaints.filter((each) => !/dynamically imported module/.test(each)),
    [],
  );
});
