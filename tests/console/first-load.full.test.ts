/** How much script a browser fetches before the first page: softphone, charts and designer come on demand. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { visit } from '../rig/browser.ts';
import { buildConsole, openConsole, signIn } from '../rig/console.ts';

const LIMIT_BYTES = 300_000;
const dist = join(import.meta.dirname, '..', '..', 'console', 'dist');

before(buildConsole);

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

const rig = { close: (): Promise<void> => Promise.resolve() };
after(() => rig.close());

test('the first page asks for who is signed in and for its list while its scripts are still loading, and only once', async () => {
  const opened = await openConsole({ name: 'first-load' });
  rig.close = () => opened.close();
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

  await signIn(page);
  await page.getByRole('navigation').waitFor();
  for (const path of ['/recordings', '/calls']) {
    asked.length = 0;
    await page.goto(path);
    await page.locator('main h1').waitFor();
    await page.waitForLoadState('networkidle');
    const list = `/api/v1${path}?limit=50`;
    assert.equal(timesAsked('/api/v1/sessions'), 1, asked.join('\n'));
    assert.equal(timesAsked(list), 1, asked.join('\n'));
    // Before the page itself asks for anything else.
    const early = (await page.evaluate(`(() => {
      const begun = (path) => performance.getEntriesByType('resource').find(({ name }) => name.endsWith(path)).startTime;
      const first = performance.getEntriesByType('resource').find(({ initiatorType, name }) => /\\/api\\/v1\\/(alarms|saved-views)/.test(name));
      return { session: begun('/api/v1/sessions'), list: begun('${list}'), others: first.startTime };
    })()`)) as { readonly session: number; readonly list: number; readonly others: number };
    assert.ok(early.session <= early.list && early.list < early.others, JSON.stringify(early));
  }

  // A filter in the address is the page's to read.
  asked.length = 0;
  await page.goto('/recordings?state=failed');
  await page.locator('main h1').waitFor();
  await page.waitForLoadState('networkidle');
  assert.equal(timesAsked('/api/v1/recordings?limit=50'), 0, asked.join('\n'));
  assert.equal(timesAsked('/api/v1/recordings?state=failed&limit=50'), 1, asked.join('\n'));
});
