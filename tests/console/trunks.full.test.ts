/** Trunks in a real browser: is the peer there, and does a call through it ring, be answered and sound? */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Baresip, startBaresip } from '../rig/baresip.ts';
import { axeFindings } from '../rig/browser.ts';
import { enter, lookAtAll, openConsole, type ConsoleRig } from '../rig/console.ts';
import { freePorts } from '../rig/free-port.ts';

let rig: ConsoleRig;
let carrier: Baresip | undefined;
const number = '+12025550199';

before(async () => {
  rig = await openConsole({ name: 'trunks', env: { CALLREEL_TRUNK_PING_SECONDS: '1' } });
  const ports = { Carrier: await freePorts(2), Gone: await freePorts(2) };
  for (const [name, port] of Object.entries(ports))
    await rig.server.request('POST', '/trunks', {
      body: { name, host: '127.0.0.1', port, callerNumbers: [`+1202555010${name.length}`] },
    });
  carrier = await startBaresip({
    folder: join(rig.folder, 'carrier'),
    registrar: null,
    user: number,
    sipPort: ports.Carrier,
    toneHz: 700,
    answers: 'auto',
    deadlineMs: 300_000,
  });
  await enter(rig.desk.page);
});

after(async () => {
  await carrier?.stop();
  await rig.close();
});

test('a trunk whose peer answers is reachable, one that nobody is at is not', async () => {
  const { page } = rig.desk;
  await page.goto('/settings/trunks');
  await page.getByRole('row', { name: /^Carrier .*Reachable/ }).waitFor();
  await page.getByRole('row', { name: /^Gone .*Unreachable/ }).waitFor();
  assert.deepEqual(await axeFindings(page), []);
});

test('trunks and their states fit a desk in three languages and both themes', async () => {
  const ready = (page: typeof rig.desk.page): Promise<unknown> =>
    page.locator('main .tabler-icon-plug-connected-x').waitFor();
  const findings = await lookAtAll(rig, { trunks: { path: '/settings/trunks', ready } });
  assert.deepEqual(findings, []);
});

test('a test call to a phone that answers and speaks says that the trunk works; a forbidden country is refused and named', async () => {
  const { page } = rig.desk;
  await page.goto('/settings/trunks');
  await page.getByRole('button', { name: 'Test call by Carrier' }).click();
  const dialog = page.getByRole('dialog');
  const to = dialog.getByLabel('Number to call');
  await to.fill('+442079460000');
  await dialog.getByRole('button', { name: 'Call', exact: true }).click();
  await dialog.getByText('Numbers that begin so may not be dialled from here.').waitFor();
  await to.fill(number);
  await dialog.getByRole('button', { name: 'Call', exact: true }).click();
  await dialog.getByText('Answered, and sound came back: the trunk works.').waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await rig.picture(page, 'test-call');
  const { items } = await rig.server.request<{ items: { action: string }[] }>('GET', '/audit-log');
  assert.deepEqual(
    items.slice(0, 3).map(({ action }) => action),
    ['trunk.test-call-end', 'trunk.test-call', 'trunk.test-call'],
  );
  assert.deepEqual(rig.desk.complaints, []);
});

test('when the peer goes away the page says so by itself', async () => {
  const { page } = rig.desk;
  await page.goto('/settings/trunks');
  await page.getByRole('row', { name: /^Carrier .*Reachable/ }).waitFor();
  await carrier?.stop();
  carrier = undefined;
  await page.getByRole('row', { name: /^Carrier .*Unreachable/ }).waitFor({ timeout: 30_000 });
});
