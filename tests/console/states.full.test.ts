/** Every page of the console in every state: loading, broken, empty, filled, and closed to a role. The long look in all languages is `tests/proofs/console-states.ts`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { reachOf } from '#core/policy/rights.ts';
import { axeFindings, type Visit } from '../rig/browser.ts';
import { clickIn, openDialog, pathsOf } from '../rig/console-dialogs.ts';
import { enter, lookInTurn, openConsole, type ConsoleRig } from '../rig/console.ts';
import { consolePages, type ConsolePage } from '../rig/console-pages.ts';
import {
  bringEmpty,
  bringFilled,
  pathOf,
  settled,
  whileBroken,
  whileLoading,
} from '../rig/console-states.ts';
import { fillCentre, type FullCentre } from '../rig/full-centre.ts';
import { adminEmail, adminPassword } from '../rig/server.ts';

let rig: ConsoleRig;
let desk: Visit;
let look: ReturnType<typeof lookInTurn>;
/** Calls take their time; the pages that need none are looked at meanwhile. */
let filled: Promise<FullCentre>;

before(async () => {
  rig = await openConsole({ name: 'states' });
  look = lookInTurn(rig);
  desk = rig.desk;
  await enter(desk.page);
});
after(() => rig.close());

const areas = {
  'the work of a day': consolePages.filter(({ route }) => !route.startsWith('/settings/')),
  settings: consolePages.filter(({ route }) => route.startsWith('/settings/')),
};

const lookAtEach = async (
  page: Page,
  state: string,
  pages: readonly ConsolePage[],
  bring: (one: ConsolePage) => Promise<void>,
): Promise<void> => {
  const findings: string[] = [];
  for (const one of pages) {
    await bring(one);
    findings.push(...(await look(page, `${one.name}-${state}`)));
  }
  assert.deepEqual(findings, []);
};

test('the list of pages is the one of the router', () => {
  const source = new URL('../../console/src/router.tsx', import.meta.url);
  const routes = Array.from(
    readFileSync(source, 'utf8').matchAll(/path: '([^']+)'/g),
    ([, path]) => path,
  );
  assert.deepEqual(
    consolePages.map(({ route }) => route).sort(),
    routes.filter((path) => path !== '/').sort(),
  );
});

test('docs/console.md tells of every page', () => {
  const text = readFileSync(new URL('../../docs/console.md', import.meta.url), 'utf8');
  const told = consolePages.filter(({ route }) => text.includes(`\n| \`${route}\` `));
  assert.deepEqual(told, consolePages);
});

for (const [area, pages] of Object.entries(areas))
  test(`a new installation, ${area}: every list says that nothing is here yet and what to do about it`, () =>
    lookAtEach(desk.page, 'empty', pages, (one) => bringEmpty(desk.page, one)));

test('people begin to fill the centre', () => {
  filled = fillCentre(rig.server);
  // Whoever waits for it is told; nobody does yet.
  filled.catch(() => undefined);
});

for (const [area, pages] of Object.entries(areas))
  test(`while the server thinks, every page says that it loads: ${area}`, () =>
    whileLoading(desk.page, (bring) => lookAtEach(desk.page, 'loading', pages, bring)));

for (const [area, pages] of Object.entries(areas))
  test(`when the server breaks, every page says so, names the request, and is there after Try again: ${area}`, async () => {
    const other = await rig.visitAs(adminEmail, adminPassword);
    await other.page.clock.install();
    await whileBroken(other.page, (bring) => lookAtEach(other.page, 'broken', pages, bring));
    assert.deepEqual(other.complaints, []);
    await other.context.close();
  });

for (const [area, pages] of Object.entries(areas))
  test(`every page with something on it and names as long as they may be: ${area}`, async () => {
    const { ids } = await filled;
    await lookAtEach(desk.page, 'filled', pages, (one) => bringFilled(desk.page, one, ids));
  });

