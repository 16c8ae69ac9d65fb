/** Exports in a real browser: how far they are, given up, and gone after a day. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { TenantId } from '#core/ids.ts';
import { changeRows } from '../rig/changed-rows.ts';
import { lookInTurn, openConsole, signIn, type ConsoleRig } from '../rig/console.ts';
import { until } from '../rig/programs.ts';
import { addRecordings } from '../rig/recording-rows.ts';

let rig: ConsoleRig;
let page: Page;

const recordings = 40;

before(async () => {
  rig = await openConsole({ name: 'exports' });
  page = rig.desk.page;
  page.setDefaultTimeout(60_000);
  const { items } = await rig.server.request<{ items: { id: string }[] }>('GET', '/tenants');
  const tenantId = items[0]?.id as TenantId;
  await changeRows(rig.server, (database) => addRecordings(database, tenantId, recordings));
  await page.goto('/recordings');
  await signIn(page);
  await page.getByRole('row').nth(1).waitFor();
});
after(() => rig.close());

const list = (): Locator => page.getByRole('region', { name: 'Exports' });

const orderList = async (): Promise<void> => {
  await page.getByRole('checkbox', { name: 'All that fit the filters' }).check();
  await page.getByRole('button', { name: 'Export CSV' }).click();
};

test('a list of all recordings is made and holds every one', async () => {
  await orderList();
  await list().getByText(`${recordings} recordings`).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    list().getByRole('link', { name: 'Download' }).click(),
  ]);
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\n');
  assert.equal(lines.length, recordings + 1);
});

test('after a day the file is gone, and the list says so and offers none', async () => {
  await changeRows(rig.server, async ({ kysely }) => {
    await kysely
      .updateTable('recordingExports')
      .set({ expiresAt: new Date(0) })
      .execute();
  });
  await page.goto('/recordings');
  await list().getByText('deleted after a day').waitFor();
  assert.equal(await list().getByRole('link', { name: 'Download' }).count(), 0);
  const look = lookInTurn(rig);
  assert.deepEqual(
    [...(await look(page, 'export-expired')), ...(await look(page, 'export-expired'))],
    [],
  );
  await list().getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the file' }).click();
  await list().waitFor({ state: 'detached' });
});

test('while a file is made the list says how far it is, and giving it up asks and leaves nothing', async () => {
  await orderList();
  await list().getByText(`${recordings} recordings`).waitFor();
  // As it is after two fifths of the work, by a server that stopped there; whose job is done makes it no more.
  await changeRows(rig.server, async ({ kysely }) => {
    await kysely.updateTable('recordingExports').set({ state: 'running', done: 16 }).execute();
  });
  await page.goto('/recordings');
  await list().getByText(`being made: 16 of ${recordings}`).waitFor();
  const bar = list().getByRole('progressbar');
  assert.equal(await bar.getAttribute('aria-valuenow'), '40');
  const look = lookInTurn(rig);
  assert.deepEqual(
    [...(await look(page, 'export-running')), ...(await look(page, 'export-running'))],
    [],
  );
  await list().getByRole('button', { name: 'Cancel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('What was made so far is deleted.').waitFor();
  assert.deepEqual(await look(page, 'export-cancel'), []);
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await dialog.waitFor({ state: 'detached' });
  await list().getByRole('button', { name: 'Cancel' }).click();
  await dialog.getByRole('button', { name: 'Stop it' }).click();
  await list().waitFor({ state: 'detached' });
  await until('the server has none either', async () => {
    const { items } = await rig.server.request<{ items: unknown[] }>('GET', '/recording-exports');
    return items.length === 0 ? true : undefined;
  });
  assert.deepEqual(rig.desk.complaints, []);
});
