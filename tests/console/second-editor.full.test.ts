/** Two people at one thing, and a trunk where none may be: what is refused is told where it was written, and there is a way on. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Locator } from 'playwright-core';
import type { Visit } from '../rig/browser.ts';
import { enter, lookHere, openConsole, type ConsoleRig } from '../rig/console.ts';
import {
  dialogOf,
  openDialog,
  pathsOf,
  type DialogPlace,
  type Paths,
} from '../rig/console-dialogs.ts';
import { fillCentre, type FullCentre } from '../rig/full-centre.ts';
import { until } from '../rig/programs.ts';

let rig: ConsoleRig;
let desk: Visit;
let centre: FullCentre;
let paths: Paths;

before(async () => {
  rig = await openConsole({ name: 'second-editor' });
  desk = rig.desk;
  await enter(desk.page);
});
after(() => rig.close());

/** A person sees the middle of it: it is neither scrolled away nor covered. */
const isInSight = async (text: Locator): Promise<boolean> => {
  const { x, y, width, height } = (await text.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const seen = await text
    .page()
    .evaluate<string>(
      `document.elementFromPoint(${x + width / 2}, ${y + height / 2})?.textContent ?? ''`,
    );
  return seen !== '' && ((await text.textContent()) ?? '').includes(seen);
};
const inSight = (what: string, text: Locator): Promise<true> =>
  until(`${what} is in sight`, async () => (await isInSight(text)) || undefined);

test('a trunk on this server’s own link is refused at its field, in the settings and in the first steps, with what was written kept', async () => {
  const { page } = desk;
  const host = '169.254.169.254';
  const why = /^This address is the server’s own, or a link-local or multicast one/;
  const assertRefused = async (form: Locator, create: Locator): Promise<void> => {
    const field = form.getByRole('textbox', { name: 'Host or address' });
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Metadata');
    await field.fill(host);
    await create.click();
    await form.getByText(why).waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    await inSight('the refusal', form.getByText(why));
    assert.equal(await field.inputValue(), host);
  };
  await page.goto('/start');
  const step = page.getByRole('region', { name: '3. A trunk' });
  await assertRefused(step, step.getByRole('button', { name: 'Create' }));
  assert.deepEqual(await lookHere(rig, page, 'trunk-host-start'), []);
  await openDialog(page, ['/settings/trunks', 'Add a trunk']);
  const form = dialogOf(page);
  const create = form.locator('button[type=submit]');
  await assertRefused(form, create);
  assert.deepEqual(await lookHere(rig, page, 'trunk-host'), []);
  // The way on: an address that trunks may have.
  await form.getByRole('textbox', { name: 'Host or address' }).fill('192.0.2.10');
  await create.click();
  await form.waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /^Metadata 192\.0\.2\.10/ }).waitFor();
});

test('the centre is filled', async () => {
  centre = await fillCentre(rig.server);
  paths = pathsOf(centre);
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
  task: [paths.task, 'Edit', paths.task, { tries: 2 }],
});

