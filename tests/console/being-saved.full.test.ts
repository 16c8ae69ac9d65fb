/** What the console says, in a real browser, of a recording whose call has ended and whose journals are not sealed yet. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { TenantId } from '#core/ids.ts';
import { changeRows } from '../rig/changed-rows.ts';
import { openConsole, signIn, speak, type ConsoleRig } from '../rig/console.ts';
import { addRecordedCall } from '../rig/recording-rows.ts';

let rig: ConsoleRig;
let page: Page;

before(async () => {
  rig = await openConsole({ name: 'being-saved' });
  page = rig.desk.page;
  page.setDefaultTimeout(60_000);
  const { items } = await rig.server.request<{ items: { id: string }[] }>('GET', '/tenants');
  const tenantId = items[0]?.id as TenantId;
  const unmeasured = { state: 'capturing', durationMs: null, frames: null } as const;
  await changeRows(rig.server, async (database) => {
    for (const [id, caller, endedAt] of [
      ['ended', '+12025550101', new Date()],
      ['up', '+12025550102', null],
    ] as const) {
      const call = { id: `call-${id}`, tenantId, caller, endedAt, outcome: 'inProgress' } as const;
      await addRecordedCall(database, call, { id: `recording-${id}`, ...unmeasured });
    }
  });
  await page.goto('/recordings');
  await signIn(page);
});
after(() => rig.close());

const row = (caller: string) => page.getByRole('row').filter({ hasText: caller });

test('nothing is recorded of a call that has ended: its recording is being saved', async () => {
  await row('+12025550101').getByText('Being saved').waitFor();
  await row('+12025550102').getByText('Recording now').waitFor();
  assert.equal(await row('+12025550101').getByText('Recording now').count(), 0);
  await page.goto('/calls/call-ended');
  await page.getByText('Being saved').waitFor();
});

test('the page of the recording says that the call has ended, in every language', async () => {
  await page.goto('/recordings/recording-ended');
  await page.getByText(/The call has ended, and what was recorded of it is being saved/).waitFor();
  assert.equal(await page.getByText('The call is being recorded.').count(), 0);
  for (const [language, badge, words] of [
    ['zh', '正在保存', /通话已结束，录音正在保存/],
    ['pt', 'Sendo salva', /A chamada terminou e o que foi gravado está sendo salvo/],
  ] as const) {
    await speak(page, language);
    await page.getByText(badge, { exact: true }).waitFor();
    await page.getByText(words).waitFor();
  }
});
