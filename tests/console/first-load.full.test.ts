/** How much script a browser fetches before the first page: softphone, charts and designer come on demand. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { visit } from '../rig/browser.ts';
import { enter, openConsole } from '../rig/console.ts';
import { until } from '../rig/programs.ts';

const LIMIT_BYTES = 300_000;
const dist = join(import.meta.dirname, '..', '..', 'console', 'dist');

const opened = await openConsole({ name: 'first-load' });
after(() => opened.close());

test('the first load is at most 300 kB of script, compressed', () => {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(
    ([, file = '']) => file,
  );
  assert.ok(scripts.length > 0);
  const sizes = scripts.map(
    (file) => [file, gzipSync(readFileSync(join(dist, file))).length] as const,
  );
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  assert.ok(total <= LIMIT_BYTES, JSON.stringify({ total, sizes }));
});

test('each compressed file of the console unpacks to the file beside it', () => {
  const assets = join(dist, 'assets');
  const names = readdirSync(assets).filter((name) => /\.(br|gz)$/.test(name));
  assert.ok(names.length > 40, `${names.length} compressed files`);
  for (const name of names) {
    const packed = readFileSync(join(assets, name));
    const text = name.endsWith('.br') ? brotliDecompressSync(packed) : gunzipSync(packed);
    assert.ok(text.equals(readFileSync(join(assets, name.slice(0, -3)))), name);
  }
});

/** Answers of this address wait until it is let go. */
const hold = async (page: Page, address: string | RegExp): Promise<() => void> => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  await page.route(address, async (route) => {
    await promise;
    await route.continue();
  });
  return () => resolve(undefined);
};

const changes = '**/api/v1/events';

test('the first page asks for who is signed in and for its list while its scripts are still loading, and only once', async () => {
  const { page } = await visit(opened.browser, { url: opened.server.url, language: 'pt-BR' });
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    asked.push(`${request.method()} ${pathname}${search}`);
  });
  const timesAsked = (path: string): number =>
    asked.filter((each) => each === `GET ${path}`).length;
  const inFullSight = (): Promise<unknown> =>
    page.locator('main h1, input[name=email]').first().waitFor();

  // Nobody is signed in: the list is not asked for, since it would be refused.
  await page.goto('/recordings');
  await inFullSight();
  assert.equal(timesAsked('/api/v1/sessions'), 1, asked.join('\n'));
  assert.equal(asked.filter((each) => each.includes('/recordings?')).length, 0, asked.join('\n'));
  assert.equal(await page.evaluate('document.documentElement.lang'), 'pt');
  assert.ok(
    asked.some((each) => /^GET \/assets\/pt-.*\.js$/.test(each)),
    asked.join('\n'),
  );
  assert.equal(asked.filter((each) => /^GET \/assets\/(en|zh)-.*\.js$/.test(each)).length, 0);

  await enter(page);
  for (const path of ['/recordings', '/calls']) {
    asked.length = 0;
    const early = ['/api/v1/sessions', `/api/v1${path}?limit=50`];
    const giveScript = await hold(page, /\/assets\/index-[^/]*\.js$/);
    // From then on everything is asked for once more.
    const tellChanges = await hold(page, changes);
    await page.goto(path, { waitUntil: 'commit' });
    await until('both are asked for without the script', () =>
      early.every((each) => timesAsked(each) === 1) ? true : undefined,
    );
    giveScript();
    // The list has come: it says that there is nothing yet.
    await page.locator('main h2').first().waitFor();
    for (const each of early) assert.equal(timesAsked(each), 1, asked.join('\n'));
    tellChanges();
    await page.unrouteAll({ behavior: 'wait' });
  }

  // A filter in the address is the page's to read.
  asked.length = 0;
  await page.goto('/recordings?state=failed');
  await page.locator('main h1').waitFor();
  await page.waitForLoadState('networkidle');
  assert.equal(timesAsked('/api/v1/recordings?limit=50'), 0, asked.join('\n'));
  assert.ok(timesAsked('/api/v1/recordings?state=failed&limit=50') > 0, asked.join('\n'));
});

test('what changes after the first list was asked for and before anything is told of changes is on the page all the same', async () => {
  const { page } = await visit(opened.browser, { url: opened.server.url });
  await enter(page);
  const tellChanges = await hold(page, changes);
  await page.goto('/settings/queues');
  await page.locator('main h2').first().waitFor();
  await opened.server.request('POST', '/queues', { body: { name: 'Late shift' } });
  assert.equal(await page.getByText('Late shift').count(), 0);
  tellChanges();
  await page.getByText('Late shift').waitFor();
});