test('of two people who edit an agent, a trunk, a queue, a tenant, the prefixes, a task or a caller identity the second is told', async () => {
  const { page } = desk;
  const { items } = await rig.server.request<{ items: { id: string }[] }>('GET', '/tenants');
  const told = page.getByText('Somebody else changed this meanwhile.');
  for (const [name, [path, button, api, body]] of Object.entries(edits())) {
    await openDialog(page, [path, button]);
    const place = api === '/tenants/' ? `${api}${items[0]?.id ?? ''}` : api;
    await rig.server.request('PATCH', place, { body });
    const submit = dialogOf(page).locator('button[type=submit]');
    if (name === 'task') for (let step = 0; step < 2; step++) await submit.click();
    await submit.click();
    await told.first().waitFor();
    await inSight(`what the second editor of a ${name} is told`, told.first());
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

/** Texts, with what the first of two people saves there while the second writes. */
const texted = (): Readonly<
  Record<string, readonly [place: DialogPlace, field: string, api: string, first: object]>
> => ({
  roster: [['/rosters', 'Edit March reminders'], 'Description', '/rosters', { name: 'March' }],
  asset: [
    ['/voice-assets', 'Edit MarchPayReminder_V2'],
    'Description',
    '/voice-assets',
    { description: 'Saved by the first' },
  ],
  note: [
    [paths.recording, 'Edit note'],
    'Note',
    `${paths.recording}/notes`,
    { text: 'Saved by the first' },
  ],
});

interface Stored {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly text?: string;
}
const stored = async (path: string): Promise<Stored> => {
  const { items } = await rig.server.request<{ items: Stored[] }>('GET', path);
  const one = items.find(({ name }) => name === undefined || /^March/.test(name));
  assert.ok(one);
  return one;
};

for (const [name, describe] of Object.entries({
  roster: ({ description }: Stored) => description,
  asset: ({ description }: Stored) => description,
  note: ({ text }: Stored) => text,
}))
  test(`of two who edit one thing (${name}) the second keeps the own words, sees the first one’s, and may take those or save over them`, async () => {
    const { page } = desk;
    const edit = texted()[name];
    assert.ok(edit);
    const [place, label, api, first] = edit;
    await openDialog(page, place);
    const field = dialogOf(page).getByRole('textbox', { name: label, exact: label === 'Note' });
    await field.fill('Written by the second');
    const { id, name: itsName = '' } = await stored(api);
    const save = (body: object): Promise<unknown> =>
      rig.server.request('PATCH', `${api}/${id}`, {
        // The words that are not changed are sent all the same.
        body: name === 'roster' ? { name: itsName, description: '', ...body } : body,
      });
    await save(first);
    const submit = dialogOf(page).locator('button[type=submit]');
    await submit.click();
    const told = dialogOf(page).getByText('What you wrote is still here, but not saved.');
    await told.waitFor();
    await inSight(`what the second editor of a ${name} is told`, told);
    assert.equal(await field.inputValue(), 'Written by the second');
    await dialogOf(page)
      .locator('dd')
      .getByText(String(Object.values(first)[0]), { exact: true })
      .waitFor();
    assert.notEqual(describe(await stored(api)), 'Written by the second', 'nothing is overwritten');
    assert.deepEqual(await lookHere(rig, page, `overtaken-${name}`), []);
    await dialogOf(page).getByRole('button', { name: 'Go on from what is there now' }).click();
    await told.waitFor({ state: 'detached' });
    assert.equal(await field.inputValue(), describe(await stored(api)));
    await dialogOf(page).locator('[data-autofocus]:focus').waitFor();
    // A third one saves meanwhile: whoever goes on is told again, and then has seen it.
    await field.fill('Written by the second');
    await save(name === 'note' ? { text: 'By a third' } : { description: 'By a third' });
    await submit.click();
    await told.waitFor();
    await dialogOf(page).locator('dd').getByText('By a third', { exact: true }).waitFor();
    await submit.click();
    await dialogOf(page).waitFor({ state: 'detached' });
    assert.equal(describe(await stored(api)), 'Written by the second');
  });

test('another’s long note is shown line by line in a box of its own, and Save stays near', async () => {
  const { page } = desk;
  const { id } = await stored(`${paths.recording}/notes`);
  await openDialog(page, [paths.recording, 'Edit note']);
  await dialogOf(page).getByRole('textbox', { name: 'Note', exact: true }).fill('Mine');
  const lines = Array.from({ length: 60 }, (_, n) => `Line ${n} of what the first one wrote`);
  await rig.server.request('PATCH', `${paths.recording}/notes/${id}`, {
    body: { text: lines.join('\n') },
  });
  await dialogOf(page).locator('button[type=submit]').click();
  const theirs = dialogOf(page).getByRole('group', { name: 'Note' });
  await theirs.waitFor();
  assert.equal(await theirs.innerText(), lines.join('\n'));
  await theirs.focus();
  await theirs.press('End');
  await inSight('its last line', theirs.getByText(/Line 59/));
  assert.ok(((await theirs.boundingBox())?.height ?? 0) < 200, 'a few lines are in sight');
  assert.deepEqual(await lookHere(rig, page, 'overtaken-long'), []);
});

test('the pages themselves never complained, their security policy included', () => {
  assert.deepEqual(desk.complaints, []);
});
