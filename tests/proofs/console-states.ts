/** `npm run prove -- console-states`: every page of the console in every state, in three languages, both themes and on a telephone. The quick look, with what a role may not see, is `tests/console/states.full.test.ts`. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { enter, lookHere, openConsole, type ConsoleRig } from '../rig/console.ts';
import { consolePages, type ConsolePage } from '../rig/console-pages.ts';
import { bringEmpty, bringFilled, whileBroken, whileLoading } from '../rig/console-states.ts';
import { fillCentre } from '../rig/full-centre.ts';
import { adminEmail, adminPassword } from '../rig/server.ts';

let rig: ConsoleRig;

before(async () => {
  rig = await openConsole({ name: 'states' });
  const { page } = rig.desk;
  page.setDefaultTimeout(60_000);
  await enter(page);
});
after(() => rig.close());

const lookAtEach = async (
  page: Page,
  state: string,
  bring: (one: ConsolePage) => Promise<void>,
  options: { readonly everyLanguage?: boolean } = {},
): Promise<void> => {
  const findings: string[] = [];
  for (const one of consolePages) {
    await bring(one);
    findings.push(...(await lookHere(rig, page, `${one.name}-${state}`, options)));
  }
  assert.deepEqual(findings, []);
};

test('a new installation, in every language and theme', () =>
  lookAtEach(rig.desk.page, 'empty', (one) => bringEmpty(rig.desk.page, one)));

test('while the server thinks, in every language and theme', () =>
  whileLoading(rig.desk.page, (bring) => lookAtEach(rig.desk.page, 'loading', bring)));

test('when the server breaks, in every language and theme', async () => {
  const { page, complaints } = await rig.visitAs(adminEmail, adminPassword);
  await page.clock.install();
  await whileBroken(page, (bring) => lookAtEach(page, 'broken', bring));
  assert.deepEqual(complaints, []);
});

test('with something on every page and names as long as they may be, in every language and theme', async () => {
  const { ids } = await fillCentre(rig.server);
  const { page } = rig.desk;
  const options = { everyLanguage: true };
  await lookAtEach(page, 'filled', (one) => bringFilled(page, one, ids), options);
});

test('the pages themselves never complained, their security policy included', () => {
  assert.deepEqual(rig.desk.complaints, []);
});