/** Each brings one thing that floats over the page: by the pointer, by a click, or because something was saved. */
const floating = (
  page: Page,
  { call, recording }: { readonly call: string; readonly recording: string },
): Readonly<Record<string, () => Promise<unknown>>> => {
  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' }).first();
  const at = async (path: string): Promise<void> => {
    await page.goto(path);
    await settled(page);
  };
  const tooltip = () => page.getByRole('tooltip').first().waitFor();
  const menu = () => page.getByRole('menu').waitFor();
  // The library's own, not those of the browser.
  const choices = () => page.locator('[role=option]:visible').first().waitFor();
  const chooser = '[aria-haspopup=listbox]:visible';
  return {
    'tooltip of the head': () =>
      at('/calls')
        .then(() => button(/^(Light|Dark)/).hover())
        .then(tooltip),
    'tooltip in a list': () =>
      at('/settings/trunks')
        .then(() => button('Edit Carrier').hover())
        .then(tooltip),
    'tooltip of the player': () =>
      at(recording)
        .then(() => button(/^Mute /).hover())
        .then(tooltip),
    'tooltip of the docked player, over the menu': () =>
      at(recording)
        .then(() => button('Back 10 seconds').hover())
        .then(tooltip),
    'menu of the account': () =>
      at(call)
        .then(() => button(adminEmail).click())
        .then(menu),
    'menu of views': () =>
      at('/recordings')
        .then(() => clickIn(page, 'Views'))
        .then(menu),
    'menu of downloads': () =>
      at(recording)
        .then(() => clickIn(page, 'Download'))
        .then(menu),
    'choices on a page': () =>
      at('/settings/audit-log')
        .then(() => page.locator(`main ${chooser}`).first().click())
        .then(choices),
    'choices in a dialog': () =>
      openDialog(page, ['/settings/agents', /^Edit Ada/])
        .then(() => page.getByRole('dialog').locator(chooser).first().click())
        .then(choices),
    notice: () =>
      openDialog(page, ['/settings/trunks', 'Edit Carrier'])
        .then(() => page.getByRole('dialog').getByRole('button', { name: 'Save' }).click())
        .then(() => button('Undo').waitFor()),
  };
};

/** In the page: what floats and has something else over its middle or its corners. The pointer passes through tooltips: not while it looks. */
const covered = `[...document.querySelectorAll('[role=tooltip], [role=menu], [role=listbox]')]
  .filter((floats) => floats.checkVisibility())
  .filter((floats) => {
    floats.style.pointerEvents = 'auto';
    const { left, right, top, bottom } = floats.getBoundingClientRect();
    const points = [[(left + right) / 2, (top + bottom) / 2], [left + 4, top + 4], [right - 4, top + 4], [left + 4, bottom - 4], [right - 4, bottom - 4]];
    return points.some(([x, y]) => !floats.contains(document.elementFromPoint(x, y)));
  })
  .map((floats) => floats.textContent)`;

test('whatever floats over a page lies over all of it and belongs to a part of it that has a name: tooltips, menus, choices and notices', async () => {
  const { ids } = await filled;
  const { page } = desk;
  const findings: string[] = [];
  for (const [name, bring] of Object.entries(floating(page, pathsOf({ ids })))) {
    await bring();
    await rig.picture(page, `floating-${name.replaceAll(' ', '-')}`);
    findings.push(...(await axeFindings(page)).map((each) => `${name}: ${each}`));
    const hidden = (await page.evaluate(covered)) as readonly string[];
    findings.push(...hidden.map((each) => `${name}: something lies over ${each}`));
  }
  assert.deepEqual(findings, []);
  await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<p>belongs nowhere</p>')`);
  assert.match((await axeFindings(page)).join(), /^region: <p>belongs nowhere/);
});

const here = (page: Page): Promise<boolean> =>
  page.getByText('Your role may not see or do this.').first().isVisible();

for (const role of ['agent', 'supervisor', 'auditor'] as const)
  test(`${role}: the menu leads to the pages that the role may see, the others say so when opened by address, and the server refuses nothing of the first`, async () => {
    const { ids } = await filled;
    const password = 'another-long-password';
    const email = `${role}@example.test`;
    await rig.server.request('POST', '/users', { body: { email, password, role } });
    const { page, complaints, context } = await rig.visitAs(email, password);
    await settled(page);
    const refused: string[] = [];
    page.on('response', (answer) => {
      if (answer.status() === 403) refused.push(`${page.url()} asked ${answer.url()}`);
    });
    for (const button of await page.locator('nav button').all()) await button.click();
    const isOpen = ({ right }: ConsolePage): boolean => reachOf(role, right) !== null;
    const inMenu = ({ route }: ConsolePage) => page.locator(`nav a[href="${route}"]`);
    const listed = consolePages.filter(({ route }) => !route.includes('$'));
    for (const one of listed.filter(isOpen)) await inMenu(one).waitFor({ state: 'attached' });
    for (const one of listed.filter((each) => !isOpen(each)))
      assert.equal(await inMenu(one).count(), 0, one.route);
    const closed: string[] = [];
    for (const one of consolePages) {
      const mayOpen = isOpen(one);
      await page.goto(pathOf(one, ids));
      await settled(page);
      assert.equal(await here(page), !mayOpen, one.route);
      if (!mayOpen) closed.push(...(await look(page, `${one.name}-no-right-${role}`)));
    }
    assert.deepEqual(closed, []);
    assert.deepEqual(refused, []);
    assert.deepEqual(complaints, []);
    await context.close();
  });

test('the pages themselves never complained, their security policy included', () => {
  assert.deepEqual(desk.complaints, []);
});
