/** How each page of the console comes into each of its states; both the quick look at all of them and the long one begin here. */
import type { Page, Route } from 'playwright-core';
import type { ConsolePage } from './console-pages.ts';
import { until } from './programs.ts';

const nobody = '00000000-0000-0000-0000-000000000000';

/** @param ids of what a page about one thing shows; without, it is asked for something that does not exist */
export const pathOf = (
  { route }: ConsolePage,
  ids: Readonly<Partial<Record<string, string>>> = {},
): string => route.replace('$id', ids[route] ?? nobody);

const notices = (url: URL): boolean => url.pathname === '/api/v1/events';

/** Everything that a page asks for itself; who is signed in is known all the same. */
const questions = (url: URL): boolean =>
  url.pathname.startsWith('/api/v1/') && !/\/(sessions?|events)$/.test(url.pathname);

export const settled = async (page: Page): Promise<void> => {
  await page.locator('main h1').first().waitFor();
  await page.locator('main .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
};

export const bringFilled = async (
  page: Page,
  one: ConsolePage,
  ids: Readonly<Partial<Record<string, string>>>,
): Promise<void> => {
  await page.goto(pathOf(one, ids));
  await settled(page);
  if (one.route === '/recordings/$id') await page.locator('canvas').first().waitFor();
};

export const bringEmpty = async (page: Page, one: ConsolePage): Promise<void> => {
  await page.goto(pathOf(one));
  if (one.empty !== undefined) await page.getByRole('heading', { name: one.empty }).waitFor();
  else if (one.route.includes('$'))
    await page.getByText('There is no such thing, or it is not yours to see.').waitFor();
  else await settled(page);
};

/** While `look` goes on, the server answers nothing that a page asks for. */
export const whileLoading = async (
  page: Page,
  look: (bring: (one: ConsolePage) => Promise<void>) => Promise<void>,
): Promise<void> => {
  const held: Route[] = [];
  await page.route(questions, (route) => void held.push(route));
  await look(async (one) => {
    await page.goto(pathOf(one));
    await page.locator('main [role=status][aria-label], main [role=progressbar]').first().waitFor();
  });
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  // Of pages that were left meanwhile there is nothing to take back.
  for (const route of held) await route.abort().catch(() => undefined);
};

const broken = {
  type: 'about:blank',
  title: 'Something went wrong here',
  status: 500,
  detail: '',
  code: 'api/internal',
  errors: [],
  requestId: 'req-7f3b',
};

/**
 * While `look` goes on, everything that a page asks for breaks at the server. The page asks again after a second, and again after two:
 * its clock is put forward over that, so it is to have been installed before the page is opened. No notice of a change reaches it, or
 * the page would ask anew by itself and take Try again away before it is pressed.
 */
export const whileBroken = async (
  page: Page,
  look: (bring: (one: ConsolePage) => Promise<void>) => Promise<void>,
): Promise<void> => {
  await page.route(questions, (route) =>
    route.fulfill({ status: 500, contentType: 'application/problem+json', json: broken }),
  );
  const held: Route[] = [];
  await page.route(notices, (route) => void held.push(route));
  await look(async (one) => {
    await page.goto(pathOf(one));
    const told = page.getByRole('alert').getByText('Something went wrong at the server.').first();
    await until(`${one.route} says that something went wrong`, async () => {
      if (await told.isVisible()) return true;
      await page.clock.fastForward(2000);
      return undefined;
    });
    await page.getByText('Request req-7f3b').first().waitFor();
  });
  const retry = page.getByRole('button', { name: 'Try again' }).first();
  await page.unroute(questions);
  await retry.click();
  await retry.waitFor({ state: 'detached' });
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  for (const route of held) await route.abort().catch(() => undefined);
};
