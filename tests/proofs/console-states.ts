/** `npm run prove -- console-states`: every page of the console in every state it can be in: loading, broken, empty, closed to a role, filled. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import type { Visit } from '../rig/browser.ts';
import { lookHere, openConsole, signIn, type ConsoleRig } from '../rig/console.ts';
import { consolePages, type ConsolePage } from '../rig/console-pages.ts';
import { fillCentre } from '../rig/full-centre.ts';

let rig: ConsoleRig;
let desk: Visit;

before(async () => {
  rig = await openConsole({ name: 'states' });
  desk = rig.desk;
  desk.page.setDefaultTimeout(60_000);
  await desk.page.goto('/');
  await signIn(desk.page);
  await desk.page.getByRole('heading', { name: 'First steps' }).waitFor();
});
after(() => rig.close());

const nobody = '00000000-0000-0000-0000-000000000000';
const pathOf = ({ route }: ConsolePage, id = nobody): string => route.replace('$id', id);

/** Everything that a page asks for itself; who is signed in is known all the same. */
const questions = (url: URL): boolean =>
  url.pathname.startsWith('/api/v1/') && !/\/(sessions?|events)$/.test(url.pathname);

const settled = async (page: Page): Promise<void> => {
  await page.locator('main h1').first().waitFor();
  await page.locator('main .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
};

/** Once, signed in; each page is opened, brought into its state and looked at. */
const lookAtEach = async (
  page: Page,
  state: string,
  bring: (one: ConsolePage) => Promise<boolean>,
  options: { readonly everyLanguage?: boolean } = {},
): Promise<readonly string[]> => {
  const findings: string[] = [];
  for (const one of consolePages)
    if (await bring(one))
      findings.push(...(await lookHere(rig, page, `${one.name}-${state}`, options)));
  return findings;
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

test('while the server thinks, every page says that it loads', async () => {
  const { page } = desk;
  const held: Route[] = [];
  const findings = await lookAtEach(page, 'loading', async (one) => {
    await page.route(questions, (route) => void held.push(route));
    await page.goto(pathOf(one));
    await page.locator('main [role=status][aria-label], main [role=progressbar]').first().waitFor();
    return true;
  });
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  for (const route of held) await route.abort().catch(() => undefined);
  assert.deepEqual(findings, []);
});

test('when the server breaks, every page says so in the reader’s words, names the request, and is there after Try again', async () => {
  const { page } = desk;
  const broken = {
    type: 'about:blank',
    title: 'Something went wrong here',
    status: 500,
    detail: '',
    code: 'api/internal',
    errors: [],
    requestId: 'req-7f3b',
  };
  const findings = await lookAtEach(page, 'broken', async (one) => {
    await page.route(questions, (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', json: broken }),
    );
    await page.goto(pathOf(one));
    await page
      .getByRole('alert')
      .getByText('Something went wrong at the server.')
      .first()
      .waitFor();
    await page.getByText('Request req-7f3b').first().waitFor();
    return true;
  });
  const retry = page.getByRole('button', { name: 'Try again' }).first();
  await page.unrouteAll({ behavior: 'wait' });
  await retry.click();
  await retry.waitFor({ state: 'detached' });
  assert.deepEqual(findings, []);
});

test('a new installation: every list says that nothing is here yet and what to do about it', async () => {
  const { page } = desk;
  const findings = await lookAtEach(page, 'empty', async (one) => {
    await page.goto(pathOf(one));
    if (one.empty !== undefined) await page.getByRole('heading', { name: one.empty }).waitFor();
    else if (one.route.includes('$'))
      await page.getByText('There is no such thing, or it is not yours to see.').waitFor();
    else await settled(page);
    return true;
  });
  assert.deepEqual(findings, []);
});

test('whoever may not see a page is told so on it, and finds no way to it in the menu', async () => {
  const password = 'another-long-password';
  for (const role of ['agent', 'supervisor'] as const) {
    const email = `${role}@example.test`;
    await rig.server.request('POST', '/users', { body: { email, password, role } });
    const other = await rig.visitAs(email, password);
    const findings = await lookAtEach(other.page, `no-right-${role}`, async (one) => {
      if (one.closedTo?.includes(role) !== true) return false;
      await other.page.goto(pathOf(one));
      await other.page.getByText('Your role may not see or do this.').first().waitFor();
      assert.equal(await other.page.locator(`nav a[href="${one.route}"]`).count(), 0, one.route);
      return true;
    });
    assert.deepEqual(findings, []);
    assert.deepEqual(other.complaints, []);
    await other.context.close();
  }
});

test('every page with something on it and names as long as they may be, in three languages, both themes and on a telephone', async () => {
  const { ids } = await fillCentre(rig.server);
  const { page } = desk;
  const isOfOne = (route: string): route is keyof typeof ids => Object.hasOwn(ids, route);
  const findings = await lookAtEach(
    page,
    'filled',
    async (one) => {
      await page.goto(pathOf(one, isOfOne(one.route) ? ids[one.route] : nobody));
      await settled(page);
      if (one.route === '/recordings/$id') await page.locator('canvas').first().waitFor();
      return true;
    },
    { everyLanguage: true },
  );
  assert.deepEqual(findings, []);
});

test('the pages themselves never complained, their security policy included', () => {
  assert.deepEqual(desk.complaints, []);
});
